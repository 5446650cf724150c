"""Places of money, postings by hand, and the steps of a month."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.facilities.rules import FacilityUnknown
from miniprogram_api.funds.booking import CounteredBefore, NoSurplus, NotCorrectable, PostingUnknown, SamePlaces
from miniprogram_api.funds.items import DecisionMissing, ItemUnknown, RepairPlaceMissing, UseRefused
from miniprogram_api.funds.months import (
    EarlierMonthOpen,
    EntryDateRefused,
    LaterMonthEntered,
    MonthMoved,
    MonthNotOpen,
    MonthNotOver,
    MonthUnknown,
    month_in,
)
from miniprogram_api.funds.places import (
    KeeperUnknown,
    PlaceChanged,
    PlaceKeyReused,
    PlaceUnknown,
    PrivateHolderRefused,
    PurposeNotHeld,
    PurposesMixed,
)
from miniprogram_api.funds.schemas.ledger import (
    BalancesShown,
    CatalogueShown,
    KeeperShown,
    MonthShown,
    NewCorrection,
    NewEntry,
    NewKeeper,
    NewPlace,
    NewTransfer,
    PlaceShown,
    PlacesShown,
    PostingShown,
    Return,
)
from miniprogram_api.funds.service import PostedBefore
from miniprogram_api.funds.service.bookkeeping import Bookkeeping
from miniprogram_api.funds.service.months import Months
from miniprogram_api.funds.service.places import Places
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing, SamePersonRefused

routes = Routes("funds", tag="公共收支")

_PLACES = "/v1/estates/<estate_id>/money-accounts"
_LEDGER = "/v1/estates/<estate_id>/ledger"
_MONTHS = "/v1/estates/<estate_id>/fund-months"
_LIES = (PlaceUnknown, PlaceChanged, PurposeNotHeld)
_POSTED = (EntryDateRefused, MonthNotOpen, MonthMoved, PostedBefore)
_STEP = (MonthUnknown, MonthMoved, IllegalTransition, PeriodUnreadable)


@routes.get(_PLACES, guard=in_estate(Permission.FUND_READ_OPEN))
def list_money_accounts(call: Call, estate_id: str) -> PlacesShown:
    """List where the common money of an estate lies, with holder and keeper (FND-05)."""
    return PlacesShown([PlaceShown.of(place) for place in call.service(Places).list_places(estate_id)])


@routes.post(
    _PLACES,
    guard=in_estate(Permission.FUND_ACCOUNT),
    status=201,
    repeatable=True,
    errors=(PrivateHolderRefused, PurposesMixed, KeeperUnknown, PlaceKeyReused),
)
def open_money_account(call: Call, estate_id: str, body: NewPlace) -> PlaceShown:
    """Register a bank account, cash box or merchant account; one in a private name is refused (FND-05)."""
    place = call.service(Places).open_place(
        call.principal,
        estate_id,
        body.kind,
        body.holder,
        body.name,
        body.bank,
        body.last4,
        body.purposes,
        body.keeper_account_id,
        call.key,
        call.now,
    )
    return PlaceShown.of(place)


@routes.get(f"{_PLACES}/keepers", guard=in_estate(Permission.FUND_ACCOUNT))
def list_keepers(call: Call, estate_id: str) -> list[KeeperShown]:
    """List who may keep an account, for whoever opens one or hands it over (FND-03)."""
    held = call.service(Places).keepers_at(estate_id, call.now)
    return [KeeperShown(one.account_id, one.display_name, one.grant.role) for one in held]


@routes.put(
    f"{_PLACES}/<place_id>/keeper",
    guard=in_estate(Permission.FUND_ACCOUNT),
    errors=(PlaceUnknown, KeeperUnknown, PlaceChanged),
)
def change_keeper(call: Call, estate_id: str, place_id: str, body: NewKeeper) -> PlaceShown:
    """Hand an account over to another keeper; there is exactly one (FND-03)."""
    places = call.service(Places)
    return PlaceShown.of(places.change_keeper(call.principal, estate_id, place_id, body.keeper_account_id, call.now))


@routes.post(
    f"{_PLACES}/<place_id>/closing",
    guard=in_estate(Permission.FUND_ACCOUNT),
    errors=(PlaceUnknown, PlaceChanged),
)
def close_money_account(call: Call, estate_id: str, place_id: str) -> PlaceShown:
    """Let no more money come to an account."""
    return PlaceShown.of(call.service(Places).close_place(call.principal, estate_id, place_id, call.now))


@routes.get(f"{_LEDGER}/items", guard=in_estate(Permission.FUND_READ))
def list_fund_items(call: Call, estate_id: str) -> CatalogueShown:  # noqa: ARG001  the guard's
    """List the items of income and expense."""
    return CatalogueShown.whole()


@routes.get(f"{_LEDGER}/balances", guard=in_estate(Permission.FUND_READ_OPEN))
def read_balances(call: Call, estate_id: str) -> BalancesShown:
    """Return what every account of the estate's book holds now."""
    return BalancesShown.of(call.service(Bookkeeping).balances(estate_id, call.now))


@routes.get(f"{_LEDGER}/<month>/postings", guard=in_estate(Permission.FUND_READ_OPEN), errors=(PeriodUnreadable,))
def list_postings(call: Call, estate_id: str, month: str, query: ListQuery) -> PageOf[PostingShown]:
    """List the postings of a month, newest first."""
    page = call.service(Bookkeeping).list_postings(estate_id, str(month_in(month)), query.limit, query.cursor)
    return PageOf([PostingShown.of(posting) for posting in page.items], page.next)


@routes.get(
    f"{_LEDGER}/<month>/postings/<posting_id>/photos",
    guard=in_estate(Permission.FUND_READ_OPEN),
    errors=(PeriodUnreadable, PostingUnknown),
)
def list_voucher_photos(call: Call, estate_id: str, month: str, posting_id: str) -> list[PhotoShown]:
    """Return the photos of a posting's vouchers, to who checks the month and may read the book (FND-01)."""
    return call.service(Bookkeeping).voucher_photos(estate_id, str(month_in(month)), posting_id)


@routes.post(
    f"{_LEDGER}/<month>/entries",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    repeatable=True,
    errors=(
        *_LIES,
        *_POSTED,
        PeriodUnreadable,
        ItemUnknown,
        UseRefused,
        RepairPlaceMissing,
        DecisionMissing,
        FacilityUnknown,
        NotFound,
    ),
)
def book_entry(call: Call, estate_id: str, month: str, body: NewEntry) -> PostingShown:
    """Book income, an expense nobody decides on, or an opening balance in an open month (FND-01, FND-16)."""
    books = call.service(Bookkeeping)
    return PostingShown.of(books.book(call.principal, estate_id, month_in(month), body.booked(), call.key, call.now))


@routes.post(
    f"{_LEDGER}/transfers",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    repeatable=True,
    errors=(*_POSTED, PlaceUnknown, PlaceChanged, SamePlaces),
)
def transfer_money(call: Call, estate_id: str, body: NewTransfer) -> PostingShown:
    """Book that money was moved between two places, or from what residents paid to one."""
    posting = call.service(Bookkeeping).transfer(
        call.principal, estate_id, body.on, body.from_id, body.to_id, body.fen, body.summary, call.key, call.now
    )
    return PostingShown.of(posting)


@routes.post(
    f"{_LEDGER}/<month>/parking-surplus",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    repeatable=True,
    errors=(*_POSTED, PeriodUnreadable, MonthNotOver, NoSurplus),
)
def transfer_parking_surplus(call: Call, estate_id: str, month: str) -> PostingShown:
    """Make what parking brought beyond its management cost the owners' surplus, in an account of its own (FND-16)."""
    books = call.service(Bookkeeping)
    return PostingShown.of(books.transfer_surplus(call.principal, estate_id, month_in(month), call.key, call.now))


@routes.post(
    f"{_LEDGER}/corrections",
    guard=in_estate(Permission.FUND_BOOK),
    status=201,
    errors=(*_POSTED, PeriodUnreadable, PostingUnknown, CounteredBefore, NotCorrectable, Conflict),
)
def correct_posting(call: Call, estate_id: str, body: NewCorrection) -> PostingShown:
    """Take a posting back by a counter-posting in an open month; what was closed never changes (FND-01)."""
    posting = call.service(Bookkeeping).correct(
        call.principal, estate_id, str(month_in(body.month)), body.posting_id, body.on, body.reason, call.now
    )
    return PostingShown.of(posting)


@routes.get(_MONTHS, guard=in_estate(Permission.FUND_READ_OPEN))
def list_fund_months(call: Call, estate_id: str, query: ListQuery) -> PageOf[MonthShown]:
    """List the months that were entered, newest first."""
    page = call.service(Months).list_months(estate_id, query.limit, query.cursor)
    return PageOf([MonthShown.of(month) for month in page.items], page.next)


@routes.post(
    f"{_MONTHS}/<month>/entering",
    guard=in_estate(Permission.FUND_BOOK),
    errors=(*_STEP, MonthNotOver, MonthNotOpen, EarlierMonthOpen),
)
def enter_fund_month(call: Call, estate_id: str, month: str) -> MonthShown:
    """Enter a month: all its postings are counted, and none can join it any more (FND-01)."""
    return MonthShown.of(call.service(Months).enter(call.principal, estate_id, month_in(month), call.now))


@routes.post(
    f"{_MONTHS}/<month>/return",
    guard=in_estate(Permission.FUND_CHECK),
    errors=(*_STEP, InputMissing, LaterMonthEntered),
)
def return_fund_month(call: Call, estate_id: str, month: str, body: Return) -> MonthShown:
    """Return a month with the reason; it is open again."""
    months = call.service(Months)
    return MonthShown.of(months.send_back(call.principal, estate_id, str(month_in(month)), body.reason, call.now))


@routes.post(f"{_MONTHS}/<month>/check", guard=in_estate(Permission.FUND_CHECK), errors=(*_STEP, SamePersonRefused))
def check_fund_month(call: Call, estate_id: str, month: str) -> MonthShown:
    """Confirm, as somebody else than who entered it, that a month is right (FND-01)."""
    return MonthShown.of(call.service(Months).check(call.principal, estate_id, str(month_in(month)), call.now))


@routes.post(f"{_MONTHS}/<month>/closing", guard=in_estate(Permission.FUND_CLOSE), errors=(*_STEP, InputMissing))
def close_fund_month(call: Call, estate_id: str, month: str) -> MonthShown:
    """Close a published month for good, once its sheet hung on the notice board."""
    return MonthShown.of(call.service(Months).close(call.principal, estate_id, str(month_in(month)), call.now))

"""What is sent and shown of places of money, postings, months and their publication."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.funds.booking import Booked, Direction
from miniprogram_api.funds.items import CATALOGUE, ItemClass
from miniprogram_api.funds.ledger import ACCOUNT_LABELS, Account, AccountKind, PostingKind
from miniprogram_api.funds.months import MONTH_LABELS, MonthState
from miniprogram_api.funds.places import HOLDER_LABELS, Holder, PlaceKind
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.money import LARGEST_FEN

if TYPE_CHECKING:
    from miniprogram_api.funds.ledger import Posting
    from miniprogram_api.funds.months import Line, Mark, Month
    from miniprogram_api.funds.places import Place

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_.~-]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FEN)]
Ids = Annotated[tuple[Id, ...], msgspec.Meta(max_length=200)]
PhotoIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=9)]


class NewPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place of money: in whose name, at which bank, the last 4 digits of its number, what it may hold."""

    kind: PlaceKind
    holder: Holder
    name: Name
    purposes: Annotated[frozenset[AccountKind], msgspec.Meta(min_length=1, max_length=10)]
    keeper_account_id: Id
    bank: Annotated[str, msgspec.Meta(max_length=60)] = ""
    last4: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4})?$")] = ""


class NewKeeper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who keeps the account from now on."""

    keeper_account_id: Id


class KeeperShown(msgspec.Struct, frozen=True):
    """Somebody who may keep an account of the estate."""

    account_id: str
    name: str
    role: Role


class PlaceShown(msgspec.Struct, frozen=True):
    """One place of money."""

    id: str
    kind: PlaceKind
    holder: Holder
    holder_label: str
    name: str
    bank: str
    last4: str
    purposes: list[AccountKind]
    keeper_account_id: str
    keeper_name: str
    open: bool

    @classmethod
    def of(cls, place: Place) -> PlaceShown:
        """Return it as it is shown."""
        return cls(
            id=place.id,
            kind=place.kind,
            holder=place.holder,
            holder_label=HOLDER_LABELS[place.holder],
            name=place.name,
            bank=place.bank,
            last4=place.last4,
            purposes=sorted(place.purposes),
            keeper_account_id=place.keeper,
            keeper_name=place.keeper_name,
            open=place.open,
        )


class PlacesShown(msgspec.Struct, frozen=True):
    """The places of money of an estate."""

    items: list[PlaceShown]


class ItemShown(msgspec.Struct, frozen=True):
    """One item of the catalogue."""

    code: str
    label: str
    item_class: ItemClass


class CatalogueShown(msgspec.Struct, frozen=True):
    """What may be booked."""

    items: list[ItemShown]

    @classmethod
    def whole(cls) -> CatalogueShown:
        """Return the catalogue."""
        return cls([ItemShown(item.code, item.label, item.item_class) for item in CATALOGUE])


class NewEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry by hand, in fen; ``facility_id`` is the common part that an expense repairs."""

    direction: Direction
    purpose: AccountKind
    place_id: Id
    fen: Fen
    summary: Text
    on: date
    item: Annotated[str, msgspec.Meta(max_length=40)] = ""
    facility_id: Id | None = None
    voucher_photo_ids: PhotoIds = ()

    def booked(self) -> Booked:
        """Return it as the house speaks of it."""
        return Booked(
            self.direction,
            self.purpose,
            self.item,
            self.place_id,
            self.fen,
            self.summary,
            self.on,
            self.facility_id,
            self.voucher_photo_ids,
        )


class NewTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money moved between two places; ``wechat`` and ``cash`` are what residents paid there."""

    from_id: Id
    to_id: Id
    fen: Fen
    summary: Text
    on: date


class NewCorrection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which posting of which month is taken back, on which day of an open month, and why."""

    month: Annotated[str, msgspec.Meta(min_length=7, max_length=7)]
    posting_id: Id
    on: date
    reason: Text


class LegShown(msgspec.Struct, frozen=True):
    """One side of a posting: plus is a debit, minus a credit, in fen."""

    account: str
    label: str
    fen: int


class PostingShown(msgspec.Struct, frozen=True):
    """One posting as those who keep the books see it."""

    id: str
    month: str
    on: date
    kind: PostingKind
    item: str
    summary: str
    legs: list[LegShown]
    by_name: str
    contract_id: str | None = None
    request_id: str | None = None
    reverses: str | None = None
    voucher_photo_ids: list[str] = []

    @classmethod
    def of(cls, posting: Posting) -> PostingShown:
        """Return it as it is shown."""
        entry = posting.entry
        return cls(
            id=posting.id,
            month=posting.month,
            on=posting.booked_on,
            kind=entry.kind,
            item=entry.item,
            summary=entry.summary,
            legs=[LegShown(leg.account, label_of(leg.account), leg.fen) for leg in entry.legs],
            by_name=posting.by_name,
            contract_id=entry.contract_id,
            request_id=entry.request_id,
            reverses=entry.reverses,
            voucher_photo_ids=list(entry.voucher_photo_ids),
        )


class BalanceShown(msgspec.Struct, frozen=True):
    """What one account holds now, debits minus credits in fen."""

    account: str
    label: str
    fen: int


class BalancesShown(msgspec.Struct, frozen=True):
    """What all accounts of a book hold; the sum is 0."""

    items: list[BalanceShown]

    @classmethod
    def of(cls, balances: dict[str, int]) -> BalancesShown:
        """Return them as they are shown."""
        return cls([BalanceShown(account, label_of(account), fen) for account, fen in sorted(balances.items())])


class MarkShown(msgspec.Struct, frozen=True):
    """Who took a step, and when."""

    by_name: str
    at: datetime

    @classmethod
    def of(cls, mark: Mark | None) -> MarkShown | None:
        """Return it as it is shown, or None before it was taken."""
        return None if mark is None else cls(mark.by_name, mark.at)


class LineShown(msgspec.Struct, frozen=True):
    """One account of a month, in fen."""

    account: str
    label: str
    opening: int
    debit: int
    credit: int
    closing: int

    @classmethod
    def of(cls, line: Line) -> LineShown:
        """Return it as it is shown."""
        return cls(line.account, label_of(line.account), line.opening, line.debit, line.credit, line.closing)


class MonthShown(msgspec.Struct, frozen=True):
    """A month as those who keep the books see it."""

    month: str
    state: MonthState
    state_label: str
    lines: list[LineShown]
    entered: MarkShown | None = None
    checked: MarkShown | None = None
    published: MarkShown | None = None
    closed: MarkShown | None = None
    reason: str | None = None

    @classmethod
    def of(cls, month: Month) -> MonthShown:
        """Return it as it is shown."""
        return cls(
            month=month.period,
            state=month.state,
            state_label=MONTH_LABELS[month.state],
            lines=[LineShown.of(line) for line in month.lines],
            entered=MarkShown.of(month.entered),
            checked=MarkShown.of(month.checked),
            published=MarkShown.of(month.published),
            closed=MarkShown.of(month.closed),
            reason=month.reason,
        )


class Return(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a month goes back."""

    reason: Text


def label_of(account: str) -> str:
    """Return what people read of an account."""
    return ACCOUNT_LABELS[Account.parse(account).kind]

"""Where the ledger, its months and everything around the common money lie in the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.funds.contracts import IncomeContract
from miniprogram_api.funds.ledger import Countered, Posting
from miniprogram_api.funds.maintenance import Allocation, RoomFund, RoomMovement
from miniprogram_api.funds.months import Book, Missing, Month, Walk
from miniprogram_api.funds.places import Place, PlaceChanged
from miniprogram_api.funds.publication import Publication
from miniprogram_api.funds.questions import Question
from miniprogram_api.funds.settings import Settings
from miniprogram_api.funds.spending import Limit, Purse, Spending, Used
from miniprogram_api.funds.year_end import YearEnd
from miniprogram_api.storage import fund_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE = 50
"""How much of a queue one run takes."""

POSTING = Kind(
    "posting",
    Posting,
    lambda posting: fund_keys.posting(posting.book, posting.month, posting.id),
    lambda posting: {"gsi1": fund_keys.posting_in_time(posting.book, posting.month, posting.booked_at, posting.id)},
)
COUNTERED = Kind("countered", Countered, lambda guard: fund_keys.countered(guard.book, guard.posting_id))
BOOK = Kind("fund_book", Book, lambda book: fund_keys.book(book.id))
MONTH = Kind("fund_month", Month, lambda month: fund_keys.month(month.estate_id, month.period))
MISSING = Kind("fund_month_missing", Missing, lambda one: fund_keys.month_missing(one.estate_id, one.period))
WALK = Kind("fund_walk", Walk, lambda _: keys.sweep_progress("fund_months"))
PUBLICATION = Kind("publication", Publication, lambda one: fund_keys.publication(one.estate_id, one.period))
PLACE = Kind("place_of_money", Place, lambda place: fund_keys.place_of_money(place.estate_id, place.id))
SPENDING = Kind(
    "spending",
    Spending,
    lambda request: fund_keys.spending(request.estate_id, request.id),
    lambda request: {"gsi1": fund_keys.spending_in_time(request.estate_id, request.asked.at, request.id)},
)
LIMIT = Kind("spending_limit", Limit, lambda limit: fund_keys.spending_limit(limit.estate_id, limit.purse))
USED = Kind("spending_used", Used, lambda used: fund_keys.spending_used(used.estate_id, used.purse, used.year))
YEAR_END = Kind("fund_year_end", YearEnd, lambda one: fund_keys.year_end(one.estate_id, one.year))
SETTINGS = Kind("fund_settings", Settings, lambda settings: fund_keys.fund_settings(settings.estate_id))
ROOM_FUND = Kind(
    "room_fund", RoomFund, lambda fund: fund_keys.room_fund(fund.estate_id, fund.building_id, fund.room_id)
)
ROOM_MOVEMENT = Kind(
    "room_fund_movement",
    RoomMovement,
    lambda one: fund_keys.room_fund_movement(one.estate_id, one.room_id, one.source),
    lambda one: {"gsi1": fund_keys.room_fund_in_time(one.estate_id, one.room_id, one.at, one.source)},
)
ALLOCATION = Kind(
    "fund_allocation",
    Allocation,
    lambda one: fund_keys.allocation(one.estate_id, one.id),
    lambda one: {"gsi1": fund_keys.allocation_open(one.id)} if one.is_open else {},
)


def _contract_indexes(contract: IncomeContract) -> dict[str, Key]:
    due_on = contract.next_due
    return {} if due_on is None else {"gsi1": fund_keys.income_contract_due(contract.estate_id, due_on, contract.id)}


CONTRACT = Kind(
    "income_contract",
    IncomeContract,
    lambda contract: fund_keys.income_contract(contract.estate_id, contract.id),
    _contract_indexes,
)


def _question_indexes(question: Question) -> dict[str, Key]:
    entries = {
        "gsi1": fund_keys.fund_question_of_month(question.estate_id, question.period, question.asked_at, question.id)
    }
    if question.answer is None:
        entries["gsi2"] = fund_keys.fund_question_open(question.estate_id, question.due_at, question.id)
        if not question.told_late:
            entries["gsi3"] = fund_keys.fund_question_due(keys.shard_of(question.id), question.due_at, question.id)
    return entries


QUESTION = Kind(
    "fund_question",
    Question,
    lambda question: fund_keys.fund_question(question.estate_id, question.id),
    _question_indexes,
)


class LedgerStore:
    """The postings, the months and what was published of them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_posting(self, book: str, month: str, posting_id: str) -> Posting | None:
        """Return one posting, or None."""
        return self._table.find(POSTING, fund_keys.posting(book, month, posting_id))

    def list_month(self, book: str, month: str) -> list[Posting]:
        """Return every posting of a month, read consistently: what is counted when it matters."""
        return self._table.all_of(POSTING, fund_keys.ledger_of(book, month), prefix="POSTING#")

    def has_postings(self, book: str, month: str) -> bool:
        """Say whether anything was booked in a month, read consistently."""
        return bool(self._table.page(POSTING, fund_keys.ledger_of(book, month), prefix="POSTING#", limit=1).items)

    def list_postings(self, book: str, month: str, limit: int, cursor: str | None) -> Page[Posting]:
        """List the postings of a month, newest first."""
        pk = fund_keys.posting_in_time(book, month, _ANY_TIME, "").pk
        return self._table.page(POSTING, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_book(self, estate_id: str) -> Book | None:
        """Return the head of an estate's book, or None before the first act by hand."""
        return self._table.find(BOOK, fund_keys.book(estate_id))

    def find_month(self, estate_id: str, period: str) -> Month | None:
        """Return a month that was entered at least once, or None."""
        return self._table.find(MONTH, fund_keys.month(estate_id, period))

    def list_months(self, estate_id: str, limit: int, cursor: str | None) -> Page[Month]:
        """List the months that were entered, newest first."""
        pk, prefix = fund_keys.month(estate_id, "")
        return self._table.page(MONTH, pk, prefix=prefix, limit=limit, cursor=cursor, newest_first=True)

    def find_walk(self) -> Walk | None:
        """Return how far the look for missing months has come, or None before the first."""
        return self._table.find(WALK, keys.sweep_progress("fund_months"))

    def find_publication(self, estate_id: str, period: str) -> Publication | None:
        """Return a published month, or None."""
        return self._table.find(PUBLICATION, fund_keys.publication(estate_id, period))

    def list_publications(self, estate_id: str, limit: int, cursor: str | None) -> Page[Publication]:
        """List the published months of an estate, newest first."""
        pk = fund_keys.publication(estate_id, "").pk
        return self._table.page(PUBLICATION, pk, limit=limit, cursor=cursor, newest_first=True)

    def list_year(self, estate_id: str, year: int) -> list[Publication]:
        """Return the published months of a year, in order."""
        pk, _ = fund_keys.publication(estate_id, "")
        return self._table.all_of(PUBLICATION, pk, prefix=f"{year}-")

    def published(self, estate_ids: Iterable[str], period: str) -> dict[str, Publication]:
        """Return the publications of one month of many estates, by estate."""
        wanted = {fund_keys.publication(estate_id, period): estate_id for estate_id in estate_ids}
        found = self._table.find_all(PUBLICATION, wanted)
        return {wanted[key]: one for key, one in found.items()}


class PlaceStore:
    """Places of money in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, place_id: str) -> Place | None:
        """Return a place of money of the estate, or None."""
        return self._table.find(PLACE, fund_keys.place_of_money(estate_id, place_id))

    def list_all(self, estate_id: str) -> list[Place]:
        """Return the places of money of an estate; there are a handful."""
        return self._table.all_of(PLACE, fund_keys.place_of_money(estate_id, "").pk)

    def require(self, act: Transaction, place: Place) -> None:
        """Let the act happen only while the place is open and has this keeper."""
        key = fund_keys.place_of_money(place.estate_id, place.id)
        act.require(key, otherwise=PlaceChanged, open=True, keeper=place.keeper)


class FundStore:
    """Requests, limits, the maintenance fund, contracts and questions in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_settings(self, estate_id: str) -> Settings | None:
        """Return what an estate has set, or None while our defaults hold."""
        return self._table.find(SETTINGS, fund_keys.fund_settings(estate_id))

    # Spending

    def find_spending(self, estate_id: str, request_id: str) -> Spending | None:
        """Return a request of the estate, or None."""
        return self._table.find(SPENDING, fund_keys.spending(estate_id, request_id))

    def list_spending(self, estate_id: str, limit: int, cursor: str | None) -> Page[Spending]:
        """List the requests of an estate, newest first."""
        pk = fund_keys.spending_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(SPENDING, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_limit(self, estate_id: str, purse: Purse) -> Limit | None:
        """Return what the owners authorised, or None."""
        return self._table.find(LIMIT, fund_keys.spending_limit(estate_id, purse))

    def find_used(self, estate_id: str, purse: Purse, year: int) -> Used | None:
        """Return how much of a year's limit is used, or None while nothing is."""
        return self._table.find(USED, fund_keys.spending_used(estate_id, purse, year))

    def find_year_end(self, estate_id: str, year: int) -> YearEnd | None:
        """Return the transfer of a year's surplus, or None before it was proposed."""
        return self._table.find(YEAR_END, fund_keys.year_end(estate_id, year))

    # The maintenance fund

    def find_room_fund(self, estate_id: str, building_id: str, room_id: str) -> RoomFund | None:
        """Return a room's part of the fund, or None."""
        return self._table.find(ROOM_FUND, fund_keys.room_fund(estate_id, building_id, room_id))

    def find_room_funds(self, estate_id: str, rooms: Iterable[tuple[str, str]]) -> dict[str, RoomFund]:
        """Return the parts that exist of some rooms (building, room), by room."""
        found = self._table.find_all(ROOM_FUND, [fund_keys.room_fund(estate_id, *room) for room in rooms])
        return {fund.room_id: fund for fund in found.values()}

    def list_room_funds(self, estate_id: str) -> list[RoomFund]:
        """Return the parts of every room, building by building: an estate's rooms, some 100 bytes each."""
        return self._table.all_of(ROOM_FUND, fund_keys.room_fund(estate_id, "", "").pk)

    def page_of_building(self, estate_id: str, building_id: str, limit: int, cursor: str | None) -> Page[RoomFund]:
        """List the parts of the rooms of one building."""
        pk, prefix = fund_keys.room_fund(estate_id, building_id, "")
        return self._table.page(ROOM_FUND, pk, prefix=prefix, limit=limit, cursor=cursor)

    def list_movements(self, estate_id: str, room_id: str, limit: int, cursor: str | None) -> Page[RoomMovement]:
        """List what moved a room's part, newest first."""
        pk = fund_keys.room_fund_in_time(estate_id, room_id, _ANY_TIME, "").pk
        return self._table.page(ROOM_MOVEMENT, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_allocation(self, estate_id: str, allocation_id: str) -> Allocation | None:
        """Return an allocation of the estate, or None."""
        return self._table.find(ALLOCATION, fund_keys.allocation(estate_id, allocation_id))

    def list_allocations_open(self) -> tuple[Allocation, ...]:
        """List allocations whose shares have not all reached their rooms."""
        return self._table.page(ALLOCATION, fund_keys.allocation_open("").pk, index="gsi1", limit=_AT_ONCE).items

    # Contracts

    def find_contract(self, estate_id: str, contract_id: str) -> IncomeContract | None:
        """Return a contract of the estate, or None."""
        return self._table.find(CONTRACT, fund_keys.income_contract(estate_id, contract_id))

    def list_contracts(self, estate_id: str, limit: int, cursor: str | None) -> Page[IncomeContract]:
        """List the contracts of an estate."""
        pk = fund_keys.income_contract(estate_id, "").pk
        return self._table.page(CONTRACT, pk, limit=limit, cursor=cursor)

    def list_overdue(self, estate_id: str, today: date, limit: int, cursor: str | None) -> Page[IncomeContract]:
        """List the contracts on which an instalment was due before the day, the longest due first."""
        pk, before = fund_keys.income_contract_due(estate_id, today, "")
        return self._table.page(CONTRACT, pk, index="gsi1", between=("0", before), limit=limit, cursor=cursor)

    # Questions

    def find_question(self, estate_id: str, question_id: str) -> Question | None:
        """Return a question of the estate, or None."""
        return self._table.find(QUESTION, fund_keys.fund_question(estate_id, question_id))

    def list_questions(self, estate_id: str, period: str, limit: int, cursor: str | None) -> Page[Question]:
        """List the questions about a month, newest first."""
        pk = fund_keys.fund_question_of_month(estate_id, period, _ANY_TIME, "").pk
        return self._table.page(QUESTION, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_questions_open(self, estate_id: str, limit: int, cursor: str | None) -> Page[Question]:
        """List the questions that wait for an answer, the first due first."""
        pk = fund_keys.fund_question_open(estate_id, _ANY_TIME, "").pk
        return self._table.page(QUESTION, pk, index="gsi2", limit=limit, cursor=cursor)

    def each_question_due(self, now: datetime) -> Iterable[Question]:
        """Go through the open questions whose deadline is over and of which nobody was told."""
        for shard in range(keys.SHARDS):
            pk = fund_keys.fund_question_due(shard, now, "").pk
            yield from self._table.page(QUESTION, pk, index="gsi3", between=keys.until(now), limit=_AT_ONCE).items

"""An estate with rooms and a stand-in for the tariffs, whose answers a test sets by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from miniprogram_api.billing.bill import Paid, with_payment
from miniprogram_api.estates.addresses import new_building, new_room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind, balances, received_by
from miniprogram_api.kernel.charge import ChargeLine, Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.money import PRICE_PARTS, rounded
from miniprogram_api.kernel.period import Period, month_of
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.charging import Charged, ChargeProblem, RoomFacts
from miniprogram_api.tariffs.terms import FeeSettings, LateFee

if TYPE_CHECKING:
    from collections.abc import Sequence

    from miniprogram_api.billing.bill import Bill
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.kernel.charge import BillKind


@dataclass
class Book:
    """One price per m2 and month for every room that has no problem."""

    price: int
    problems: frozenset[str]
    period: Period

    @property
    def fingerprint(self) -> str:
        return f"{self.price}"

    def charge(self, facts: RoomFacts) -> Charged:
        if facts.room_id in self.problems:
            text = f"{facts.label} 没有建筑面积"
            return Charged((), (ChargeProblem("area_missing", facts.room_id, facts.label, text),))
        off = max((one.percent for one in facts.abatements if one.holds(self.period.first_on)), default=0)
        exact = Fraction(facts.area, 100) * Fraction(self.price, PRICE_PARTS) * 100 * self.period.months
        fen = rounded(exact * (100 - off) / 100)
        if not fen:
            return Charged((), ())
        basis = f"{facts.area / 100}㎡ × {self.price / PRICE_PARTS}元/㎡·月 × {self.period.months}个月"
        return Charged((ChargeLine("service_base", "物业服务费", fen, basis=basis),), ())


@dataclass
class SetTariffs:
    """What the tariffs room would answer."""

    price: int = 6000
    problems: set[str] = field(default_factory=set)
    due_day_offset: int = 15
    late_fee: LateFee | None = None

    def book_for(self, estate_id: str, kind: BillKind, period: Period) -> Any:
        return Book(self.price, frozenset(self.problems), period)

    def facts_for(self, book: Any, rooms: Sequence[Room]) -> list[RoomFacts]:
        return [
            RoomFacts(room.id, room.label, room.building_id, room.entrance, room.floor, room.area, room.has_lift)
            for room in rooms
        ]

    def fee_settings(self, estate_id: str) -> FeeSettings:
        return FeeSettings(estate_id, self.due_day_offset, self.late_fee)


def with_rooms(container: Any, estate_id: str, buildings: int, rooms: int, area: int = 8653) -> list[Room]:
    """Write buildings of so many rooms each; every room of 86.53 m2 unless said otherwise."""
    made = []
    for number in range(1, buildings + 1):
        name = f"{number}号楼"
        act = Transaction("system", "test_setup", container.clock())
        act.add(BUILDING, new_building(estate_id, name, ("1单元",), None, False))
        container.table.commit(act)
        listed = [
            new_room(estate_id, name, "1单元", f"{1 + at // 4}{1 + at % 4:02d}", area=area, floor=None)
            for at in range(rooms)
        ]
        for start in range(0, rooms, 90):
            act = Transaction("system", "test_setup", container.clock())
            for room in listed[start : start + 90]:
                act.add(ROOM, room)
            container.table.commit(act)
        made += listed
    return made


def issued(container: Any, client: Any, manager: Any, estate_id: str, period: str = "2026-11") -> None:
    """Issue the bills of a period."""
    begun = client.post(
        f"/v1/estates/{estate_id}/bill-runs", json={"period": period, "kind": "service"}, who=manager
    ).json
    assert begun["state"] == "previewed", begun
    done = client.post(f"/v1/estates/{estate_id}/bill-runs/{begun['id']}/publication", who=manager).json
    assert done["state"] == "published", done


def pay(container: Any, estate_id: str, bill: Any, fen: int, means: Means, ref: str) -> Bill:
    """Let a payment stand on a bill, with its posting, as the rooms of payments and wallets write it."""
    now = container.clock()
    act = Transaction("system", "test_payment", now)
    after = with_payment(bill, Paid(ref, means, fen, 0, now), date_of(now))
    container.bills.write(act, bill, after)
    place = Account(AccountKind.CREDIT if means is Means.CREDIT else AccountKind.CASH)
    legs = (place.debit(fen), received_by(bill.kind, bill.building_id, bill.room_id).credit(fen))
    container.ledger.book(act, estate_id, Entry(ref, PostingKind.OFFLINE, "测试", legs))
    container.table.commit(act)
    (paid,) = container.bills.find_bills(estate_id, [bill.id]).values()
    return paid


def prepay(container: Any, estate_id: str, room_id: str, fen: int, ref: str) -> None:
    """Put money into a room's wallet, as a prepayment in cash does."""
    now = container.clock()
    act = Transaction("system", "test_prepayment", now)
    container.wallets.move(act, estate_id, room_id, fen, ref, "测试预存")
    legs = (Account(AccountKind.CASH).debit(fen), Account(AccountKind.PREPAID).credit(fen))
    container.ledger.book(act, estate_id, Entry(ref, PostingKind.PREPAYMENT, "测试预存", legs))
    container.table.commit(act)


def book_of(container: Any, estate_id: str) -> dict[str, int]:
    """The balances of the estate's book this month; they must sum to zero."""
    sums = balances(container._ledger_store.list_month(estate_id, str(month_of(date_of(container.clock())))))
    assert sum(sums.values()) == 0
    return {account: fen for account, fen in sums.items() if fen}

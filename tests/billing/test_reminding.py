"""People are told of a bill, and reminded by day only, once a step, until it is paid (FEE-11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.billing.bill import Bill, Instalment, Paid, with_money_back, with_payment
from miniprogram_api.billing.notices import notices
from miniprogram_api.billing.reminding import announced, next_notice, payable_by, payable_fen, reminded
from miniprogram_api.kernel.charge import BillKind, ChargeLine, Means
from miniprogram_api.kernel.clock import date_of, shanghai
from miniprogram_api.kernel.notice import NoticeKind
from tests.billing.estate import issued, pay, with_rooms

pytestmark = pytest.mark.row("FEE-11")

ISSUED_AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
NINE = timedelta(hours=1)
"""09:00 in China is 01:00 UTC."""


def a_bill(**changed) -> Bill:
    bill = Bill(
        estate_id="est_1",
        room_id="room_1",
        room_label="1号楼1单元101",
        building_id="bld_1",
        room_order="1|101",
        company_id="cmp_1",
        kind=BillKind.SERVICE,
        period="2026-11",
        number=1,
        lines=(ChargeLine("service_base", "物业服务费", 5192, basis="86.53㎡ × 0.60元/㎡·月 × 1个月"),),
        issued_at=ISSUED_AT,
        due_on=date(2026, 11, 16),
        told=("issued",),
    )
    return replace(bill, **changed)


@pytest.mark.parametrize(
    ("hour", "told_at"), [(9, None), (19, None), (20, (2, 9)), (23, (2, 9)), (3, (1, 9)), (8, (1, 9))]
)
def test_of_a_bill_issued_at_night_its_household_is_told_in_the_morning(hour, told_at) -> None:
    moment = at(11, 1, hour)
    written = announced(replace(a_bill(told=()), issued_at=moment), moment)
    if told_at is None:
        assert [notice.title for notice in notices(None, written)] == ["新账单"]
        return
    assert notices(None, written) == ()
    assert written.next_notice_at == at(11, *told_at)
    after = reminded(written, written.next_notice_at)
    assert [notice.title for notice in notices(written, after)] == ["新账单"]
    assert after.next_notice_at == at(11, 13), "then the usual steps: three days before it is due"


def at(month: int, day: int, hour: int = 9) -> datetime:
    """An hour of a day in China."""
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


def walked(bill: Bill, until: datetime) -> list[tuple[datetime, str]]:
    """What the clock does to an open bill: when it is told of which step."""
    bill, told = replace(bill, next_notice_at=next_notice(bill, bill.issued_at)), []
    while bill.next_notice_at is not None and bill.next_notice_at <= until:
        now = bill.next_notice_at
        after = reminded(bill, now)
        told += [(now, mark.partition(":")[2]) for mark in after.told[len(bill.told) :]]
        bill = after
    return told


def test_the_steps_are_three_days_before_the_day_after_and_ever_more_rarely() -> None:
    assert walked(a_bill(), at(12, 31) + timedelta(days=60)) == [
        (at(11, 13), "before"),
        (at(11, 17), "overdue_1"),
        (at(12, 1), "overdue_15"),
        (at(12, 16), "overdue_30"),
        (datetime(2027, 1, 15, 1, tzinfo=UTC), "overdue_60"),
    ]


def test_a_plan_moves_the_steps_to_its_next_unpaid_part() -> None:
    plan = (Instalment(date(2026, 12, 1), 3000), Instalment(date(2027, 1, 1), 2192))
    bill = a_bill(plan=plan, due_on=date(2027, 1, 1))
    assert payable_by(bill) == date(2026, 12, 1)
    assert next_notice(bill, at(11, 20)) == at(11, 28)
    paid = with_payment(bill, Paid("p1", Means.CASH, 3000, 0, at(11, 25)), date(2026, 11, 25))
    assert payable_by(paid) == date(2027, 1, 1)
    assert next_notice(paid, at(11, 25)) == at(12, 29)


def test_of_a_plan_only_what_its_next_part_lacks_is_asked_for() -> None:
    plan = (Instalment(date(2026, 12, 1), 3000), Instalment(date(2027, 1, 1), 2192))
    bill = a_bill(plan=plan, due_on=date(2027, 1, 1))
    assert payable_fen(bill) == 3000
    part = with_payment(bill, Paid("p1", Means.CASH, 1000, 0, at(11, 25)), date(2026, 11, 25))
    assert payable_fen(part) == 2000
    (reminder,) = notices(part, reminded(part, at(11, 28)))
    assert reminder.text == "1号楼1单元101 2026年11月 物业服务费待缴 20.00 元，请于12月1日前缴纳。"
    rest = with_payment(part, Paid("p2", Means.CASH, 2000, 0, at(11, 29)), date(2026, 11, 29))
    assert (payable_by(rest), payable_fen(rest)) == (date(2027, 1, 1), 2192)


def test_who_has_paid_is_not_reminded_and_who_owes_again_is() -> None:
    bill = a_bill(next_notice_at=at(11, 13))
    paid = with_payment(bill, Paid("p1", Means.CASH, 5192, 0, at(11, 5)), date(2026, 11, 5))
    assert paid.next_notice_at is None
    back = with_money_back(paid, Paid("r1", Means.CASH, -5192, 0, at(11, 20, 15)))
    assert back.next_notice_at == at(11, 21)
    assert [one.kind for one in notices(back, reminded(back, at(11, 21)))] == [NoticeKind.FEE_REMINDER]


@given(
    minutes=st.integers(0, 366 * 24 * 60),
    days=st.integers(-400, 90),
)
def test_nobody_is_ever_reminded_at_night_or_twice_of_a_step(minutes: int, days: int) -> None:
    issued_at = ISSUED_AT + timedelta(minutes=minutes)
    bill = a_bill(issued_at=issued_at, due_on=date_of(issued_at) + timedelta(days=days))
    told = walked(bill, issued_at + timedelta(days=400))
    assert all(shanghai(when).hour == 9 and when > issued_at for when, _ in told)
    assert len({when for when, _ in told}) <= 5
    assert len({step for _, step in told}) == len(told)


def test_the_notice_of_a_bill_names_items_standard_period_amount_and_page() -> None:
    (notice,) = notices(None, a_bill())
    assert notice.kind is NoticeKind.BILL
    assert notice.text == (
        "1号楼1单元101 2026年11月 物业服务费共 51.92 元：物业服务费 51.92 元（86.53㎡ × 0.60元/㎡·月 × 1个月）。"
        "请于11月16日前缴纳。"
    )
    assert notice.page == "pages/bills/index?estate_id=est_1&room_id=room_1&id=bill_room_1_2026-11_service_1"
    assert (notice.to.estate_id, notice.to.room_id) == ("est_1", "room_1")


def test_each_event_is_told_once_and_nothing_else() -> None:
    bill = a_bill()
    paid = with_payment(bill, Paid("p1", Means.CASH, 5192, 0, at(11, 5)), date(2026, 11, 5))
    back = with_money_back(paid, Paid("r1", Means.CASH, -5192, 0, at(11, 20)))
    void = replace(bill, void_reason="重复出账")
    titles = [
        [one.title for one in notices(*pair)] for pair in ((bill, paid), (paid, back), (bill, void), (bill, bill))
    ]
    assert titles == [["账单已缴清"], ["账单待缴"], ["账单作废"], []]


@pytest.fixture
def household(client, container, world, people, tariffs):
    """A bill due on 8 December."""
    (room,) = with_rooms(container, world.estate.id, buildings=1, rooms=1)
    issued(container, client, people.staff(world.estate), world.estate.id)
    return room


def bill_of(container, room) -> Bill:
    (bill,) = container.bills.list_room(room.estate_id, room.id)
    return bill


def test_the_sweep_reminds_by_day_once_and_stops_when_paid(container, household, clock) -> None:
    for missed in (at(12, 5, 8), at(12, 5, 20), at(12, 6, 8)):
        clock.set(missed)
        container.fee_reminders.sweep(clock())
    assert bill_of(container, household).told == ("issued",)
    clock.set(at(12, 6, 9))
    for _ in range(2):
        container.fee_reminders.sweep(clock())
    assert bill_of(container, household).told == (
        "issued",
        "2026-12-08:before",
    )
    pay(container, household.estate_id, bill_of(container, household), 5192, Means.CASH, "cash-1")
    clock.set(at(12, 9, 12))
    container.fee_reminders.sweep(clock())
    assert bill_of(container, household).told == (
        "issued",
        "2026-12-08:before",
    )


def test_who_opts_out_is_told_of_the_bill_and_not_reminded(client, container, people, world, household, clock) -> None:
    owner = people.resident(world.estate, room_id=household.id)
    assert client.get("/v1/me/fee-reminders", who=owner).json == {"wanted": True}
    assert client.put("/v1/me/fee-reminders", json={"wanted": False}, who=owner).json == {"wanted": False}
    container.households.people_of_room = lambda estate_id, room_id: [owner.account_id]
    bill = bill_of(container, household)
    (issue,) = notices(None, bill)
    (reminder,) = notices(bill, reminded(bill, at(12, 5)))
    assert container.messages.tell(issue, clock()) == 1
    assert container.messages.tell(reminder, clock()) == 0
    client.put("/v1/me/fee-reminders", json={"wanted": True}, who=owner)
    assert container.messages.tell(reminder, clock()) == 1

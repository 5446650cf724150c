"""The worst moments: 64 threads with one notification, two phones with one bill, the counter and a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.payments.counter import CounterPart, Taken
from miniprogram_api.payments.notices import anomaly_notices, order_notices, refund_notices
from miniprogram_api.payments.order import OrderState, Wanted
from tests.faults.truth import Books, check, read
from tests.neighbours import MeetInTheMiddle, at_once

if TYPE_CHECKING:
    from tests.faults.stage import Play, Stage

THREADS = 64


def settle_at_once(play: Play) -> None:
    """Every piece of work that waits is done by a thread of its own; what met another comes again."""
    works, play.house.queue.waiting[:] = list(play.house.queue.waiting), []

    def do(work: dict[str, str]) -> None:
        if not play.stage.is_done(work):
            play.house.queue.waiting.append(work)

    at_once(*(lambda work=work: do(work) for work in works))


@pytest.mark.row("FEE-02", "INT-13")
def test_64_threads_with_one_notification_give_one_booking(stage: Stage) -> None:
    play = stage.open()
    bill = play.house.bill(5192)
    number = play.start(0, Wanted((bill.id,)), "once")
    assert number is not None
    play.user_pays(number)
    play.deliver()
    (notice,) = stage.receiver.arrived
    answers = at_once(*[lambda: stage.tell(notice)] * (THREADS - 1))
    assert answers == [204] * (THREADS - 1)
    assert len(play.house.queue.waiting) == THREADS
    settle_at_once(play)
    play.work_off()
    play.quiesce()
    check(play)
    books = read(play)
    assert [one.total_fen for one in books.orders.values()] == [5192]
    assert [(paid.ref, paid.fen) for paid in play.house.see(bill).payments] == [(number, 5192)]
    assert [receipt.number for receipt in books.receipts] == [1]
    assert [posting.entry.source for posting in books.postings[play.house.estate_id]] == [number]


def two_phones(play: Play) -> tuple[str, str]:
    """Two phones pay the same bill at once, although WeChat closed the first attempt when the second began."""
    bill = play.house.bill(5192)
    numbers = [play.start(who, Wanted((bill.id,)), "once") for who in (0, 1)]
    first, second = (str(number) for number in numbers)
    at_once(*(lambda number=number: play.house.wechat("user_pays", out_trade_no=number, even_if_closed=True)
              for number in (first, second)))  # fmt: skip
    return first, second


def told(books: Books) -> list[str]:
    """Whom the notices of the orders reach."""
    orders = books.orders.values()
    notices = [one for order in orders for one in order_notices(replace(order, state=OrderState.PREPARED), order)]
    return sorted(str(notice.to.account_id) for notice in notices)


@pytest.mark.row("FEE-02")
def test_two_phones_pay_one_bill_and_the_second_gets_its_money_back(stage: Stage) -> None:
    play = stage.open()
    first, second = two_phones(play)
    play.deliver()
    play.house.queue.waiting.sort(key=lambda work: work["out_trade_no"] == first)
    play.do_first()
    play.do_first()
    play.work_off()
    play.quiesce()
    check(play)
    books = read(play)
    assert (books.orders[second].suspense_fen, books.orders[second].applied[0].fen) == (0, 5192)
    assert (books.orders[first].state_label, books.orders[first].refunded_fen) == ("已退款", 5192)
    assert told(books) == sorted(person.account_id for person in play.people)
    (refund,) = books.refunds
    assert refund.account_id == play.people[0].account_id
    (notice,) = refund_notices(None, refund)
    assert (notice.to.account_id, notice.title) == (play.people[0].account_id, "退款成功")


@pytest.mark.row("FEE-02")
def test_two_payments_of_one_bill_settled_at_the_same_moment_are_one_booking(stage: Stage, monkeypatch) -> None:
    play = stage.open()
    first, second = two_phones(play)
    play.deliver()
    store = play.house.container._payment_store
    with monkeypatch.context() as meeting:
        meeting.setattr(store, "commit", MeetInTheMiddle(store.commit, {"settle_payment"}, 2))
        settle_at_once(play)
    play.work_off()
    play.quiesce()
    check(play)
    books = read(play)
    assert [(paid.ref, paid.fen) for bill in books.bills for paid in bill.payments] == [(second, 5192)]
    assert told(books) == sorted(person.account_id for person in play.people)
    (anomaly,) = books.anomalies
    assert (anomaly.out_trade_no, anomaly.kind, anomaly.left_fen) == (first, "paid_after_close", 5192)
    assert anomaly_notices(None, anomaly), "what came after the close waits for a person, who is told"


@pytest.mark.row("FEE-01", "FEE-02")
def test_cash_and_a_late_payment_meet_on_one_bill(stage: Stage, monkeypatch) -> None:
    """The payer paid in time, WeChat told late, and the desk took cash for the same bill at that very moment."""
    play = stage.open()
    bill = play.house.bill(5192)
    number = play.start(0, Wanted((bill.id,)), "once")
    assert number is not None
    play.user_pays(number)
    play.pass_time(timedelta(minutes=31))
    play.deliver()
    container = play.house.container
    taken = Taken(bill.room_id, Means.CASH, (CounterPart(bill.id, 0),), 0, "张**", date_of(stage.clock()), "NO-1")
    store = container._payment_store
    staff = play.principal(play.staff[0])

    def take_cash() -> None:
        play.act(lambda: container.counter.record(staff, play.house.estate_id, taken, "paper", stage.clock()))

    with monkeypatch.context() as meeting:
        verbs = {"settle_payment", "record_counter_payment"}
        meeting.setattr(store, "commit", MeetInTheMiddle(store.commit, verbs, 2))
        at_once(take_cash, lambda: settle_at_once(play))
    play.work_off()
    play.quiesce()
    check(play)
    books = read(play)
    assert len(play.house.see(bill).payments) == 1
    assert len(books.refunds) == len(books.counters), "if the cash was first, the other payment went back"

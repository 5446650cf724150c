"""Every act on money, ended before and after each of its writes and then done again: the books end the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.payments.anomaly import Remedy
from miniprogram_api.payments.counter import CounterPart, Taken
from miniprogram_api.payments.order import Wanted
from miniprogram_api.payments.refund import Origin, RefundPart
from miniprogram_api.payments.service.remedies import Choice
from tests.faults.crash import Cut
from tests.faults.truth import check, read

if TYPE_CHECKING:
    from tests.faults.stage import Play, Stage

Act = Callable[[Cut | None], Any]
MOST_WRITES = 8


def _wanted(play: Play, prepay: int = 0) -> Wanted:
    bills = tuple(bill.id for bill in play.house.bills.list_room(play.house.estate_id, play.house.room().id))
    return Wanted(bills, ((play.house.room().id, prepay),) if prepay else ())


def _desk(play: Play, do: Callable[..., Any], *given: Any, who: int = 0) -> Act:
    """An act of somebody at the desk."""
    staff = play.principal(play.staff[who])
    return lambda cut: play.act(lambda: do(staff, play.house.estate_id, *given, play.stage.clock()), cut)


def _taken(play: Play, prepaid: int = 500) -> Taken:
    room, (bill_id, *_) = play.house.room(), _wanted(play).bill_ids
    return Taken(room.id, Means.CASH, (CounterPart(bill_id, 0),), prepaid, "张**", date_of(play.stage.clock()), "NO-1")


def ordering(play: Play) -> Act:
    return lambda cut: play.start(0, _wanted(play, 1000), "once", cut)


def ordering_on_the_second_phone(play: Play) -> Act:
    play.start(1, _wanted(play), "first")
    return lambda cut: play.start(0, _wanted(play), "once", cut)


def giving_up(play: Play) -> Act:
    number, who = play.start(0, _wanted(play), "once"), play.principal(play.people[0])
    cancel = play.house.container.payment_ordering.cancel
    return lambda cut: play.act(lambda: cancel(who, play.house.estate_id, number, play.stage.clock()), cut)


def _paid(play: Play, **how: Any) -> str:
    number = play.start(0, _wanted(play, 1000), "once")
    assert number is not None
    play.user_pays(number, **how)
    return number


def being_told(play: Play) -> Act:
    _paid(play)
    return play.deliver


def settling(play: Play) -> Act:
    _paid(play)
    play.deliver()
    return play.do_first


def settling_what_was_paid_at_the_counter_too(play: Play) -> Act:
    _paid(play)
    play.pass_time(timedelta(minutes=31))
    _desk(play, play.house.container.counter.record, _taken(play), "paper")(None)
    play.deliver()
    return play.do_first


def _paid_after_close(play: Play) -> None:
    giving_up(play)(None)
    (order,) = play.house.container.payment_ordering.list_estate(play.house.estate_id, 5, None).items
    play.user_pays(order.out_trade_no, even_if_closed=True)


def settling_what_was_closed(play: Play) -> Act:
    _paid_after_close(play)
    play.deliver()
    return play.do_first


def settling_a_stranger(play: Play) -> Act:
    play.house.wechat("seed_paid", count=1, total=777, provider=True, sub_mchid=play.house.sub_mchid)
    play.next_morning()
    play.sweep()
    return play.do_first


def ending_a_silent_order(play: Play) -> Act:
    play.start(0, _wanted(play), "once")
    play.pass_time(timedelta(minutes=31))
    play.sweep()
    return play.do_first


def _settled(play: Play) -> str:
    number = play.pay_through(0, _wanted(play, 1000), "once")
    assert number is not None
    return number


def asking_for_a_refund(play: Play) -> Act:
    number, part = _settled(play), RefundPart(play.house.room().id, 400)
    return _desk(play, play.house.container.refunds.ask, number, Origin.PREPAID, (part,), "多交了", "ask")


def _asked(play: Play, *, prepaid: bool = False) -> tuple[str, str]:
    number, room = _settled(play), play.house.room().id
    part = RefundPart(room, 400) if prepaid else RefundPart(room, 5192, bill_id=_wanted(play).bill_ids[0])
    origin = Origin.PREPAID if prepaid else Origin.BILLS
    refund = _desk(play, play.house.container.refunds.ask, number, origin, (part,), "多交了", "ask")(None)
    return number, refund.id


def approving_a_refund_of_a_bill(play: Play) -> Act:
    return _desk(play, play.house.container.refunds.decide, *_asked(play), None, who=1)


def approving_a_refund_of_prepaid_money(play: Play) -> Act:
    return _desk(play, play.house.container.refunds.decide, *_asked(play, prepaid=True), None, who=1)


def declining_a_refund(play: Play) -> Act:
    return _desk(play, play.house.container.refunds.decide, *_asked(play), "不应退", who=1)


def sending_a_refund(play: Play) -> Act:
    approving_a_refund_of_a_bill(play)(None)
    return play.do_first


def _told_of_refund(play: Play, ending: str) -> Act:
    play.house.wechat("refunds_end", endings=[ending])
    sending_a_refund(play)(None)
    play.pass_time(timedelta(seconds=6))
    play.deliver()
    return play.do_first


def refund_arriving(play: Play) -> Act:
    return _told_of_refund(play, "SUCCESS")


def refund_failing(play: Play) -> Act:
    return _told_of_refund(play, "CLOSED")


def refund_in_trouble(play: Play) -> Act:
    return _told_of_refund(play, "ABNORMAL")


def taking_cash(play: Play) -> Act:
    return _desk(play, play.house.container.counter.record, _taken(play), "paper")


def taking_cash_back(play: Play) -> Act:
    payment = taking_cash(play)(None)
    return _desk(play, play.house.container.counter.void, payment.id, "写错了", who=1)


def _remedy(play: Play, remedy: Remedy, *, to_bills: bool = False) -> Act:
    settling_what_was_closed(play)(None)
    (anomaly,) = play.house.container.remedies.list_open(play.house.estate_id, 5, None).items
    choice = Choice(remedy, "已核对", _wanted(play).bill_ids if to_bills else (), play.house.room().id)
    return _desk(play, play.house.container.remedies.resolve, anomaly.id, choice)


def remedy_by_bills(play: Play) -> Act:
    return _remedy(play, Remedy.PAY_BILLS, to_bills=True)


def remedy_by_prepaying(play: Play) -> Act:
    return _remedy(play, Remedy.PREPAY)


def remedy_by_refund(play: Play) -> Act:
    return _remedy(play, Remedy.REFUND)


def remedy_by_paying_out(play: Play) -> Act:
    refund_failing(play)(None)
    (anomaly,) = play.house.container.remedies.list_open(play.house.estate_id, 5, None).items
    choice = Choice(Remedy.PAY_OUT, "已转账退还")
    return _desk(play, play.house.container.remedies.resolve, anomaly.id, choice)


def reconciling_what_nobody_was_told_of(play: Play) -> Act:
    play.house.wechat("next_notice", drop=True)
    _paid_after_close(play)
    play.house.wechat("bill", strangers=({"out_trade_no": "pay_alien", "total": 1, "sub_mchid": play.house.sub_mchid},))
    play.next_morning()
    play.sweep()
    return play.do_first


SCENES = [
    ordering,
    ordering_on_the_second_phone,
    giving_up,
    being_told,
    settling,
    settling_what_was_paid_at_the_counter_too,
    settling_what_was_closed,
    settling_a_stranger,
    ending_a_silent_order,
    asking_for_a_refund,
    approving_a_refund_of_a_bill,
    approving_a_refund_of_prepaid_money,
    declining_a_refund,
    sending_a_refund,
    refund_arriving,
    refund_failing,
    refund_in_trouble,
    taking_cash,
    taking_cash_back,
    remedy_by_bills,
    remedy_by_prepaying,
    remedy_by_refund,
    remedy_by_paying_out,
    reconciling_what_nobody_was_told_of,
]


def play_through(stage: Stage, scene: Callable[[Play], Act], cut: Cut | None) -> tuple[dict[str, Any], bool]:
    """Play a scene with its act cut off and done again; gives what the books say in the end, and whether it was cut."""
    play = stage.open()
    play.house.bill(5192)
    act = scene(play)
    before = stage.outcomes.get("crash", 0)
    act(cut)
    was_cut = stage.outcomes.get("crash", 0) > before
    if was_cut:
        act(None)
    play.quiesce()
    check(play)
    books = read(play)
    said = {
        "balances": dict(books.balances()),
        "orders": sorted(one.state for one in books.orders.values()),
        "refunds": sorted((one.state, one.fen) for one in books.refunds),
        "exceptions": sorted((one.kind, one.left_fen) for one in (*books.anomalies, *books.strays)),
        "receipts": [(one.state, one.left_fen) for one in books.receipts],
        "bills": [(one.state, one.paid_fen) for one in books.bills],
    }
    return said, was_cut


@pytest.mark.row("FEE-02")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_an_act_that_died_at_any_write_ends_as_if_nothing_had_happened(stage: Stage, scene) -> None:
    undisturbed, _ = play_through(stage, scene, None)
    nth = 1
    while True:
        ends = [play_through(stage, scene, Cut(nth, carried_out)) for carried_out in (False, True)]
        if not any(was_cut for _, was_cut in ends):
            break
        assert [said for said, _ in ends] == [undisturbed, undisturbed], f"at its write {nth}"
        nth += 1
    assert 2 <= nth <= MOST_WRITES, "the act writes something, and not without end"

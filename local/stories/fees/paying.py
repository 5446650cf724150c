"""Residents pay through the simulated WeChat with its worst knobs on, and every bill is paid once (FEE-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.money import FINANCE
from local.stories.fees.opening import SECOND_OWNER
from local.stories.fees.reckoning import yuan
from local.stories.fees.telling import NEIGHBOURS

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

FORGERIES = ("signature", "key", "body", "serial", "cipher", "headers", "type")
TWICE, LATE, LOST, FIRST, SECOND = NEIGHBOURS[:5]
CHEATED = NEIGHBOURS[5:12]
PROBED, MISTOLD, TIMED_OUT, TOO_LATE = NEIGHBOURS[12:16]
AT_COUNTER, PREPAYING, UNSEEN, NEXT_DAY = NEIGHBOURS[16:]


def residents_pay(story: Fees) -> None:
    """Everything WeChat can do to a merchant, one neighbour each."""
    story.chapter("3. Paying, with the worst knobs on")
    story.go_to("2026-11-13 10:00")
    story.wechat("timeout", seconds=60)  # a busy machine is no part of the story; bench/ measures WeChat's 5 seconds
    story.wechat("keys", callbacks_by_public_key_percent=50)
    _repeated_notices(story)
    _late_lost_and_reordered(story)
    _forged_notices(story)
    _probe_and_mistake(story)
    _ordering_times_out(story)
    _both_keys_were_used(story)
    _two_phones_pay(story)
    _paid_after_close(story)


def _attempts(story: Fees) -> list[dict[str, Any]]:
    return list(story.wechat("attempts")["attempts"])


def _repeated_notices(story: Fees) -> None:
    story.tell("the notice of one payment comes three times, four at once each time")
    before = len(_attempts(story))
    started = story.pay_bills(TWICE, "service", copies=3, concurrent=4)
    story.deliver()
    story.see("deliveries", len(_attempts(story)) - before, 12)
    story.see("all answered", {one["status"] for one in _attempts(story)[before:]}, {204})
    story.see("the order", story.state_of(TWICE, started), "paid")
    (paid,) = _paid_on(story, TWICE)
    story.see("paid on the bill", yuan(paid["paid_fen"]), yuan(paid["total_fen"]))


def _paid_on(story: Fees, name: str) -> list[dict[str, Any]]:
    return [bill for bill in story.account(name)["history"] if bill["kind"] == "service"]


def _late_lost_and_reordered(story: Fees) -> None:
    story.tell("one comes ten minutes late, one never: the sweep asks WeChat by itself after two minutes")
    both = {
        LATE: story.pay_bills(LATE, "service", delay_seconds=600),
        LOST: story.pay_bills(LOST, "service", drop=True),
    }
    story.deliver()
    story.see("told so far", [story.state_of(*one) for one in both.items()], ["prepared"] * 2)
    story.wait(minutes=3)
    story.run_jobs()
    story.see("after the sweep", [story.state_of(*one) for one in both.items()], ["paid"] * 2)
    story.wait(minutes=8)
    told = len(_attempts(story))
    story.deliver()
    (paid,) = _paid_on(story, LATE)
    story.see("the late notice came, and changed nothing", (len(_attempts(story)) - told, paid["state"]), (1, "paid"))
    story.tell("two notices overtake one another")
    both = {name: story.pay_bills(name) for name in (FIRST, SECOND)}
    story.wechat("reverse_waiting")
    story.deliver()
    story.see("both", [story.state_of(*one) for one in both.items()], ["paid"] * 2)


def _forged_notices(story: Fees) -> None:
    story.tell("seven households pay all they owe, and each notice is forged in another way: WeChat is asked instead")
    for name, forged in zip(CHEATED, FORGERIES, strict=True):
        started = story.pay_bills(name, forge=forged)
        story.deliver()
        told = _attempts(story)[-1]["status"]
        story.see(f"forged {forged}", (told, story.state_of(name, started)), (401, "prepared"))
        path = f"{story.estate.path}/payment-orders/{started['order']['id']}/confirmation"
        story.see("the phone asks", story.who(name).post(path)["state"], "paid")


def _probe_and_mistake(story: Fees) -> None:
    story.tell("WeChat probes with a wrong signature first (SIGNTEST); what is refused comes again, signed rightly")
    probed = story.pay_bills(PROBED, "service", signtest=1)
    story.deliver()
    story.see("refused", (_attempts(story)[-1]["status"], story.state_of(PROBED, probed)), (401, "prepared"))
    story.wait(seconds=20)
    story.deliver()
    story.see("after fifteen seconds", story.state_of(PROBED, probed), "paid")
    story.tell(
        "a notice, well signed, names one fen: what WeChat answers when asked is booked, the rest is looked into"
    )
    mistold = story.pay_bills(MISTOLD, "service", changes={"amount.total": 1, "amount.payer_total": 1})
    story.deliver()
    order = story.who(FINANCE).get(f"{story.estate.path}/payments/{mistold['order']['id']}")["order"]
    story.see("booked", (order["state"], order["paid_fen"] == order["total_fen"]), ("paid", True))
    found = exception_of(story, "notice_differs")
    resolve(story, found, {"remedy": "note", "note": "与微信核对：通知有误，入账金额正确"})


def exceptions(story: Fees) -> list[dict[str, Any]]:
    """Return what waits for a person."""
    return list(story.who(FINANCE).get(f"{story.estate.path}/payment-exceptions")["items"])


def exception_of(story: Fees, kind: str) -> dict[str, Any]:
    """Return the one exception that waits, which must be of the kind."""
    story.see("waits for a person", [one["kind"] for one in exceptions(story)], [kind])
    return exceptions(story)[0]


def resolve(story: Fees, found: dict[str, Any], choice: dict[str, Any]) -> None:
    """Let the accountant see to an exception, which then waits no more."""
    story.who(FINANCE).post(f"{story.estate.path}/payment-exceptions/{found['id']}/resolution", choice)
    story.see("seen to; waiting still", len(exceptions(story)), 0)


def _ordering_times_out(story: Fees) -> None:
    story.tell("WeChat takes an order and its answer is lost: the phone repeats the call and goes on with that order")
    bill = story.bill(TIMED_OUT)
    story.wechat("fault", operation="order", when="after", drop=True)
    busy = story.order(TIMED_OUT, bill, key="a-phone-on-a-bad-network", status=503)
    story.see("the first call", busy["code"], "pay_busy")
    started = story.order(TIMED_OUT, bill, key="a-phone-on-a-bad-network")
    story.pay(started)
    story.note(bill)
    story.deliver()
    story.see("the second", story.state_of(TIMED_OUT, started), "paid")


def _both_keys_were_used(story: Fees) -> None:
    story.tell("WeChat was switching its key all the while")
    taken = {str(one["headers"]["Wechatpay-Serial"]) for one in _attempts(story) if one["status"] == 204}
    story.see("keys whose notices were taken", len(taken), 2)


def _two_phones_pay(story: Fees) -> None:
    story.tell("two phones pay one parking bill: the second payer's money goes back without anybody's doing")
    bill = story.bill(TWICE, "parking")
    older = story.order(TWICE, bill)
    newer = story.order(SECOND_OWNER, bill)
    story.pay(newer)
    story.note(bill)
    story.deliver()
    story.see("who pressed last has paid it", story.state_of(SECOND_OWNER, newer), "paid")
    story.pay(older, even_if_closed=True)
    story.deliver()
    story.wait(seconds=10)
    story.deliver()
    story.notes.refunded += bill["due_fen"]
    order = story.who(TWICE).get(f"{story.estate.path}/payment-orders/{older['order']['id']}")
    story.see("given back to the other", yuan(order["refunded_fen"]), yuan(bill["due_fen"]))
    told = (story.messages(SECOND_OWNER, "缴费结果"), story.messages(TWICE, "退款成功"))
    story.see("and both were told", told, (1, 1))
    story.see("waits for a person", len(exceptions(story)), 0)


def _paid_after_close(story: Fees) -> None:
    story.tell("money comes for an order that was closed: it waits, and the accountant puts it on the bill")
    bill = story.bill(TOO_LATE)
    closed = story.order(TOO_LATE, bill)
    story.who(TOO_LATE).post(f"{story.estate.path}/payment-orders/{closed['order']['id']}/cancellation")
    story.pay(closed, even_if_closed=True)
    story.deliver()
    found = exception_of(story, "paid_after_close")
    story.see("it stands in suspense", yuan(found["left_fen"]), yuan(bill["due_fen"]))
    choice = {"remedy": "pay_bills", "note": "业主确认用于物业费", "bill_ids": [bill["id"]]}
    resolve(story, found, choice)
    story.note(bill)
    story.see("service bills still open", [one for one in story.account(TOO_LATE)["open"] if _is_service(one)], [])


def _is_service(shown: dict[str, Any]) -> bool:
    return bool(shown["bill"]["kind"] == "service")

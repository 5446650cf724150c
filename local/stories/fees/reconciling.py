"""The next mornings: WeChat's bill against the books, line by line (FEE-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.stories.fees.paying import NEXT_DAY, UNSEEN, exception_of, resolve
from local.stories.fees.reckoning import yuan
from local.stories.fees.telling import HEAD

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees


def mornings(story: Fees) -> None:
    """One morning on which nothing differs, one on which WeChat's bill is wrong in one row."""
    story.chapter("5. The mornings after")
    _nothing_differs(story)
    _one_row_differs(story)


def _compared(story: Fees) -> dict[str, Any]:
    """Return the newest day that was compared."""
    days = story.who(HEAD).get(f"/v1/companies/{story.estate.company_id}/reconciliations")["items"]
    return dict(days[0])


def _nothing_differs(story: Fees) -> None:
    story.tell("in the evening one pays, no notice comes, and nobody asks; the bill of the day is there after ten")
    story.go_to("2026-11-13 21:30")
    unseen = story.pay_bills(UNSEEN, drop=True)
    story.see("that order", story.state_of(UNSEEN, unseen), "prepared")
    story.go_to("2026-11-14 10:05")
    story.run_jobs()
    day = _compared(story)
    theirs = [one for one in story.wechat("orders")["orders"] if one["trade_state"] in {"SUCCESS", "REFUND"}]
    story.see("day", day["day"], "2026-11-13")
    story.see("payments in WeChat's bill", day["payments"], len(theirs))
    story.see("their sum, by WeChat's own orders", yuan(day["paid_fen"]), yuan(_sum(theirs)))
    story.see("ours", yuan(day["our_paid_fen"]), yuan(day["paid_fen"]))
    both = (yuan(day["refunded_fen"]), yuan(day["our_refunded_fen"]))
    story.see("given back, theirs and ours", both, (yuan(story.notes.refunded),) * 2)
    story.see("differences", day["differences"], [])
    story.see("the order nobody saw", story.state_of(UNSEEN, unseen), "paid")


def _sum(orders: list[dict[str, Any]]) -> int:
    return sum(order["amount"]["total"] for order in orders)


def _one_row_differs(story: Fees) -> None:
    story.tell("WeChat's bill of the next day names one yuan more for one payment: one difference, by its name")
    started = story.pay_bills(NEXT_DAY)
    story.deliver()
    number, fen = started["order"]["id"], started["order"]["total_fen"]
    story.wechat("bill", amounts={number: fen + 100})
    story.go_to("2026-11-15 10:05")
    story.run_jobs()
    seen = [
        (one["kind"], one["order_id"] == number, one["wechat_fen"] - one["our_fen"])
        for one in _compared(story)["differences"]
    ]
    story.see("differences", seen, [("amount_differs", True, 100)])
    story.wechat("bill")
    resolve(story, exception_of(story, "amount_differs"), {"remedy": "note", "note": "微信账单有误，已向微信核实"})

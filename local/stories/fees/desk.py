"""At the accountant's desk: cash, prepaid money, a refund that two people decide, and receipts without a gap."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from local.money import FINANCE
from local.stories.fees.paying import AT_COUNTER, LATE, PREPAYING, PROBED
from local.stories.fees.reckoning import yuan
from local.stories.fees.telling import HEAD, MANAGER

if TYPE_CHECKING:
    from local.stories.fees.telling import Fees

PREPAID_FEN = 50_000


def the_desk(story: Fees) -> None:
    """What happens beside the phones."""
    story.chapter("4. At the desk")
    _cash(story)
    _prepaid(story)
    _refund(story)
    _declined(story)
    _receipts(story)


def _cash(story: Fees) -> None:
    story.tell("one pays cash: the paper receipt's number and picture are kept, and no number is written twice")
    finance, bill = story.who(FINANCE), story.bill(AT_COUNTER)
    body = {
        "room_id": bill["room_id"],
        "means": "cash",
        "parts": [{"bill_id": bill["id"]}],
        "payer_name": "何桂英",
        "paid_on": story.today,
        "paper_number": "0002317",
        "photo_id": story.photo(finance, "paper receipt"),
    }
    counter = f"{story.estate.path}/counter-payments"
    paid = finance.post(counter, body, status=201)
    story.note(bill, means="cash")
    story.see("taken", yuan(paid["total_fen"]), yuan(bill["due_fen"]))
    other = story.bill(AT_COUNTER, "utility")
    again = {**body, "parts": [{"bill_id": other["id"]}], "photo_id": story.photo(finance, "another receipt")}
    story.refuse("the same paper number", finance, counter, again, 409, "paper_number_used")


def _prepaid(story: Fees) -> None:
    story.tell("one prepays 500.00 and lets it pay what is open; the rest stays the household's")
    payer, room = story.who(PREPAYING), story.room_of(PREPAYING)
    body = {"prepay": [{"room_id": room, "fen": PREPAID_FEN}]}
    started = payer.post(f"{story.estate.path}/payment-orders", body, status=201)
    story.pay(started)
    story.deliver()
    story.notes.prepaid += PREPAID_FEN
    story.notes.receipts += 1
    opened = [shown["bill"] for shown in story.account(PREPAYING)["open"]]
    used = payer.post(f"{story.estate.path}/rooms/{room}/prepaid-use")["used_fen"]
    story.see("used", yuan(used), yuan(sum(bill["due_fen"] for bill in opened)))
    story.note(*opened, means="prepaid")
    story.see("still owed", story.account(PREPAYING)["due_fen"], 0)


def _refund(story: Fees) -> None:
    story.tell("a refund: the accountant asks, cannot approve it, the head does, and WeChat gives the money back")
    finance, head = story.who(FINANCE), story.who(HEAD)
    order = _of(story, LATE)
    (line,) = order["applied"]
    part = {"room_id": line["room_id"], "bill_id": line["bill_id"], "fen": line["fen"]}
    path = f"{story.estate.path}/payments/{order['id']}/refunds"
    body = {"origin": "bills", "parts": [part], "reason": "业主已在原物业缴过本月"}
    asked = finance.post(path, body, status=201)
    decision = f"{path}/{asked['id']}/decision"
    story.refuse("by the accountant", finance, decision, {"approve": True}, 403, "not_allowed")
    story.refuse("the same money again", head, path, body, 409, "not_refundable")
    story.see("the head", head.post(decision, {"approve": True})["state_label"], "待退款")
    story.deliver()
    story.wait(seconds=10)
    story.deliver()
    (refund,) = finance.get(f"{story.estate.path}/payments/{order['id']}")["refunds"]
    story.see("WeChat says", (refund["state"], yuan(refund["fen"])), ("succeeded", yuan(line["fen"])))
    story.notes.refunded += line["fen"]
    story.notes.on_bills[line["room_id"], "service"] -= line["fen"]
    story.notes.by_means["wechat"] -= line["fen"]
    story.see("and the bill is due again", yuan(story.bill(LATE)["due_fen"]), yuan(line["fen"]))


def _of(story: Fees, name: str) -> dict[str, Any]:
    """Return the one payment order that paid for a neighbour's home only."""
    orders = story.who(FINANCE).get(f"{story.estate.path}/payments?limit=100")["items"]
    room = story.room_of(name)
    (order,) = (one for one in orders if {line["room_id"] for line in one["applied"]} == {room})
    return dict(order)


def _declined(story: Fees) -> None:
    story.tell("another refund: the manager who asks may not approve it, and the head declines it with the reason")
    manager, order = story.who(MANAGER), _of(story, PROBED)
    line = order["applied"][0]
    part = {"room_id": line["room_id"], "bill_id": line["bill_id"], "fen": 100}
    path = f"{story.estate.path}/payments/{order['id']}/refunds"
    asked = manager.post(path, {"origin": "bills", "parts": [part], "reason": "业主要求减免一元"}, status=201)
    decision = f"{path}/{asked['id']}/decision"
    story.refuse("by himself", manager, decision, {"approve": True}, 403, "same_person_refused")
    declined = story.who(HEAD).post(decision, {"approve": False, "reason": "减免须走账单调整"})
    story.see("declined", (declined["state"], declined["decline_reason"]), ("declined", "减免须走账单调整"))


def _receipts(story: Fees) -> None:
    story.tell("receipts are numbered without a gap, and can be printed as picture and page")
    head = story.who(HEAD)
    company = f"/v1/companies/{story.estate.company_id}/receipts"
    checked = head.get(f"{company}/gaps?year=2026")
    story.see("the last number", (checked["last"], checked["gaps"]), (story.notes.receipts, []))
    path = f"{story.estate.path}/rooms/{story.room_of(LATE)}/receipts"
    (receipt,) = story.who(LATE).get(path)["items"]
    story.see("the one whose money went back", (receipt["state"], receipt["left_fen"]), ("void", 0))
    page = f"{story.estate.path}/receipts/{receipt['id']}"
    picture = Image.open(io.BytesIO(story.who(LATE).send("GET", f"{page}.png").data))
    story.see("picture", (picture.format, picture.size), ("PNG", (1654, 1165)))
    story.see("page", story.who(LATE).send("GET", f"{page}.pdf").data[:5], b"%PDF-")

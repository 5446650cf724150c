"""The simulated till of `make run`: somebody's bills and payments, and what they would press in WeChat.

The bills and the orders are the product's, asked in the person's own name; only the paying itself is the simulator's.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from local.cast import AnotherAnswer
from miniprogram_api.kernel.money import format_yuan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.cast import Person

_OPEN = ("created", "prepared")


def till_of(person: Person) -> str:
    """Return the part of a person's page with what they owe and what they are just paying; nothing without a home."""
    rows = [*_bills(person), *_orders(person)]
    return f"<section><h2>缴费（模拟微信）</h2><table>{''.join(rows)}</table></section>" if rows else ""


def press(person: Person, pressed: Mapping[str, str]) -> None:
    """Order a bill, or pay or cancel an order, as its buttons say; what the house refuses changes nothing."""
    simulator = person.cast.stack.simulator
    orders = f"/v1/estates/{pressed.get('estate', '')}/payment-orders"
    try:
        match pressed.get("press"):
            case "order":
                person.post(orders, {"bill_ids": [pressed.get("id", "")]}, status=201)
            case "ok":
                simulator.control("pay", act="user_pays", out_trade_no=pressed.get("id", ""))
                person.post(f"{orders}/{pressed.get('id', '')}/confirmation")
            case "cancel":
                person.post(f"{orders}/{pressed.get('id', '')}/cancellation")
    except (AnotherAnswer, LookupError):
        return


def _bills(person: Person) -> Iterator[str]:
    for home in person.get("/v1/me/bindings")["items"]:
        if home["state"] != "live":
            continue
        path = f"/v1/estates/{home['estate_id']}/rooms/{home['room_id']}/bills"
        for shown in person.get(path)["open"]:
            bill = shown["bill"]
            what = f"{bill['room']} {bill['period']} {bill['kind_label']}"
            button = "" if bill["being_paid"] else _button(person, home["estate_id"], bill["id"], "order", "去支付")
            yield _row(what, bill["due_fen"], bill["state_label"], button)


def _orders(person: Person) -> Iterator[str]:
    for order in person.get("/v1/me/payment-orders")["items"]:
        both = (("ok", "确认支付"), ("cancel", "取消"))
        buttons = " ".join(_button(person, order["estate_id"], order["id"], *one) for one in both)
        yield _row(
            order["description"],
            order["total_fen"],
            order["state_label"],
            buttons if order["state"] in _OPEN else "",
        )


def _row(what: str, fen: int, state: str, buttons: str) -> str:
    return f"<tr><td>{escape(what)}<td>{format_yuan(fen)} 元<td>{escape(state)}<td>{buttons}"


def _button(person: Person, estate_id: str, thing_id: str, press: str, label: str) -> str:
    hidden: dict[str, Any] = {"name": person.name, "estate": estate_id, "id": thing_id}
    fields = "".join(f"<input type=hidden name={name} value='{escape(value)}'>" for name, value in hidden.items())
    return f"<form method=post action=/local/till>{fields}<button name=press value={press}>{label}</button></form>"

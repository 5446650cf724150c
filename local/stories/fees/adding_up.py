"""Every figure the house shows at the end, against what the teller summed from outside: orders, roster, own notes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from local.money import FINANCE
from local.stories.fees.books import balance
from local.stories.fees.reckoning import (
    HOMES,
    PARKING_FEN,
    SERVICE_FEN,
    UTILITY_FEN,
    light_yuan,
    percent,
    service_fen,
    yuan,
)
from local.stories.fees.telling import COMMUNITY, HEAD, MANAGER, NEIGHBOURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.stories.fees.telling import Fees


def everything_adds_up(story: Fees) -> None:
    """Statement, tables, collection rate, and the books themselves."""
    story.chapter("7. Everything adds up")
    _statement(story)
    _tables(story)
    _collection(story)
    _books(story)


def _statement(story: Fees) -> None:
    story.tell("the year of the first home")
    name, room = NEIGHBOURS[0], story.rooms[0]
    shown = story.who(name).get(f"{story.estate.path}/rooms/{room}/statement?year=2026")
    bills = service_fen(HOMES[0]) + 8_000
    light = shown["charged_fen"] - bills
    story.see(
        "charged beyond service and parking: the light, to the fen", abs(light - light_yuan(HOMES[0]) * 100) < 1, True
    )
    paid = sum(amount for (of, _), amount in story.notes.on_bills.items() if of == room)
    story.see("paid", yuan(shown["paid_fen"] - shown["given_back_fen"]), yuan(paid))
    story.see("owed at the end", yuan(shown["closing_fen"]), yuan(bills + light - paid))
    page = story.who(name).send("GET", f"{story.estate.path}/rooms/{room}/statement.pdf?year=2026").data
    story.see("to be printed", page[:5], b"%PDF-")


def _rows(story: Fees, path: str) -> Iterator[dict[str, Any]]:
    book = load_workbook(io.BytesIO(story.who(FINANCE).send("GET", f"{story.estate.path}/{path}").data), data_only=True)
    heading, *rows = book.active.iter_rows(values_only=True)
    for row in rows:
        yield dict(zip(heading, row, strict=True))


def _tables(story: Fees) -> None:
    story.tell("the accountant's tables, read with a spreadsheet")
    rows = list(_rows(story, "receipts.xlsx?first_on=2026-11-01&last_on=2026-11-30"))
    numbers = {row["收据号"] for row in rows}
    story.see("receipts", len(numbers), story.notes.receipts)
    given = sum(round((row["金额（元）"] or 0) * 100) for row in rows)
    kept = story.notes.by_means["wechat"] + story.notes.by_means["cash"] + story.notes.prepaid
    void = sum(round((row["整张已退（元）"] or 0) * 100) for row in rows)
    story.see("their sum less what went back", yuan(given - void), yuan(kept))
    legs = list(_rows(story, "postings.xlsx?month=2026-11"))
    debit, credit = (sum(round((leg[side] or 0) * 100) for leg in legs) for side in ("借方（元）", "贷方（元）"))
    story.see("November: debit and credit", yuan(debit), yuan(credit))
    wechat = sum(
        round(((leg["借方（元）"] or 0) - (leg["贷方（元）"] or 0)) * 100) for leg in legs if leg["科目"] == "微信支付"
    )
    story.see("of it, WeChat", yuan(wechat), yuan(story.notes.by_means["wechat"] + story.notes.prepaid))


def _collection(story: Fees) -> None:
    story.tell("the collection rate, counted from the bills")
    story.who(FINANCE).post(f"{story.estate.path}/collection/recount")
    figures = story.who(COMMUNITY).get(f"{story.estate.path}/collection")["items"]
    counted = {one["kind"]: one["counted"] for one in figures if one["period"] == "2026-11"}
    for kind, due in (("service", SERVICE_FEN), ("parking", PARKING_FEN), ("utility", UTILITY_FEN)):
        seen, paid = counted[kind], story.notes.of_kind(kind)
        story.see(f"{kind}: due and paid", (yuan(seen["due_fen"]), yuan(seen["paid_fen"])), (yuan(due), yuan(paid)))
        story.see("in percent", seen["rate_by_amount"], str(percent(paid, due)))
    rooms = {room for (room, kind), amount in story.notes.on_bills.items() if kind == "service" and amount}
    story.see("homes that paid the service fee", counted["service"]["rooms_paid"], len(rooms))


def _books(story: Fees) -> None:
    story.tell("the books")
    legs = story.who(MANAGER).get(f"{story.estate.path}/ledger/balances")["items"]
    story.see("all accounts together", sum(one["fen"] for one in legs), 0)
    orders = story.wechat("orders")["orders"]
    paid = sum(one["amount"]["total"] for one in orders if one["trade_state"] in {"SUCCESS", "REFUND"})
    refunds = story.wechat("refunds")["refunds"]
    back = sum(one["fen"] for one in refunds if one["status"] == "SUCCESS")
    story.see(
        "paid, by WeChat's own orders",
        yuan(paid),
        yuan(story.notes.by_means["wechat"] + story.notes.prepaid + story.notes.refunded),
    )
    story.see("given back, by WeChat", yuan(back), yuan(story.notes.refunded))
    story.see(
        "what the book has at WeChat, and has moved from there",
        yuan(balance(story, "wechat") + story.notes.moved_to_bank),
        yuan(paid - back),
    )
    story.see("the company's fees", yuan(-balance(story, "company_fees")), yuan(story.notes.of_kind("service")))
    story.see("passed on", yuan(-balance(story, "passed_on")), yuan(story.notes.of_kind("utility")))
    story.see(
        "prepaid and unused",
        yuan(-balance(story, "prepaid")),
        yuan(story.notes.prepaid - story.notes.by_means["prepaid"]),
    )
    story.see("in suspense", balance(story, "suspense"), 0)
    checked = story.who(HEAD).get(f"/v1/companies/{story.estate.company_id}/receipts/gaps?year=2026")
    story.see("receipts 1 to", (checked["last"], checked["gaps"]), (story.notes.receipts, []))

"""A receipt in the words of its print: the same content each time, marked 补打 on any later day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of, shanghai, spoken
from miniprogram_api.kernel.errors import Invalid
from miniprogram_api.kernel.money import chinese_amount, format_yuan
from miniprogram_api.receipts.rules import ReceiptState, parse_receipt_id

if TYPE_CHECKING:
    from miniprogram_api.receipts.rules import Receipt

MOST_LINES = 30


class PaperUnprintable(Invalid):
    """Some character of it cannot be drawn with the printing font; the message names it."""

    code = "paper_unprintable"
    message = "有的字打印不出来，请更正后再打印。"


@dataclass(frozen=True, slots=True)
class PrintedReceipt:
    """Every text of a printed receipt."""

    company_name: str
    number: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    total: str
    total_in_words: str
    notes: tuple[str, ...]
    url: str
    issued_on: date
    issued: str
    reprinted: str | None
    void: str | None


def printed(receipt: Receipt, company_name: str, public_url: str, now: datetime) -> PrintedReceipt:
    """Return the texts of a receipt (FEE-01).

    Printed on a later day than it was issued it says so; how often is not kept, so that printing writes nothing.
    """
    draft, issued_on, today = receipt.draft, date_of(receipt.issued_at), date_of(now)
    void = receipt.state is ReceiptState.VOID
    return PrintedReceipt(
        company_name=company_name,
        number=receipt.printed_number,
        facts=_facts(receipt),
        lines=_lines(receipt),
        total=format_yuan(draft.total_fen),
        total_in_words=chinese_amount(draft.total_fen),
        notes=_notes(receipt),
        url=f"{public_url}/r/{draft.estate_id}/{receipt.id}",
        issued_on=issued_on,
        issued=f"{spoken(issued_on)}开具",
        reprinted=f"补打 {spoken(today)}" if today > issued_on else None,
        void=f"{receipt.void_reason} {_day(receipt.voided_at)}" if void else None,
    )


def _facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    draft = receipt.draft
    known = (
        ("房屋", f"{draft.estate_name} {draft.room_label}"),
        ("收款时间", f"{spoken(date_of(draft.paid_at))} {shanghai(draft.paid_at):%H:%M}"),
        ("交款人", draft.payer_name),
        ("支付方式", draft.means_label),
        ("交易单号", draft.transaction_id),
        ("纸质收据", draft.paper_number),
    )
    return tuple((label, value) for label, value in known if value)


def _lines(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Return the lines; what a sheet has no room for stands in its last line as one sum, so that the total adds up."""
    lines = receipt.draft.lines
    shown = lines if len(lines) <= MOST_LINES else lines[: MOST_LINES - 1]
    rest = lines[len(shown) :]
    texts = tuple((line.label, format_yuan(line.fen)) for line in shown)
    if not rest:
        return texts
    return (*texts, (f"其余{len(rest)}项合计（明细见小程序）", format_yuan(sum(line.fen for line in rest))))


def _notes(receipt: Receipt) -> tuple[str, ...]:
    back = tuple(f"已退款 ￥{format_yuan(one.fen)}（{_day(one.at)}）" for one in receipt.given_back)
    links = ((receipt.replaces, "代替 {} 号收据"), (receipt.replaced_by, "已由 {} 号收据代替"))
    return back + tuple(text.format(_number_of(other)) for other, text in links if other is not None)


def _number_of(receipt_id: str) -> str:
    _, year, number = parse_receipt_id(receipt_id)
    return f"{year}-{number:07d}"


def _day(at: datetime | None) -> str:
    return "" if at is None else spoken(date_of(at))

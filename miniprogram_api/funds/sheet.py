"""The sheet for the notice board: the published figures on paper, with a code that opens them on a phone (FND-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import ACCOUNT_LABELS
from miniprogram_api.kernel.clock import date_of, spoken
from miniprogram_api.kernel.errors import Invalid
from miniprogram_api.kernel.money import format_yuan
from miniprogram_api.kernel.period import spoken_period

if TYPE_CHECKING:
    from miniprogram_api.funds.publication import Publication


class SheetUnprintable(Invalid):
    """A character of the text cannot be printed."""

    code = "fund_sheet_unprintable"
    message = "公示内容含有无法打印的文字，请更正后再打印。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: a heading, rows of (what, summary, amount), a foot, and the address of the code."""

    heading: str
    rows: tuple[tuple[str, str, str], ...]
    foot: str
    url: str
    made_on: date


def sheet_of(publication: Publication, url: str) -> Sheet:
    """Return the sheet of a published month; every line and total the owners read in the app stands on it."""
    totals = [
        (
            ACCOUNT_LABELS[total.purpose],
            f"期初 {format_yuan(total.opening)}  收入 {format_yuan(total.income)}  支出 {format_yuan(total.expense)}",
            f"期末 {format_yuan(total.closing)}",
        )
        for total in publication.totals
    ]
    lines = [(line.label, line.summary, format_yuan(line.fen)) for line in publication.lines]
    on = date_of(publication.published_at)
    return Sheet(
        f"{publication.estate_name} {spoken_period(publication.period)}公共收支公示",
        (("项目", "摘要", "金额（元）"), *totals, *lines),
        f"公示日期 {spoken(on)}  公示人 {publication.by_name}  扫码可查看相同数据并提问",
        url,
        on,
    )

"""What the accountant takes along as a table: the rows of receipts and of postings, and how much fits a file."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Invalid, TooLarge
from miniprogram_api.receipts.rules import ReceiptState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from miniprogram_api.receipts.rules import Receipt, ReceiptLine

MOST_ROWS = 20_000
MOST_DAYS = 31

RECEIPT_HEADINGS = (
    "收据号",
    "开具日期",
    "小区",
    "房屋",
    "交款人",
    "费用类别",
    "收费项目",
    "金额（元）",
    "收款方式",
    "交易单号",
    "纸质收据号",
    "状态",
    "整张已退（元）",
)
RECEIPT_WIDTHS = (14, 12, 18, 20, 12, 16, 30, 12, 12, 32, 14, 20, 14)

Cell = str | Decimal | None


class ExportTooLarge(TooLarge):
    """The table would have more rows than a file holds."""

    code = "export_too_large"
    message = f"数据超过{MOST_ROWS}行，请缩短日期范围，或按小区分别导出。"


class DaysUnreadable(Invalid):
    """The days are the wrong way round, or more than a month apart."""

    code = "export_days_unreadable"
    message = f"请选择起止日期，最多{MOST_DAYS}天，结束日期不早于开始日期。"


def checked_days(first_on: date, last_on: date) -> tuple[date, date]:
    """Return the first day and the day after the last.

    Raises:
        DaysUnreadable: see there.
    """
    if not 0 <= (last_on - first_on).days < MOST_DAYS:
        raise DaysUnreadable
    return first_on, last_on + timedelta(days=1)


def receipt_rows(receipt: Receipt, kind_of: Callable[[ReceiptLine], str]) -> Iterator[tuple[Cell, ...]]:
    """Yield one row a line of a receipt; what was given back is of the whole receipt and stands in its first row."""
    draft = receipt.draft
    state = "有效" if receipt.state is ReceiptState.ISSUED else f"作废：{receipt.void_reason}"
    back = draft.total_fen - receipt.left_fen
    for place, line in enumerate(draft.lines):
        yield (
            receipt.printed_number,
            date_of(receipt.issued_at).isoformat(),
            draft.estate_name,
            draft.room_label,
            draft.payer_name,
            kind_of(line),
            line.label,
            yuan(line.fen),
            draft.means_label,
            draft.transaction_id,
            draft.paper_number,
            state,
            yuan(back) if back and not place else None,
        )


def yuan(fen: int) -> Decimal:
    """Return an amount as a cell shows it."""
    return Decimal(fen) / 100

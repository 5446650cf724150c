"""The trade bill of a day against the books, line by line; every difference has one of four names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.payments.anomaly import AnomalyKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.wechat.pay.bill import BillRow

SUCCESS = "SUCCESS"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that is not the same on both sides; ``refund_id`` is there where it is a refund's."""

    kind: AnomalyKind
    out_trade_no: str
    refund_id: str | None
    wechat_fen: int
    our_fen: int

    @property
    def fen(self) -> int:
        """Return the larger of both amounts, as what is at stake."""
        return max(self.wechat_fen, self.our_fen)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What came of comparing one company's day."""

    company_id: str
    day: date
    compared_at: datetime
    payments: int
    paid_fen: int
    refunds: int
    refunded_fen: int
    our_paid_fen: int
    our_refunded_fen: int
    differences: tuple[Difference, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class OurDay:
    """What the books hold of a day: payments (out_trade_no -> fen) and refunds ((out_trade_no, id) -> fen)."""

    paid: Mapping[str, int]
    refunded: Mapping[tuple[str, str], int]


def compare(company_id: str, day: date, rows: Iterable[BillRow], ours: OurDay, at: datetime) -> Reconciliation:
    """Return the day's reconciliation.

    A row that only WeChat has is ``missing_here``, one that only we have ``missing_there``; the same row with another
    amount ``amount_differs``; a refund that WeChat lists without having succeeded ``state_differs``.
    """
    theirs_paid: dict[str, int] = {}
    theirs_refunded: dict[tuple[str, str | None], int] = {}
    unfinished: list[Difference] = []
    for row in rows:
        if row.out_refund_no is None:
            theirs_paid[row.out_trade_no] = row.order_fen
        elif row.refund_status == SUCCESS:
            theirs_refunded[row.out_trade_no, row.out_refund_no] = row.refund_fen
        elif (row.out_trade_no, row.out_refund_no) in ours.refunded:
            ours_fen = ours.refunded[row.out_trade_no, row.out_refund_no]
            unfinished.append(
                Difference(AnomalyKind.STATE_DIFFERS, row.out_trade_no, row.out_refund_no, row.refund_fen, ours_fen)
            )
    waiting = {(one.out_trade_no, one.refund_id) for one in unfinished}
    payments = _differences(
        {(no, None): fen for no, fen in theirs_paid.items()}, {(no, None): fen for no, fen in ours.paid.items()}
    )
    refunds = _differences(theirs_refunded, {key: fen for key, fen in ours.refunded.items() if key not in waiting})
    return Reconciliation(
        company_id=company_id,
        day=day,
        compared_at=at,
        payments=len(theirs_paid),
        paid_fen=sum(theirs_paid.values()),
        refunds=len(theirs_refunded),
        refunded_fen=sum(theirs_refunded.values()),
        our_paid_fen=sum(ours.paid.values()),
        our_refunded_fen=sum(ours.refunded.values()),
        differences=(*payments, *refunds, *unfinished),
    )


def _differences(
    theirs: Mapping[tuple[str, str | None], int], ours: Mapping[tuple[str, str | None], int]
) -> list[Difference]:
    found = []
    for key in sorted(theirs.keys() | ours.keys(), key=lambda one: (one[0], one[1] or "")):
        their_fen, our_fen = theirs.get(key), ours.get(key)
        if their_fen == our_fen:
            continue
        kind = AnomalyKind.AMOUNT_DIFFERS
        if our_fen is None:
            kind = AnomalyKind.MISSING_HERE
        elif their_fen is None:
            kind = AnomalyKind.MISSING_THERE
        found.append(Difference(kind, key[0], key[1], their_fen or 0, our_fen or 0))
    return found

"""How the money of one payment is written: everything that must be true together, as parts of one act."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, NothingDue, Paid, TooMuch, with_payment
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, Leg, PostingKind, received_by
from miniprogram_api.kernel.charge import BILL_KIND_LABELS, MEANS_LABELS, Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.period import spoken_period
from miniprogram_api.payments.anomaly import AnomalyKind
from miniprogram_api.payments.order import OrderLine
from miniprogram_api.receipts.rules import ReceiptDraft, ReceiptLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.receipts.rules import Receipt
    from miniprogram_api.receipts.service import Receipts
    from miniprogram_api.storage.transaction import Transaction
    from miniprogram_api.wallets.service import Wallets


SUSPENSE = Account(AccountKind.SUSPENSE)
"""Money that came and has no place yet, or waits to go back."""
WECHAT = Account(AccountKind.WECHAT)
"""The company's balance at WeChat Pay."""


class Takings:
    """The bills of one act in memory: which lines they refuse, and how they look once they took the others."""

    def __init__(self, bills: Mapping[str, Bill], ref: str, means: Means, paid_at: datetime, as_of: date) -> None:
        self._ref, self._means, self._paid_at, self._as_of = ref, means, paid_at, as_of
        self._before = dict(bills)
        self._after = dict(bills)

    def refuses(self, line: OrderLine) -> AnomalyKind | None:
        """Return why the bill of a line does not take it, or None."""
        if line.bill_id is None:
            return None
        bill = self._after.get(line.bill_id)
        if bill is None:
            return AnomalyKind.BILL_CHANGED
        try:
            self._paid(bill, line)
        except NothingDue:
            paid_by_others = bill.payments and bill.void_reason is None
            return AnomalyKind.PAID_TWICE if paid_by_others else AnomalyKind.BILL_CHANGED
        except TooMuch:
            return AnomalyKind.BILL_CHANGED
        return None

    def take(self, lines: Iterable[OrderLine]) -> None:
        """Pay lines onto their bills, in memory.

        Raises:
            NothingDue, TooMuch: a bill does not take its line.
        """
        for line in lines:
            if line.bill_id is not None:
                self._after[line.bill_id] = self._paid(self._after[line.bill_id], line)

    def _paid(self, bill: Bill, line: OrderLine) -> Bill:
        paid = Paid(self._ref, self._means, line.fen, line.late_fee_fen, self._paid_at)
        return with_payment(bill, paid, self._as_of)

    def changes(self) -> Iterable[tuple[Bill, Bill]]:
        """Return each bill before and after; one whose order is over is no longer marked as being paid by it."""
        for bill_id, before in self._before.items():
            after = self._after[bill_id]
            if after.paying is not None and after.paying.out_trade_no == self._ref:
                after = replace(after, paying=None)
            if after != before:
                yield before, after

    def credit(self, line: OrderLine) -> Leg:
        """Return whose money a line becomes."""
        bill = None if line.bill_id is None else self._after[line.bill_id]
        account = (
            Account(AccountKind.PREPAID) if bill is None else received_by(bill.kind, bill.building_id, bill.room_id)
        )
        return account.credit(line.total_fen)


class Booking:
    """Adds the parts that every kind of payment has in common: bills, prepaid money, posting, receipts."""

    def __init__(self, bills: Bills, wallets: Wallets, ledger: Ledger, receipts: Receipts, estates: Estates) -> None:
        self.bills, self.wallets, self.ledger, self.receipts = bills, wallets, ledger, receipts
        self._estates = estates

    def takings(
        self, estate_id: str, lines: Sequence[OrderLine], ref: str, means: Means, paid_at: datetime, as_of: date
    ) -> Takings:
        """Read the bills of some lines, ready to take them."""
        wanted = [line.bill_id for line in lines if line.bill_id is not None]
        found = self.bills.find_bills(estate_id, wanted) if wanted else {}
        return Takings(found, ref, means, paid_at, as_of)

    def pay(self, act: Transaction, estate_id: str, takings: Takings, lines: Sequence[OrderLine], ref: str) -> None:
        """Make the bills and the prepaid money of the lines part of an act.

        Raises:
            BillChanged, WalletMoved: when the act is committed, if one changed meanwhile.
        """
        for before, after in takings.changes():
            self.bills.write(act, before, after)
        prepaid: dict[str, int] = {}
        for line in lines:
            if line.bill_id is None:
                prepaid[line.room_id] = prepaid.get(line.room_id, 0) + line.fen
        for room_id, fen in prepaid.items():
            self.wallets.move(act, estate_id, room_id, fen, ref, "预存")

    def post(
        self, act: Transaction, book: str, source: str, kind: PostingKind, summary: str, legs: Sequence[Leg]
    ) -> None:
        """Make a posting part of an act.

        Raises:
            PostedBefore: when the act is committed, if the event stands in the book.
        """
        self.ledger.book(act, book, Entry(source, kind, summary, tuple(legs)))

    def receipts_for(
        self,
        act: Transaction,
        *,
        company_id: str,
        estate_id: str,
        lines: Sequence[OrderLine],
        payer_name: str,
        means: Means,
        paid_at: datetime,
        source: str,
        transaction_id: str | None = None,
        paper_number: str | None = None,
        photo_id: str | None = None,
    ) -> list[Receipt]:
        """Make one receipt a room part of an act, under the next numbers of the company.

        Raises:
            NumberTaken: when the act is committed, if another act took the number.
        """
        by_room: dict[str, list[OrderLine]] = {}
        for line in lines:
            by_room.setdefault(line.room_id, []).append(line)
        name = self._estates.get_estate(estate_id).name if by_room else ""
        drafts = [
            ReceiptDraft(
                company_id=company_id,
                estate_id=estate_id,
                estate_name=name,
                room_id=room_id,
                room_label=of_room[0].room_label,
                payer_name=payer_name,
                means_label=MEANS_LABELS[means],
                lines=tuple(_receipt_lines(of_room)),
                paid_at=paid_at,
                source=source,
                transaction_id=transaction_id,
                paper_number=paper_number,
                photo_id=photo_id,
            )
            for room_id, of_room in by_room.items()
        ]
        return self.receipts.issue(act, drafts)


def _receipt_lines(lines: Iterable[OrderLine]) -> Iterable[ReceiptLine]:
    for line in lines:
        yield ReceiptLine(line.label, line.fen, line.bill_id)
        if line.late_fee_fen:
            yield ReceiptLine(f"{line.label} 违约金", line.late_fee_fen, line.bill_id)


def label_of(bill: Bill) -> str:
    """Return what a bill is called on orders and receipts: 物业服务费 2026年11月."""
    return f"{BILL_KIND_LABELS[bill.kind]} {spoken_period(bill.period)}"


def lines_of_bills(bills: Iterable[Bill], now: datetime) -> list[OrderLine]:
    """Return one line for each bill with what is due on it today.

    Raises:
        NothingDue: nothing is due on one of them.
    """
    lines = []
    for bill in bills:
        due = bill.due(date_of(now))
        if due.fen <= 0:
            raise NothingDue(bill_id=bill.id)
        lines.append(
            OrderLine(bill.room_id, bill.room_label, label_of(bill), due.principal_fen, due.late_fee_fen, bill.id)
        )
    return lines

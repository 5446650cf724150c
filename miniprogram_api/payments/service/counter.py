"""Money at the counter: written down with a paper receipt's number, booked at once, taken back only by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import (
    BillBeingPaid,
    BillChanged,
    BillUnknown,
    NothingDue,
    Paid,
    split,
    with_money_back,
)
from miniprogram_api.funds.ledger import Account, AccountKind, PostingKind, received_by
from miniprogram_api.funds.maintenance import RoomFundMoved
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.counter import (
    AnotherCompanysBill,
    CounterPart,
    CounterPayment,
    CounterPaymentMoved,
    CounterPaymentUnknown,
    MeansRefused,
    PaperNumber,
    PaperNumberUsed,
    Taken,
    voided,
)
from miniprogram_api.payments.order import OrderLine, PaymentKeyReused, SettlementBusy
from miniprogram_api.payments.service.booking import label_of
from miniprogram_api.payments.service.settlement import TRIES
from miniprogram_api.payments.store import COUNTER_PAYMENT, PAPER_NUMBER, PaymentStore
from miniprogram_api.receipts.rules import GivenBack, NumberTaken, ReceiptChanged
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.rules import WalletMoved

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.photos.service import Photos

_PLACES = {Means.CASH: AccountKind.CASH, Means.TRANSFER: AccountKind.BANK}
_MET_ANOTHER = (BillChanged, WalletMoved, RoomFundMoved, NumberTaken, ReceiptChanged)


class _RecordedBefore(CounterPaymentMoved):
    """The same call was carried out already."""


class Counter:
    """Payments at the counters of all estates."""

    def __init__(self, store: PaymentStore, booking: Booking, estates: Estates, photos: Photos) -> None:
        self._store, self._booking, self._estates, self._photos = store, booking, estates, photos

    def record(self, principal: Principal, estate_id: str, taken: Taken, key: str, now: datetime) -> CounterPayment:
        """Write down money taken for bills of one room; repeating the call with its key finds it done.

        Raises:
            MeansRefused, BillUnknown, AnotherCompanysBill, NothingDue, TooMuch, BillBeingPaid: see there.
            PaperNumberUsed: the paper receipt stands for another payment.
            PaymentKeyReused: the key came before with other contents.
        """
        if taken.means not in _PLACES:
            raise MeansRefused
        payment_id = derived_id("off", principal.account_id, estate_id, "record_payment", key)
        for _ in range(TRIES):
            there = self._store.find_counter_payment(estate_id, payment_id)
            if there is not None:
                return _same(there, taken)
            try:
                return self._record(principal, estate_id, taken, payment_id, now)
            except (_RecordedBefore, *_MET_ANOTHER):
                continue
        raise SettlementBusy

    def _record(
        self, principal: Principal, estate_id: str, taken: Taken, payment_id: str, now: datetime
    ) -> CounterPayment:
        room = self._estates.get_room(estate_id, taken.room_id)
        estate = self._estates.get_estate(estate_id)
        lines = self._lines(estate, taken, room.label, now)
        takings = self._booking.takings(estate_id, lines, payment_id, taken.means, now, date_of(now))
        takings.take(lines)
        act = Transaction(principal.account_id, "record_counter_payment", now)
        receipts = self._booking.receipts_for(
            act,
            company_id=estate.company_id or "",
            estate_id=estate_id,
            lines=lines,
            payer_name=taken.payer_name,
            means=taken.means,
            paid_at=now,
            source=payment_id,
            paper_number=taken.paper_number,
            photo_id=taken.photo_id,
        )
        payment = CounterPayment(
            id=payment_id,
            estate_id=estate_id,
            company_id=estate.company_id or "",
            room_label=room.label,
            taken=taken,
            parts=tuple(CounterPart(line.bill_id, line.fen, line.late_fee_fen) for line in lines if line.bill_id),
            recorded_by=principal.account_id,
            recorded_by_name=principal.display_name,
            recorded_at=now,
            receipt_id=receipts[0].id,
        )
        act.add(COUNTER_PAYMENT, payment, otherwise=_RecordedBefore)
        paper = PaperNumber(payment.company_id, taken.paper_number, payment.id)
        act.add(PAPER_NUMBER, paper, otherwise=PaperNumberUsed)
        self._booking.pay(act, estate_id, takings, lines, payment.id)
        if taken.photo_id is not None:
            self._photos.attach(act, estate_id, (taken.photo_id,), payment.id, "counter_payment")
        legs = [Account(_PLACES[taken.means]).debit(payment.total_fen), *(takings.credit(line) for line in lines)]
        summary = f"线下缴费 {payment.room_label}"
        self._booking.post(act, estate_id, payment.id, PostingKind.OFFLINE, summary, legs)
        self._store.commit(act)
        return payment

    def _lines(self, estate: Estate, taken: Taken, room_label: str, now: datetime) -> list[OrderLine]:
        bills = self._booking.bills.find_bills(estate.id, [part.bill_id for part in taken.parts])
        lines = []
        for part in taken.parts:
            bill = bills.get(part.bill_id)
            if bill is None or bill.room_id != taken.room_id:
                raise BillUnknown
            if bill.company_id != estate.company_id:
                raise AnotherCompanysBill
            if bill.being_paid(now) is not None:
                raise BillBeingPaid
            due = bill.due(date_of(now))
            if due.fen <= 0:
                raise NothingDue(bill_id=bill.id)
            principal, late = split(due, part.fen or due.fen)
            lines.append(OrderLine(bill.room_id, room_label, label_of(bill), principal, late, bill.id))
        if taken.prepaid_fen:
            lines.append(OrderLine(taken.room_id, room_label, "预存物业费", taken.prepaid_fen))
        if not lines:
            raise NothingDue
        return lines

    def void(self, principal: Principal, estate_id: str, payment_id: str, reason: str, now: datetime) -> CounterPayment:
        """Take a wrongly written payment back: bills are due again, the receipt is void, a counter-posting stands.

        Raises:
            CounterPaymentUnknown, CounterPaymentMoved, OwnEntryRefused: see there.
            NotEnoughPrepaid: what it prepaid is spent.
            BillBeingPaid, BillChanged: one of the bills does not allow it now.
        """
        by = principal.account_id
        for _ in range(TRIES):
            payment = self.access_counter_payment_by_id(estate_id, payment_id)
            act = Transaction(by, "void_counter_payment", now)
            after = act.change(
                COUNTER_PAYMENT, payment, voided(payment, reason, by, now), otherwise=CounterPaymentMoved
            )
            self._take_back(act, payment, now)
            try:
                self._store.commit(act)
            except (WalletMoved, RoomFundMoved, ReceiptChanged):
                continue
            return after
        raise SettlementBusy

    def _take_back(self, act: Transaction, payment: CounterPayment, now: datetime) -> None:
        ref = f"void_{payment.id}"
        bills = self._booking.bills.find_bills(payment.estate_id, [part.bill_id for part in payment.parts])
        legs = [Account(_PLACES[payment.taken.means]).credit(payment.total_fen)]
        for part in payment.parts:
            bill = bills[part.bill_id]
            if bill.being_paid(now) is not None:
                raise BillBeingPaid
            back = Paid(ref, payment.taken.means, -part.fen, -part.late_fee_fen, now)
            self._booking.bills.write(act, bill, with_money_back(bill, back))
            account = received_by(bill.kind, bill.building_id, bill.room_id)
            legs.append(account.debit(part.fen + part.late_fee_fen))
        if payment.taken.prepaid_fen:
            self._booking.wallets.move(
                act, payment.estate_id, payment.taken.room_id, -payment.taken.prepaid_fen, ref, "作废线下缴费"
            )
            legs.append(Account(AccountKind.PREPAID).debit(payment.taken.prepaid_fen))
        self._booking.post(act, payment.estate_id, ref, PostingKind.OFFLINE, f"作废线下缴费 {payment.room_label}", legs)
        receipt = self._booking.receipts.get_receipt(payment.receipt_id)
        while receipt.replaced_by is not None:  # a correction of its words stands for the money now
            receipt = self._booking.receipts.get_receipt(receipt.replaced_by)
        if receipt.left_fen:
            self._booking.receipts.give_back(act, receipt, GivenBack(ref, receipt.left_fen, now))

    def access_counter_payment_by_id(self, estate_id: str, payment_id: str) -> CounterPayment:
        """Return a payment at the counter of the estate, or raise CounterPaymentUnknown."""
        payment = self._store.find_counter_payment(estate_id, payment_id)
        if payment is None:
            raise CounterPaymentUnknown
        return payment

    def list(self, estate_id: str, limit: int, cursor: str | None) -> Page[CounterPayment]:
        """List the payments at the counter of an estate, newest first."""
        return self._store.list_counter_payments(estate_id, limit, cursor)


def _same(there: CounterPayment, taken: Taken) -> CounterPayment:
    """Return the payment that stands, if it is the one wanted.

    Raises:
        PaymentKeyReused: it is another.
    """
    if there.taken != taken:
        raise PaymentKeyReused
    return there

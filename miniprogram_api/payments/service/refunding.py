"""Refunds as people ask for and decide them: one asks, another approves.

Approving takes the money off the bills or the prepaid money at once and sets it aside in suspense, so that nobody can
spend it meanwhile; what WeChat then does only moves it from there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, BillBeingPaid, BillChanged, Paid, with_money_back
from miniprogram_api.funds.ledger import Account, AccountKind, Leg, PostingKind, received_by
from miniprogram_api.kernel.charge import Means
from miniprogram_api.kernel.errors import Unavailable
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.order import (
    OrderMissing,
    OrderMoved,
    OrderState,
    PaymentKeyReused,
    PaymentOrder,
)
from miniprogram_api.payments.refund import (
    NotRefundable,
    Origin,
    RefundCase,
    RefundMissing,
    RefundMoved,
    RefundPart,
    RefundState,
    require_covered,
    stepped,
)
from miniprogram_api.payments.service.booking import SUSPENSE
from miniprogram_api.payments.service.refund_acts import RefundActs
from miniprogram_api.payments.store import ORDER, REFUND_CASE
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.payments.service.ports import WorkQueue
    from miniprogram_api.payments.store import PaymentStore


class Refunds(RefundActs):
    """Asking for refunds and deciding about them."""

    def __init__(self, store: PaymentStore, booking: Booking, queue: WorkQueue) -> None:
        super().__init__(store, booking)
        self._queue = queue

    def ask(
        self,
        principal: Principal,
        estate_id: str,
        out_trade_no: str,
        origin: Origin,
        parts: tuple[RefundPart, ...],
        reason: str,
        key: str,
        now: datetime,
    ) -> RefundCase:
        """Ask that money of a paid order goes back: from bills (which become due again) or from prepaid money.

        Raises:
            OrderMissing: the estate has no such paid order.
            NotRefundable: more than is left of it, or than these bills hold of it.
            PaymentKeyReused: the key came before with other contents.
        """
        by = principal.account_id
        refund_id = derived_id("rfd", by, estate_id, "ask_refund", key)
        there = self._store.find_refund(out_trade_no, refund_id)
        if there is not None:
            if (there.origin, there.parts, there.reason) != (origin, parts, reason):
                raise PaymentKeyReused
            return there
        order = self.access_order_by_id(estate_id, out_trade_no)
        refund = RefundCase(
            id=refund_id,
            out_trade_no=out_trade_no,
            estate_id=estate_id,
            company_id=order.company_id,
            sub_mchid=order.sub_mchid,
            fen=sum(part.total_fen for part in parts),
            order_fen=order.paid_fen,
            origin=origin,
            parts=parts,
            reason=reason,
            asked_by=by,
            asked_by_name=principal.display_name,
            asked_at=now,
            account_id=order.account_id,
        )
        require_covered(refund, order.applied, self._store.list_refunds_of(out_trade_no))
        act = Transaction(by, "ask_refund", now)
        self.hold(act, order, refund)
        self._store.commit(act)
        return refund

    def hold(self, act: Transaction, order: PaymentOrder, refund: RefundCase) -> None:
        """Make a new refund part of an act, its amount held back from the order.

        Raises:
            NotRefundable: not so much is left of the order.
            OrderMoved: when the act is committed, if the order changed meanwhile.
        """
        if order.state is not OrderState.PAID or not 0 < refund.fen <= order.refundable_fen:
            raise NotRefundable(left_fen=order.refundable_fen)
        held = replace(order, refunding_fen=order.refunding_fen + refund.fen)
        act.change(ORDER, order, held, otherwise=OrderMoved)
        act.add(REFUND_CASE, refund, otherwise=RefundMoved)

    def decide(
        self, principal: Principal, estate_id: str, out_trade_no: str, refund_id: str, reason: str | None, now: datetime
    ) -> RefundCase:
        """Approve a refund, or decline it with a reason; never whoever asked for it.

        Raises:
            RefundMissing, IllegalTransition, SamePersonRefused: see there.
            NotRefundable: the bills or the prepaid money do not hold the amount any more.
            BillBeingPaid: somebody is paying one of the bills right now.
        """
        by = principal.account_id
        step = "approve" if reason is None else "decline"

        def build() -> tuple[Transaction, RefundCase]:
            refund = self.access_refund_by_id(estate_id, out_trade_no, refund_id)
            after = stepped(refund, step, by, reason=reason)
            after = replace(after, decided_by=by, decided_at=now, decline_reason=reason or "")
            act = Transaction(by, f"{step}_refund", now)
            if step == "decline":
                self._release(act, refund, given_back=False)
                self._free_anomaly(act, refund)
            else:
                after = replace(after, next_look_at=now)
                self._set_aside(act, refund, now)
            return act, act.change(REFUND_CASE, refund, after, otherwise=RefundMoved)

        decided = self._committed(build)
        if decided.state is RefundState.APPROVED:
            with suppress(Unavailable):  # only a hint: the sweep finds every refund that is under way
                self._queue.put({"do": "refund", "out_trade_no": out_trade_no, "refund_id": refund_id})
        return decided

    def _set_aside(self, act: Transaction, refund: RefundCase, now: datetime) -> None:
        """Take the money of a refund off where it lies and put it into suspense; suspense itself is there already."""
        if refund.origin is Origin.SUSPENSE:
            return
        legs: list[Leg] = []
        if refund.origin is Origin.PREPAID:
            for part in refund.parts:
                self._booking.wallets.move(act, refund.estate_id, part.room_id, -part.fen, refund.id, "退款")
            legs.append(Account(AccountKind.PREPAID).debit(refund.fen))
        else:
            bills = self._booking.bills.find_bills(refund.estate_id, [str(part.bill_id) for part in refund.parts])
            legs += [self._take_off(act, bills, part, refund.id, now) for part in refund.parts]
        legs.append(SUSPENSE.credit(refund.fen))
        source = f"aside:{refund.id}"
        self._booking.post(act, refund.estate_id, source, PostingKind.REFUND, f"待退款 {refund.reason}", legs)

    def _take_off(self, act: Transaction, bills: dict[str, Bill], part: RefundPart, ref: str, now: datetime) -> Leg:
        bill = bills.get(str(part.bill_id))
        if bill is None:
            raise NotRefundable
        if bill.being_paid(now) is not None:
            raise BillBeingPaid
        back = Paid(ref, Means.WECHAT, -part.fen, -part.late_fee_fen, now)
        try:
            after = with_money_back(bill, back)
        except BillChanged:
            raise NotRefundable from None
        self._booking.bills.write(act, bill, after)
        return received_by(bill.kind, bill.building_id, bill.room_id).debit(part.total_fen)

    def access_order_by_id(self, estate_id: str, out_trade_no: str) -> PaymentOrder:
        """Return a payment order of the estate, or raise OrderMissing."""
        order = self._store.find_order(out_trade_no)
        if order is None or order.estate_id != estate_id:
            raise OrderMissing
        return order

    def access_refund_by_id(self, estate_id: str, out_trade_no: str, refund_id: str) -> RefundCase:
        """Return a refund of the estate, or raise RefundMissing."""
        refund = self._store.find_refund(out_trade_no, refund_id)
        if refund is None or refund.estate_id != estate_id:
            raise RefundMissing
        return refund

    def list_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[RefundCase]:
        """List the refunds of an estate, newest first."""
        return self._store.list_refunds(estate_id, limit, cursor)

    def list_of(self, out_trade_no: str) -> Sequence[RefundCase]:
        """List the refunds of an order."""
        return self._store.list_refunds_of(out_trade_no)

"""Refunds on their way: sent to WeChat, asked about, and booked once, whoever asks how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.funds.ledger import PostingKind
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.payments.anomaly import Anomaly, AnomalyKind, Remedy
from miniprogram_api.payments.refund import (
    UNDER_WAY,
    Origin,
    RefundCase,
    RefundMoved,
    RefundState,
    asked_again,
    stepped,
)
from miniprogram_api.payments.service.booking import SUSPENSE, WECHAT
from miniprogram_api.payments.service.refund_acts import RefundActs
from miniprogram_api.payments.store import ANOMALY, REFUND_CASE, PaymentStore
from miniprogram_api.receipts.rules import GivenBack
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wechat.pay.errors import (
    NotEnoughBalance,
    OrderUnknown,
    ParametersDiffer,
    PayBusy,
    RefundRefused,
    RefundUnknown,
)
from miniprogram_api.wechat.pay.facts import RefundOrder, RefundStatus

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.payments.order import PaymentOrder
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.payments.service.ports import Till
    from miniprogram_api.wechat.pay.facts import Refund

_STUCK = "商户余额不足"
_ABNORMAL = "付款人账户异常，退款未到账"


class PayingBack(RefundActs):
    """Carries approved refunds to WeChat and books what becomes of them."""

    def __init__(self, store: PaymentStore, booking: Booking, till: Till) -> None:
        super().__init__(store, booking)
        self._till = till

    def carry_on(self, out_trade_no: str, refund_id: str, now: datetime) -> RefundCase:
        """Send an approved refund to WeChat, or ask what became of it, and book the answer once.

        Raises:
            RefundMissing: there is no such refund.
            PayBusy: WeChat did not answer; asking again with the same number refunds once.
        """
        refund = self._store.get_refund(out_trade_no, refund_id)
        if refund.state not in UNDER_WAY:
            return refund
        try:
            answer = self._ask_wechat(refund)
        except NotEnoughBalance:
            return self._stuck(refund, now)
        except (RefundRefused, OrderUnknown) as refused:
            return self._failed(refund, refused.message, now)
        return self._take_in(refund, answer, now)

    def _ask_wechat(self, refund: RefundCase) -> Refund:
        if refund.state is not RefundState.APPROVED:
            try:
                return self._checked(refund, self._till.query_refund(refund.id, refund.sub_mchid))
            except RefundUnknown:
                pass  # it never arrived there: send it again under the same number
        asked = RefundOrder(
            out_trade_no=refund.out_trade_no,
            out_refund_no=refund.id,
            refund_fen=refund.fen,
            total_fen=refund.order_fen,
            sub_mchid=refund.sub_mchid,
            reason=refund.reason[:80],
        )
        try:
            return self._checked(refund, self._till.refund(asked))
        except ParametersDiffer:  # it has this number already, asked in other words: what it says of it counts
            return self._checked(refund, self._till.query_refund(refund.id, refund.sub_mchid))

    @staticmethod
    def _checked(refund: RefundCase, answer: Refund) -> Refund:
        """Return an answer about this very refund; another is not believed."""
        if (answer.out_refund_no, answer.out_trade_no, answer.refund_fen) != (
            refund.id,
            refund.out_trade_no,
            refund.fen,
        ):
            raise PayBusy(operation="refund", reason="answer about another refund")
        return answer

    def _take_in(self, refund: RefundCase, answer: Refund, now: datetime) -> RefundCase:
        match answer.status:
            case RefundStatus.SUCCESS:
                return self._succeeded(refund, answer, now)
            case RefundStatus.CLOSED:
                return self._failed(refund, "微信已关闭该退款", now)
            case _:
                return self._waiting(refund, answer, now)

    def _waiting(self, refund: RefundCase, answer: Refund, now: datetime) -> RefundCase:
        """Write down that WeChat has it; where the payer's account does not take it, a person must act there."""
        abnormal = answer.status is RefundStatus.ABNORMAL

        def build() -> tuple[Transaction, RefundCase]:
            before = self._store.get_refund(refund.out_trade_no, refund.id)
            act = Transaction("system", "await_refund", now)
            if before.state not in UNDER_WAY:
                return act, before
            after = before
            if abnormal and before.state is not RefundState.ABNORMAL:
                after = stepped(before, "trouble", "system")
                self._add_anomaly(act, before, AnomalyKind.REFUND_ABNORMAL, _ABNORMAL, now)
            elif before.state is RefundState.APPROVED:
                after = stepped(before, "accept", "system")
            trouble = _ABNORMAL if abnormal else ""
            after = replace(asked_again(after, now), wechat_refund_id=answer.refund_id, trouble=trouble)
            return act, act.change(REFUND_CASE, before, after, otherwise=RefundMoved)

        return self._committed(build)

    def _succeeded(self, refund: RefundCase, answer: Refund, now: datetime) -> RefundCase:
        def build() -> tuple[Transaction, RefundCase]:
            before = self._store.get_refund(refund.out_trade_no, refund.id)
            act = Transaction("system", "refund_succeeded", now)
            if before.state not in UNDER_WAY:
                return act, before
            done_at = answer.succeeded_at or now
            after = replace(
                stepped(before, "succeed", "system"),
                wechat_refund_id=answer.refund_id,
                received_account=answer.received_account,
                ended_at=done_at,
                next_look_at=None,
                trouble="",
            )
            order = self._release(act, before, given_back=True)
            self._note_on_receipts(act, order, before, done_at)
            self._close_anomaly(act, before, now)
            self._end_troubles(act, before, now)
            legs = (SUSPENSE.debit(before.fen), WECHAT.credit(before.fen))
            self._booking.post(act, before.estate_id, before.id, PostingKind.REFUND, f"退款 {before.reason}", legs)
            return act, act.change(REFUND_CASE, before, after, otherwise=RefundMoved)

        return self._committed(build)

    def _failed(self, refund: RefundCase, trouble: str, now: datetime) -> RefundCase:
        """Write down that a refund failed; its money is in suspense, for a person."""

        def build() -> tuple[Transaction, RefundCase]:
            before = self._store.get_refund(refund.out_trade_no, refund.id)
            act = Transaction("system", "refund_failed", now)
            if before.state not in UNDER_WAY:
                return act, before
            after = replace(stepped(before, "fail", "system"), trouble=trouble, ended_at=now, next_look_at=None)
            order = self._release(act, before, given_back=False)
            self._note_on_receipts(act, order, before, now)
            self._end_troubles(act, before, now)
            if before.anomaly_id is None:
                self._add_anomaly(act, before, AnomalyKind.REFUND_FAILED, trouble, now, in_suspense=True)
            else:
                self._free_anomaly(act, before, trouble)
            return act, act.change(REFUND_CASE, before, after, otherwise=RefundMoved)

        return self._committed(build)

    def _stuck(self, refund: RefundCase, now: datetime) -> RefundCase:
        """The merchant's balance does not cover it: tell a person once, and go on trying with the same number."""

        def build() -> tuple[Transaction, RefundCase]:
            before = self._store.get_refund(refund.out_trade_no, refund.id)
            act = Transaction("system", "refund_stuck", now)
            if before.state not in UNDER_WAY:
                return act, before
            self._add_anomaly(act, before, AnomalyKind.REFUND_STUCK, _STUCK, now)
            after = replace(asked_again(before, now), trouble=_STUCK)
            return act, act.change(REFUND_CASE, before, after, otherwise=RefundMoved)

        return self._committed(build)

    def _note_on_receipts(self, act: Transaction, order: PaymentOrder, refund: RefundCase, at: datetime) -> None:
        """The receipts no longer stand for money that left what they name; a failed refund's gets new paper later."""
        if refund.origin is Origin.SUSPENSE:
            return
        by_room: Counter[str] = Counter()
        for part in refund.parts:
            by_room[part.room_id] += part.total_fen
        for receipt_id in order.receipts:
            receipt = self._booking.receipts.get_receipt(receipt_id)
            fen = min(by_room[receipt.draft.room_id], receipt.left_fen)
            if fen:
                by_room[receipt.draft.room_id] -= fen
                self._booking.receipts.give_back(act, receipt, GivenBack(refund.id, fen, at))

    def _add_anomaly(
        self,
        act: Transaction,
        refund: RefundCase,
        kind: AnomalyKind,
        trouble: str,
        now: datetime,
        *,
        in_suspense: bool = False,
    ) -> None:
        """Tell a person of a refund's trouble, once of each kind."""
        number = derived_id("anm", kind, refund.id)
        if self._store.find_anomaly(refund.estate_id, number) is not None:
            return
        anomaly = Anomaly(
            id=number,
            book=refund.estate_id,
            company_id=refund.company_id,
            kind=kind,
            fen=refund.fen,
            left_fen=refund.fen if in_suspense else 0,
            in_suspense=in_suspense,
            found_at=now,
            out_trade_no=refund.out_trade_no,
            detail=trouble,
        )
        act.add(ANOMALY, anomaly, otherwise=RefundMoved)

    def _end_troubles(self, act: Transaction, refund: RefundCase, now: datetime) -> None:
        """What was told about a refund under way needs nobody any more once it has ended."""
        for kind in (AnomalyKind.REFUND_STUCK, AnomalyKind.REFUND_ABNORMAL):
            anomaly = self._store.find_anomaly(refund.estate_id, derived_id("anm", kind, refund.id))
            if anomaly is not None and anomaly.is_open:
                over = replace(
                    anomaly, remedy=Remedy.NOTE, resolved_at=now, resolved_by="system", note="退款已有最终结果"
                )
                act.change(ANOMALY, anomaly, over, otherwise=RefundMoved)

    def _close_anomaly(self, act: Transaction, refund: RefundCase, now: datetime) -> None:
        anomaly = self._linked(refund)
        if anomaly is not None and anomaly.is_open:
            after = replace(
                anomaly,
                left_fen=0,
                remedy=Remedy.REFUND,
                resolved_at=now,
                resolved_by=refund.decided_by,
                note=refund.reason,
            )
            act.change(ANOMALY, anomaly, after, otherwise=RefundMoved)

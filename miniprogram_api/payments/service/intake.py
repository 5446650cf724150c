"""Notifications of WeChat Pay: proved, kept under their own id, handed on. All that a cold start has to build."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.payments.notification import StoredNotification
from miniprogram_api.payments.store import NOTIFICATION, PaymentStore
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wechat.pay.facts import Payment, Refund

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from miniprogram_api.payments.service.ports import Till, WorkQueue
    from miniprogram_api.wechat.pay.facts import Notification


class NotificationKnown(Conflict):
    """The notification is kept already."""

    code = "notification_known"


class PaymentIntake:
    """Where WeChat Pay's notifications arrive."""

    def __init__(self, store: PaymentStore, till: Till, queue: WorkQueue) -> None:
        self._store, self._till, self._queue = store, till, queue

    def take_in(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> str:
        """Keep a notification and hand it on; only then may WeChat be told that it arrived. Returns its id.

        A repeated one is handed on again, because the first time may have ended between the two: what it leads to is
        the same however often it is done.

        Raises:
            NotificationRefused: not provably WeChat's, or not fresh; nothing was changed.
            NotificationUnreadable, PayMisconfigured, NotHandedOn, StoreUnavailable: WeChat sends it again.
        """
        notification = self._till.read_notification(headers, raw_body, now)
        kept = _kept(notification, now)
        act = Transaction("wechat_pay", "take_in_notification", now)
        act.add(NOTIFICATION, kept, otherwise=NotificationKnown)
        with suppress(NotificationKnown):
            self._store.commit(act)
        if kept.refund_id is not None:
            self._queue.put({"do": "refund", "out_trade_no": str(kept.out_trade_no), "refund_id": kept.refund_id})
        elif kept.out_trade_no is not None:
            self._queue.put({"do": "settle", "out_trade_no": kept.out_trade_no, "notification_id": kept.id})
        return kept.id


def _kept(notification: Notification, now: datetime) -> StoredNotification:
    kept = StoredNotification(notification.id, notification.event_type, notification.created_at, now)
    match notification.content:
        case Payment(out_trade_no=number, sub_mchid=sub_mchid, total_fen=fen, state=state):
            return StoredNotification(
                kept.id, kept.event_type, kept.created_at, now, number, None, sub_mchid, fen, state.value
            )
        case Refund(out_trade_no=number, out_refund_no=refund_id, sub_mchid=sub_mchid, refund_fen=fen, status=status):
            return StoredNotification(
                kept.id, kept.event_type, kept.created_at, now, number, refund_id, sub_mchid, fen, status.value
            )
        case _:
            return kept

"""The acts of the control desk for WeChat Pay: ``control("pay", act=..., ...)``, or a POST to ``/_sim/pay``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.wechat_simulator.pay import trades
from local.wechat_simulator.pay.door import OPERATIONS, PayDoor
from local.wechat_simulator.pay.identities import (
    DIRECT_MCHID,
    PROVIDER_MCHID,
    new_certificate,
    new_public_key,
    private_pem,
)
from local.wechat_simulator.pay.notices import NoticeDesk, NoticePlan
from local.wechat_simulator.pay.world import BillPlan, Order, PayFault, PayWorld

if TYPE_CHECKING:
    import threading

    from local.wechat_simulator.world import World

ACTS = (
    "attempts",
    "automatic",
    "balance",
    "bill",
    "calls",
    "closing",
    "credentials",
    "deliver_all",
    "deliver_due",
    "deliver_next",
    "end_refund",
    "enroll",
    "fault",
    "keys",
    "next_notice",
    "orders",
    "refunds",
    "refunds_end",
    "replay",
    "reverse_waiting",
    "seed_paid",
    "timeout",
    "user_pays",
)
# These wait for the product, which may be waiting for us.
UNLOCKED = ("deliver_all", "deliver_due", "deliver_next", "replay")


class PayDesk:
    """WeChat Pay of one simulator, and what can be done to it."""

    def __init__(self, world: World, stopping: threading.Event) -> None:
        self.world = PayWorld(world)
        self.notices = NoticeDesk(self.world)
        self.door = PayDoor(self.world, self.notices, stopping)

    def do(self, act: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do one act.

        Raises:
            LookupError: there is no such act, order, refund or attempt.
            TypeError, ValueError: the arguments do not fit it.
        """
        if act not in ACTS:
            raise LookupError(act)
        method = getattr(self, act)
        if act in UNLOCKED:
            return dict(method(**arguments))
        with self.world.lock:
            return dict(method(**arguments))

    def credentials(self, provider: bool = False) -> dict[str, Any]:
        """What a merchant's operator would copy from the merchant platform, keys included."""
        merchant = self.world.merchants[PROVIDER_MCHID if provider else DIRECT_MCHID]
        return {
            "mchid": merchant.mchid,
            "appid": self.world.wechat.appid,
            "sub_mchids": list(merchant.sub_mchids),
            "certificate_serial": merchant.serial,
            "private_key": private_pem(merchant.key),
            "apiv3_key": merchant.apiv3_key,
            "public_key_id": self.world.public_key.serial,
            "public_key": self.world.public_key.pem,
            "platform_certificate_serial": self.world.certificate.serial,
            "platform_certificate": self.world.certificate.pem,
        }

    def enroll(self, sub_mchid: str) -> dict[str, Any]:
        """A company becomes one of the service provider's (特约商户进件)."""
        provider = self.world.merchants[PROVIDER_MCHID]
        if sub_mchid not in provider.sub_mchids:
            provider.sub_mchids = (*provider.sub_mchids, sub_mchid)
        return {}

    def user_pays(
        self,
        out_trade_no: str | None = None,
        prepay_id: str | None = None,
        request_payment: dict[str, str] | None = None,
        how: str = "ok",
        even_if_closed: bool = False,
    ) -> dict[str, Any]:
        """The payer acts on an order named by number, by a ``prepay_id`` (also an old one), or by paySign.

        ``how``: "ok", "cancel" or "fail". Answers what ``wx.requestPayment`` reports. ``even_if_closed``: the money
        moves although the order is closed or too old, which WeChat does not do but books must survive.
        """
        if request_payment is not None:
            try:
                order = trades.check_pay_sign(self.world, request_payment)
            except ValueError as refused:
                return {"result": str(refused)}
            prepay_id = request_payment["package"].removeprefix("prepay_id=")
        else:
            order, prepay_id = self._order_to_pay(out_trade_no, prepay_id)
        if how != "ok":
            return {"result": "requestPayment:fail cancel" if how == "cancel" else "requestPayment:fail"}
        result = trades.pay(self.world, order, prepay_id, even_if_closed)
        if result == "requestPayment:ok":
            url = order.request["notify_url"]
            self.notices.tell(order.merchant, url, "TRANSACTION.SUCCESS", "transaction", order.facts())
        return {"result": result, "transaction_id": order.transaction_id}

    def _order_to_pay(self, out_trade_no: str | None, prepay_id: str | None) -> tuple[Order, str]:
        order = trades.order_of_prepay(self.world, prepay_id) if prepay_id else self._order(str(out_trade_no))
        if order is None:
            raise LookupError(prepay_id)
        return order, prepay_id or list(order.prepay_ids)[-1]

    def _order(self, out_trade_no: str) -> Order:
        for order in self.world.orders.values():
            if order.out_trade_no == out_trade_no:
                return order
        raise LookupError(out_trade_no)

    def next_notice(self, **plan: Any) -> dict[str, Any]:
        """How the next notice goes wrong: the fields of NoticePlan. Plans queue up, one per notice."""
        self.notices.plans.append(NoticePlan(**plan))
        return {}

    def deliver_due(self) -> dict[str, Any]:
        """Send what is due now; ``done`` counts the things done."""
        return {"done": self.notices.run_due()}

    def deliver_next(self) -> dict[str, Any]:
        """Let time pass until something is due, and do it; ``done`` is false when nothing waits."""
        return {"done": self.notices.run_next()}

    def deliver_all(self) -> dict[str, Any]:
        """Let time pass and do everything, until nothing waits; ``done`` counts how often time was let pass."""
        done = 0
        while self.notices.run_next():
            done += 1
        return {"done": done}

    def reverse_waiting(self) -> dict[str, Any]:
        """What waits to be sent changes places: the last comes first."""
        self.notices.timetable.reverse()
        return {}

    def replay(self, index: int) -> dict[str, Any]:
        """Send the very bytes of an earlier attempt again."""
        return self.notices.replay(index)

    def automatic(self, speed: float = 1.0) -> dict[str, Any]:
        """Send notices without being asked, the pauses between attempts shortened ``speed`` times."""
        self.notices.run_by_itself(speed)
        return {}

    def timeout(self, seconds: float) -> dict[str, Any]:
        """How long a merchant has to answer a notice (5 s with WeChat)."""
        self.notices.timeout_seconds = seconds
        return {}

    def fault(self, operation: str, times: int = 1, **fault: Any) -> dict[str, Any]:
        """The next calls of an operation meet this: the fields of PayFault."""
        if operation not in OPERATIONS:
            raise ValueError(f"operation is one of {', '.join(OPERATIONS)}")
        self.world.faults[operation].extend([PayFault(**fault)] * times)
        return {}

    def keys(
        self,
        callbacks_by_public_key_percent: int | None = None,
        new_platform_certificate: bool = False,
        new_platform_public_key: bool = False,
    ) -> dict[str, Any]:
        """The switch from certificate to public key, and new ones of each; says which are in force."""
        if callbacks_by_public_key_percent is not None:
            self.world.callbacks_by_public_key_percent = callbacks_by_public_key_percent
        if new_platform_certificate:
            self.world.certificate = new_certificate("second certificate")
        if new_platform_public_key:
            self.world.public_key = new_public_key("second platform")
        return {"public_key_id": self.world.public_key.serial, "certificate": self.world.certificate.serial}

    def closing(self, burns_unknown_numbers: bool) -> dict[str, Any]:
        """Whether closing a number nobody ordered succeeds and uses it up, or is refused."""
        self.world.closing_burns_unknown_numbers = burns_unknown_numbers
        return {}

    def balance(self, mchid: str, fen: int) -> dict[str, Any]:
        """Set what a merchant, or a company of a service provider, has left for refunds."""
        self.world.balances[mchid] = fen
        return {}

    def refunds_end(self, endings: list[str | None]) -> dict[str, Any]:
        """How the next refunds end, five seconds after they were asked for; null leaves one PROCESSING."""
        self.world.refund_endings.extend(endings)
        return {}

    def end_refund(self, out_refund_no: str, status: str = "SUCCESS") -> dict[str, Any]:
        """End a refund now, and tell the merchant."""
        for refund in self.world.refunds.values():
            if refund.out_refund_no == out_refund_no:
                self.door.end_refund(refund, status)
                return {}
        raise LookupError(out_refund_no)

    def bill(self, **plan: Any) -> dict[str, Any]:
        """How bills differ from what happened: the fields of BillPlan, all of them each time."""
        self.world.bill_plan = BillPlan(**plan)
        return {}

    def seed_paid(self, count: int, total: int, provider: bool = False, sub_mchid: str | None = None) -> dict[str, Any]:
        """So many orders of ``total`` fen and one more fen each, paid just now, of which nobody is told."""
        merchant = self.world.merchants[PROVIDER_MCHID if provider else DIRECT_MCHID]
        for number in range(count):
            request = {
                "description": f"物业费，第{number + 1}户",
                "amount": {"total": total + number},
                "appid": self.world.wechat.appid,
                "payer": {"openid": "oSeeded000000000000000000001"},
                "sub_mchid": sub_mchid,
            }
            out_trade_no = f"seeded{number:06}"
            order = Order(merchant, out_trade_no, request, self.world.now())
            self.world.orders[merchant.mchid, out_trade_no] = order
            trades.settle(self.world, order)
        return {}

    def attempts(self) -> dict[str, Any]:
        """Every attempt to deliver a notice: what was sent, what was answered, when."""
        return {"attempts": list(self.notices.attempts)}

    def calls(self) -> dict[str, Any]:
        """The operations asked for so far, in order."""
        return {"calls": list(self.world.calls)}

    def orders(self) -> dict[str, Any]:
        """Every order as WeChat sees it, with its prepay_ids."""
        found = [one for one in self.world.orders.values() if one.first_request is not None]
        return {"orders": [{**one.facts(), "prepay_ids": list(one.prepay_ids)} for one in found]}

    def refunds(self) -> dict[str, Any]:
        """Every refund as WeChat sees it: its number, its order's, how it stands, and how many fen it is."""
        return {
            "refunds": [
                {
                    "out_refund_no": one.out_refund_no,
                    "out_trade_no": one.order.out_trade_no,
                    "status": one.status,
                    "fen": one.refund_fen,
                }
                for one in self.world.refunds.values()
            ]
        }

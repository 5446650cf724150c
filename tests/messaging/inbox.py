"""Somebody with a phone: their inbox, their consents, what WeChat brought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from local.wechat_simulator import WeChatSimulator
from miniprogram_api.container import Container
from miniprogram_api.kernel.ids import new_id
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.messaging.rules import MessageState, message_for
from tests.world import Person

KIND = NoticeKind.WORK_ORDER


@dataclass
class Inbox:
    """One person as messaging meets them."""

    container: Container
    simulator: WeChatSimulator
    person: Person
    estate_id: str

    @property
    def account_id(self) -> str:
        return self.person.account_id

    @property
    def openid(self) -> str:
        return f"openid-{self.account_id}"

    @property
    def template_id(self) -> str:
        return self.container.templates[KIND].id

    def notice(self, **given: Any) -> Notice:
        facts = {
            "identity": new_id("event", self.container.clock()),
            "kind": KIND,
            "to": Recipient(self.account_id),
            "title": "工单进度",
            "text": "师傅已上门",
            "page": "pages/work-order/index?id=wo_1",
            "estate_id": self.estate_id,
            "values": {"state": "处理中"},
        }
        return Notice(**{**facts, **given})

    def told(self, **given: Any) -> str:
        """Tell them something; returns the message's id."""
        notice = self.notice(**given)
        self.container.messages.tell(notice, self.container.clock())
        return message_for(notice, self.account_id, self.container.clock()).id

    def deliver(self, message_id: str) -> MessageState:
        return self.container.messages.deliver(self.account_id, message_id, self.container.clock())

    def allows(self, times: int = 1, *, in_wechat: int | None = None) -> None:
        """Tap "allow" so often; WeChat may know of fewer."""
        self.simulator.control(
            "grant",
            openid=self.openid,
            template_ids=[self.template_id],
            times=times if in_wechat is None else in_wechat,
        )
        for number in range(times):
            self.container.messages.grant(self.account_id, [KIND], f"tap-{number:04}-{self.account_id}", self.now)

    @property
    def now(self) -> Any:
        return self.container.clock()

    @property
    def left(self) -> int:
        held = self.container.messages._inboxes.find_allowance(self.account_id, KIND)
        return 0 if held is None else held.left

    @property
    def messages(self) -> list[Any]:
        return list(self.container.messages.list_inbox(self.account_id, 100, None).items)

    @property
    def received(self) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = self.simulator.control("sent", openid=self.openid)["sent"]
        return sent

    def undelivered(self) -> list[Any]:
        return list(self.container.messages.list_undelivered(self.estate_id, 100, None).items)

"""What somebody must be told: made by a room's rules from a change, delivered by messaging."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from miniprogram_api.kernel.access import Role


class NoticeKind(StrEnum):
    """What a notice is about; one WeChat template each (docs/messages.md lists their fields)."""

    WORK_ORDER = "work_order"  # 工单进度
    ASSIGNMENT = "assignment"  # 派单提醒
    OVERDUE = "overdue"  # 超时提醒
    PHOTO = "photo"  # 照片审核结果
    BINDING = "binding"  # 房屋绑定结果
    FILING = "filing"  # 合同备案
    LINKAGE = "linkage"  # 五方联动
    ROUND = "round"  # 上门服务
    TASK = "task"  # 任务提醒
    BILL = "bill"  # 账单通知: issued, paid, refunded; nobody opts out of these
    FEE_REMINDER = "fee_reminder"  # 缴费提醒: before and after the due day; a person may opt out
    FUND = "fund"  # 公共收支
    PRICE = "price"  # 物业费定价
    BALLOT = "ballot"  # 业主表决: announced, open, ending, counted; nobody opts out of these
    DECISION = "decision"  # 共同决定: published, ordered to be corrected, rescinded, carried out
    CONSULTATION = "consultation"  # 协商议事


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person, everybody bound to one room of an estate, or everybody who holds one of ``roles`` there."""

    account_id: str | None = None
    estate_id: str | None = None
    unit_id: str | None = None
    roles: frozenset[Role] = frozenset()
    room_id: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A short message: ``title`` and ``text`` in Chinese, ``page`` the mini-program page it opens.

    ``values`` fills the WeChat template by field meaning (``{"state": "已派单"}``). ``identity`` names the event it is
    about: the same event never reaches a person twice.
    """

    identity: str
    kind: NoticeKind
    to: Recipient
    title: str
    text: str
    page: str
    estate_id: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)

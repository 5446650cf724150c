"""Care for rooms in arrears: why they do not pay, and who spoke with them; never a list for neighbours (FEE-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict


class CareReason(StrEnum):
    """Why a household does not pay, as it told."""

    DISSATISFIED = "dissatisfied"
    AWAY = "away"
    DISPUTE = "dispute"
    HARDSHIP = "hardship"
    UNKNOWN = "unknown"


CARE_LABELS: dict[CareReason, str] = {
    CareReason.DISSATISFIED: "对服务不满意",
    CareReason.AWAY: "未在此居住",
    CareReason.DISPUTE: "费用有争议",
    CareReason.HARDSHIP: "生活困难",
    CareReason.UNKNOWN: "原因不明",
}


class ContactMeans(StrEnum):
    """How somebody was spoken to."""

    VISIT = "visit"
    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"


CONTACT_LABELS: dict[ContactMeans, str] = {
    ContactMeans.VISIT: "上门",
    ContactMeans.PHONE: "电话",
    ContactMeans.MESSAGE: "微信或短信",
    ContactMeans.LETTER: "书面",
}


class CareChanged(Conflict):
    """Somebody else wrote down a reason at the same moment."""

    code = "care_changed"
    message = "该房屋的欠费原因刚刚被更新，请刷新后再修改。"


class ContactKeyReused(Conflict):
    """The same Idempotency-Key came with different content."""

    code = "contact_key_reused"
    message = "这次提交与之前的内容不一致，请返回重新填写后提交。"


@dataclass(frozen=True, slots=True)
class RoomCare:
    """Why a room does not pay; ``work_order_id`` is the complaint behind it, where there is one."""

    estate_id: str
    room_id: str
    room_label: str
    reason: CareReason
    note: str
    set_by_name: str
    set_at: datetime
    work_order_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """One conversation about a room's arrears."""

    id: str
    estate_id: str
    room_id: str
    means: ContactMeans
    text: str
    by_name: str
    at: datetime

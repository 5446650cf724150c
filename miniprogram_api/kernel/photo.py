"""What any room shows of a photo: how far it came, and links to look at once it was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PhotoState(StrEnum):
    """From the permission to upload a photo to its acceptance (REP-01)."""

    AWAITING_UPLOAD = "awaiting_upload"
    PROCESSING = "processing"
    CHECKING = "checking"  # WeChat was asked and has not judged yet
    TO_DECIDE = "to_decide"  # WeChat gave no clear answer; a person of the desk looks
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"  # it was never uploaded


PHOTO_LABELS: dict[PhotoState, str] = {
    PhotoState.AWAITING_UPLOAD: "待上传",
    PhotoState.PROCESSING: "处理中",
    PhotoState.CHECKING: "审核中",
    PhotoState.TO_DECIDE: "待人工审核",
    PhotoState.ACCEPTED: "已通过",
    PhotoState.REFUSED: "未通过",
    PhotoState.EXPIRED: "未上传",
}
"""What people read instead of the state's name."""


@dataclass(frozen=True, slots=True)
class PhotoLinks:
    """Addresses of the three sizes of a photo (long side 240, 720 and 2048 pixels); they end after an hour."""

    small: str
    medium: str
    full: str


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """One photo as people see it. ``links`` is there only when it was accepted, ``reason`` only when it was refused."""

    id: str
    state: PhotoState
    label: str
    reason: str | None = None
    links: PhotoLinks | None = None

"""A photo is uploaded, made safe to show, checked by WeChat or a person, and only then shown (REP-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.kernel.photo import PHOTO_LABELS, PhotoLinks, PhotoShown, PhotoState
from miniprogram_api.kernel.workflow import Transition, Workflow

LARGEST_BYTES = 10 * 1024 * 1024
"""WeChat's content check takes no larger picture, and a phone's JPEG is rarely above 6 MB."""

UPLOAD_WAIT = timedelta(hours=1)
CHECK_WAIT = timedelta(minutes=30)
"""WeChat pushes its judgement within 30 minutes (mediaCheckAsync)."""

CHECK_LINK_SECONDS = 45 * 60
"""WeChat may fetch the picture at any moment of those 30 minutes."""

CHECK_TRIES = 3
"""Lambda delivers an upload event once and then twice more; the last delivery hands the photo to a person."""

TRACE_KEPT = timedelta(days=7)

RISKY_REASON = "照片未通过微信内容审核，请换一张照片。"
UNFINISHED_REASON = "照片没有处理完，请重新上传。"


class ContentType(StrEnum):
    """The kinds of file that are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class Judgement(StrEnum):
    """What the content check advises."""

    PASS = "pass"  # noqa: S105
    REVIEW = "review"
    RISKY = "risky"


class PhotoUnknown(NotFound):
    """There is no such photo in this estate, or it is none of this person's business."""

    code = "photo_unknown"
    message = "没有找到该照片，请重新上传。"


class PhotoNotYours(NotFound):
    """The photo is somebody else's, belongs to another thing already, was refused, or is named twice."""

    code = "photo_not_yours"
    message = "有照片不能使用，请删除后重新上传。"


class PermitOver(Conflict):
    """The permission was used or has ended, or the same Idempotency-Key came for another file."""

    code = "photo_permit_over"
    message = "这次上传已结束，请重新选择照片上传。"


class PhotoDecided(Conflict):
    """The photo no longer waits for a decision."""

    code = "photo_decided"
    message = "该照片已处理，请刷新列表。"


class PhotoUnusable(Invalid):
    """The file cannot be made into a picture; the message tells the resident why."""

    code = "photo_unusable"
    message = "照片打不开，请重新拍照上传。"


@dataclass(frozen=True, slots=True)
class SafePhoto:
    """The three files of a photo that may be shown, without any metadata; sizes are those of ``full`` in pixels."""

    full: bytes
    medium: bytes
    small: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of one person at one estate.

    ``upload_digest`` (SHA-256) pins the file that is processed: what is uploaded later under the same permission is
    not taken. ``usable`` is false once it is refused or expired. ``owner`` is the id of the thing it belongs to, and
    ``purpose`` says as what, once something was written with it. ``sealed`` is True for a paper vote's photo, which
    shows the choice (VOT-01): nobody but its uploader sees it before the count, neither WeChat nor the desk. It is
    absent from every other photo, so that those written before there were sealed ones are no different.
    """

    id: str
    estate_id: str
    uploader_id: str
    content_type: ContentType
    size: int
    asked_at: datetime
    state_since: datetime
    state: PhotoState = PhotoState.AWAITING_UPLOAD
    reason: str | None = None
    upload_digest: str | None = None
    width: int | None = None
    height: int | None = None
    trace_id: str | None = None
    check_tries: int = 0
    decided_by: str | None = None
    usable: bool = True
    owner: str | None = None
    purpose: str | None = None
    sealed: bool | None = None
    version: int = 0

    @property
    def waits_until(self) -> datetime | None:
        """Return the instant after which waiting makes no sense, or None when the photo waits for no machine."""
        if self.state is PhotoState.AWAITING_UPLOAD:
            return self.asked_at + UPLOAD_WAIT
        if self.state in {PhotoState.PROCESSING, PhotoState.CHECKING}:
            return self.state_since + CHECK_WAIT
        return None

    def shown(self, links: PhotoLinks | None) -> PhotoShown:
        """Return what people see of the photo."""
        return PhotoShown(self.id, self.state, PHOTO_LABELS[self.state], self.reason, links)


@dataclass(frozen=True, slots=True)
class Trace:
    """Which photo one of WeChat's content checks is about."""

    trace_id: str
    estate_id: str
    photo_id: str
    asked_at: datetime


_FILE_COMES = frozenset({PhotoState.AWAITING_UPLOAD, PhotoState.EXPIRED})
_JUDGED = frozenset({PhotoState.CHECKING, PhotoState.TO_DECIDE})
_REASON = frozenset({"reason"})
PHOTO_CHECK: Workflow[PhotoState] = Workflow(
    "photo",
    PhotoState.AWAITING_UPLOAD,
    (
        # An event that was late by more than an hour still brings a photo that its owner did upload.
        Transition("take_up", "开始处理", _FILE_COMES, PhotoState.PROCESSING),
        Transition("expire", "过期", frozenset({PhotoState.AWAITING_UPLOAD}), PhotoState.EXPIRED),
        Transition("give_up", "不能处理", frozenset({PhotoState.PROCESSING}), PhotoState.REFUSED, requires=_REASON),
        Transition("ask", "送审", frozenset({PhotoState.PROCESSING}), PhotoState.CHECKING),
        Transition("keep", "密封保存", frozenset({PhotoState.PROCESSING}), PhotoState.ACCEPTED),
        Transition(
            "hand_over",
            "转人工",
            frozenset({PhotoState.PROCESSING, PhotoState.CHECKING}),
            PhotoState.TO_DECIDE,
        ),
        # A judgement that comes after the half hour still counts while nobody has decided.
        Transition("pass", "审核通过", _JUDGED, PhotoState.ACCEPTED),
        Transition("object", "审核不通过", _JUDGED, PhotoState.REFUSED, requires=_REASON),
        Transition(
            "accept", "人工通过", frozenset({PhotoState.TO_DECIDE}), PhotoState.ACCEPTED, Permission.PHOTO_DECIDE
        ),
        Transition(
            "refuse",
            "人工不通过",
            frozenset({PhotoState.TO_DECIDE}),
            PhotoState.REFUSED,
            Permission.PHOTO_DECIDE,
            requires=_REASON,
        ),
    ),
)
"""awaiting_upload -> processing -> checking -> accepted | refused | to_decide -> accepted | refused (REP-01).

A sealed one: awaiting_upload -> processing -> accepted (VOT-01)."""


def moved(photo: Photo, step: str, now: datetime, *, by: str = "system", reason: str | None = None) -> Photo:
    """Return the photo after one step.

    Raises:
        IllegalTransition: the step does not start where the photo stands.
        InputMissing: a refusal without a reason.
    """
    transition = PHOTO_CHECK.step(photo.state, step, given={"reason": reason}, actor=by, participants={})
    decided_by = by if transition.permission else photo.decided_by
    usable = transition.target not in {PhotoState.REFUSED, PhotoState.EXPIRED}
    return replace(photo, state=transition.target, state_since=now, reason=reason, decided_by=decided_by, usable=usable)


def judged(photo: Photo, judgement: Judgement, now: datetime) -> Photo:
    """Return the photo after WeChat's judgement; one that was decided already stays as it is."""
    if photo.state not in _JUDGED:
        return photo
    if judgement is Judgement.PASS:
        return moved(photo, "pass", now)
    if judgement is Judgement.RISKY:
        return moved(photo, "object", now, reason=RISKY_REASON)
    return moved(photo, "hand_over", now) if photo.state is PhotoState.CHECKING else photo


def waited_enough(photo: Photo, now: datetime) -> Photo:
    """Return what becomes of a photo whose waiting has ended: never a loss without a word (design 1.5)."""
    if photo.waits_until is None or now < photo.waits_until:
        return photo
    if photo.state is PhotoState.AWAITING_UPLOAD:
        return moved(photo, "expire", now)
    if photo.state is PhotoState.PROCESSING:
        return moved(photo, "give_up", now, reason=UNFINISHED_REASON)
    return moved(photo, "hand_over", now)


def raw_file(estate_id: str, photo_id: str) -> str:
    """Return where in the uploads bucket the file as it came lies."""
    return f"uploads/{estate_id}/{photo_id}"


def read_raw_file(name: str) -> tuple[str, str] | None:
    """Return the estate and photo that a file of the uploads bucket belongs to, or None for a file of another kind."""
    parts = name.split("/")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "uploads" else None


def shown_file(estate_id: str, photo_id: str, size: str) -> str:
    """Return where in the media bucket one size (``full``, ``medium``, ``small``) lies."""
    return f"photos/{estate_id}/{photo_id}/{size}.jpg"

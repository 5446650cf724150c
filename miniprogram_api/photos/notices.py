"""Who is told what about a photo: its uploader when it cannot be shown, the desk when it must look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.kernel.photo import PHOTO_LABELS, PhotoState

if TYPE_CHECKING:
    from miniprogram_api.photos.rules import Photo

_DESK = frozenset({Role.MANAGER, Role.DISPATCHER})
_NEVER_CAME = "照片没有传完，请打开原来的页面重新上传。"


def notices(before: Photo | None, after: Photo) -> tuple[Notice, ...]:
    """Tell the uploader why a photo is not shown, and the desk that one waits for them (REP-01)."""
    if before is not None and before.state is after.state:
        return ()
    if after.state is PhotoState.REFUSED:
        return (_notice(after, Recipient(account_id=after.uploader_id), "照片未通过", after.reason or ""),)
    if after.state is PhotoState.EXPIRED and after.owner is not None:
        return (_notice(after, Recipient(account_id=after.uploader_id), "照片未上传", _NEVER_CAME),)
    if after.state is PhotoState.TO_DECIDE:
        desk = Recipient(estate_id=after.estate_id, roles=_DESK)
        return (_notice(after, desk, "照片待审核", "有照片需要人工审核，请打开待审照片查看。"),)
    return ()


def _notice(photo: Photo, to: Recipient, title: str, text: str) -> Notice:
    page = "pages/photos-to-decide/index?estate_id={0}" if to.roles else "pages/photo/index?estate_id={0}&id={1}"
    return Notice(
        identity=f"photo:{photo.id}:{photo.state}",
        kind=NoticeKind.PHOTO,
        to=to,
        title=title,
        text=text,
        page=page.format(photo.estate_id, photo.id),
        estate_id=photo.estate_id,
        values={"state": PHOTO_LABELS[photo.state]},
    )

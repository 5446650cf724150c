"""What people send and see of photos."""

from __future__ import annotations

from typing import Annotated

import msgspec

from miniprogram_api.photos.rules import LARGEST_BYTES, ContentType


class AskUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The type and the size in bytes of the file about to be uploaded; both are fixed in the permission.

    ``sealed`` is for the photo of a paper vote and for nothing else: nobody but the uploader sees it before the count.
    """

    content_type: ContentType
    size: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_BYTES)]
    sealed: bool = False


class UploadForm(msgspec.Struct, frozen=True):
    """Post ``fields`` and then the file (field name ``file``) as multipart form data to ``url``, in so many seconds."""

    photo_id: str
    url: str
    fields: dict[str, str]
    expires_in: int


class DecidePhoto(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the photo may be shown; a refusal tells the uploader why."""

    accept: bool
    reason: Annotated[str, msgspec.Meta(max_length=100)] | None = None

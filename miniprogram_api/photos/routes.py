"""Photos over HTTP: the file itself never passes through here, it goes straight to the bucket."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.photo import PhotoShown
from miniprogram_api.kernel.workflow import InputMissing
from miniprogram_api.photos.rules import PermitOver, PhotoDecided, PhotoUnknown
from miniprogram_api.photos.schemas import AskUpload, DecidePhoto, UploadForm
from miniprogram_api.photos.service import Photos

routes = Routes("photos", tag="照片")


@routes.post(
    "/v1/estates/<estate_id>/photos",
    guard=in_estate(Permission.PHOTO_UPLOAD),
    status=201,
    repeatable=True,
    errors=(PermitOver,),
)
def ask_upload(call: Call, estate_id: str, body: AskUpload) -> UploadForm:
    """Ask leave to upload one photo straight to the file store (REP-01)."""
    photo, permit = call.service(Photos).permit_upload(
        call.principal.account_id, estate_id, body.content_type, body.size, call.key, call.now, sealed=body.sealed
    )
    return UploadForm(photo.id, permit.url, permit.fields, permit.expires_in)


@routes.get(
    "/v1/estates/<estate_id>/photos/<photo_id>", guard=in_estate(Permission.PHOTO_UPLOAD), errors=(PhotoUnknown,)
)
def read_photo(call: Call, estate_id: str, photo_id: str) -> PhotoShown:
    """Return how far a photo came, to who uploaded it and to who decides on photos; a sealed one to its uploader."""
    return call.service(Photos).access_photo_by_id(call.principal, call.territory, estate_id, photo_id)


@routes.get("/v1/estates/<estate_id>/photos-to-decide", guard=in_estate(Permission.PHOTO_DECIDE))
def list_photos_to_decide(call: Call, estate_id: str, query: ListQuery) -> PageOf[PhotoShown]:
    """List the photos that the content check could not settle, oldest first."""
    page = call.service(Photos).list_to_decide(estate_id, query.limit, query.cursor)
    return PageOf(list(page.items), page.next)


@routes.post(
    "/v1/estates/<estate_id>/photos/<photo_id>/decision",
    guard=in_estate(Permission.PHOTO_DECIDE),
    errors=(PhotoUnknown, PhotoDecided, InputMissing),
)
def decide_photo(call: Call, estate_id: str, photo_id: str, body: DecidePhoto) -> PhotoShown:
    """Accept or refuse a photo that waits for a person."""
    by = call.principal.account_id
    return call.service(Photos).decide(estate_id, photo_id, body.accept, body.reason, by, call.now)

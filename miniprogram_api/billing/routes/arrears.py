"""Opening arrears and the care for rooms in arrears over HTTP."""

from __future__ import annotations

from miniprogram_api.billing.arrears import (
    ArrearsImportUnknown,
    ArrearsMissing,
    ArrearsMoved,
    ArrearsRefused,
    ArrearsRepeated,
)
from miniprogram_api.billing.care import CareChanged, ContactKeyReused
from miniprogram_api.billing.run import NoCompany
from miniprogram_api.billing.schemas.arrears import (
    ArrearsImportShown,
    CareContactShown,
    CareQuery,
    CareShown,
    NewContact,
    NewReason,
    RoomCareShown,
)
from miniprogram_api.billing.service.care import ArrearsCare
from miniprogram_api.billing.service.openings import OpeningArrears
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Invalid, NotFound, TooLarge

routes = Routes("arrears", tag="账单与收缴")

_ACCOUNT = "/v1/estates/<estate_id>/room-accounts/<room_id>"
_IMPORTS = "/v1/estates/<estate_id>/arrears-imports"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAXIMUM_FILE = 4 * 1024 * 1024


@routes.post(
    _IMPORTS,
    guard=in_estate(Permission.BILL_ISSUE),
    status=201,
    repeatable=True,
    consumes=_XLSX,
    maximum_bytes=_MAXIMUM_FILE,
    errors=(Invalid, TooLarge, ArrearsMissing, ArrearsRepeated, NoCompany),
)
def check_arrears(call: Call, estate_id: str, body: bytes) -> ArrearsImportShown:
    """Read an .xlsx file of what was owed before, and say row by row what is wrong; nothing is written (FEE-14)."""
    by = call.principal.account_id
    return ArrearsImportShown.of(call.service(OpeningArrears).check(by, call.key, estate_id, body, call.now))


@routes.get(f"{_IMPORTS}/<import_id>", guard=in_estate(Permission.BILL_ISSUE), errors=(ArrearsImportUnknown,))
def read_arrears_import(call: Call, estate_id: str, import_id: str) -> ArrearsImportShown:
    """Return an import: what is wrong with it, or how far it has been written."""
    return ArrearsImportShown.of(call.service(OpeningArrears).get_import(estate_id, import_id))


@routes.post(
    f"{_IMPORTS}/<import_id>/application",
    guard=in_estate(Permission.BILL_ISSUE),
    errors=(ArrearsImportUnknown, ArrearsRefused, ArrearsMoved, NotFound),
)
def apply_arrears(call: Call, estate_id: str, import_id: str) -> ArrearsImportShown:
    """Write a checked file as bills, or go on; call again while ``state`` is ``applying``."""
    by = call.principal.account_id
    return ArrearsImportShown.of(call.service(OpeningArrears).apply(by, estate_id, import_id, call.now))


@routes.get("/v1/estates/<estate_id>/arrears-care", guard=in_estate(Permission.BILL_READ))
def list_arrears_care(call: Call, estate_id: str, query: CareQuery) -> PageOf[CareShown]:
    """List the rooms that do not pay for one reason, for the estate's staff only (FEE-14)."""
    page = call.service(ArrearsCare).list_care(estate_id, query.reason, query.limit, query.cursor)
    return PageOf([CareShown.of(care) for care in page.items], page.next)


@routes.get(f"{_ACCOUNT}/arrears-care", guard=in_estate(Permission.BILL_READ))
def read_arrears_care(call: Call, estate_id: str, room_id: str, query: ListQuery) -> RoomCareShown:
    """Return why a room does not pay and who spoke with it, newest first."""
    service = call.service(ArrearsCare)
    care = service.find_care(estate_id, room_id)
    page = service.list_contacts(estate_id, room_id, query.limit, query.cursor)
    shown = [CareContactShown.of(one) for one in page.items]
    return RoomCareShown(shown, None if care is None else CareShown.of(care), page.next)


@routes.put(
    f"{_ACCOUNT}/arrears-reason",
    guard=in_estate(Permission.BILL_ADJUST),
    errors=(RoomUnknown, CareChanged, NotFound),
)
def note_arrears_reason(call: Call, estate_id: str, room_id: str, body: NewReason) -> CareShown:
    """Write down why a room does not pay, linked to the complaint behind it where there is one (FEE-14)."""
    care = call.service(ArrearsCare).note_reason(
        call.principal, call.territory, estate_id, room_id, body.reason, body.note, body.work_order_id, call.now
    )
    return CareShown.of(care)


@routes.post(
    f"{_ACCOUNT}/arrears-contacts",
    guard=in_estate(Permission.BILL_ADJUST),
    status=201,
    repeatable=True,
    errors=(RoomUnknown, ContactKeyReused),
)
def note_arrears_contact(call: Call, estate_id: str, room_id: str, body: NewContact) -> CareContactShown:
    """Write down a conversation about a room's arrears (FEE-14)."""
    care = call.service(ArrearsCare)
    one = care.note_contact(call.principal, estate_id, room_id, body.means, body.text, call.key, call.now)
    return CareContactShown.of(one)

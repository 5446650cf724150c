"""Roster import and export over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Content, Routes
from miniprogram_api.estates.rules import BuildingUnknown, ChangedMeanwhile
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Invalid, NotFound, TooLarge
from miniprogram_api.roster.rules import (
    ImportRefused,
    ImportRepeated,
    ImportRunning,
    ImportUnknown,
    PlanStale,
    RosterMissing,
    RosterTooLarge,
)
from miniprogram_api.roster.schemas import ApplyImport, ExportQuery, ImportShown
from miniprogram_api.roster.service import Roster

routes = Routes("roster", tag="房屋名册")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAXIMUM_FILE = 6 * 1024 * 1024 - 16 * 1024
"""6 MB less what a request around it takes; Lambda itself ends at 6 MB of encoded request, about 4.4 MB of file."""

_BASE = "/v1/estates/<estate_id>/roster-imports"


@routes.post(
    _BASE,
    guard=in_estate(Permission.ROSTER_IMPORT),
    status=201,
    repeatable=True,
    consumes=XLSX,
    maximum_bytes=MAXIMUM_FILE,
    errors=(Invalid, TooLarge, RosterMissing, ImportRepeated),
)
def check_roster(call: Call, estate_id: str, body: bytes) -> ImportShown:
    """Read an .xlsx roster and show, row by row, what is wrong and what it would change (EST-02)."""
    by = call.principal.account_id
    return ImportShown.of(call.service(Roster).check(by, call.key, estate_id, body, call.now))


@routes.get(f"{_BASE}/<import_id>", guard=in_estate(Permission.ROSTER_IMPORT), errors=(ImportUnknown,))
def read_import(call: Call, estate_id: str, import_id: str) -> ImportShown:
    """Return an import: what it would change, or how far it has been written."""
    return ImportShown.of(call.service(Roster).get_import(estate_id, import_id))


@routes.post(
    f"{_BASE}/<import_id>/apply",
    guard=in_estate(Permission.ROSTER_IMPORT),
    errors=(ImportUnknown, ImportRefused, ImportRunning, PlanStale, ChangedMeanwhile, NotFound),
)
def apply_import(call: Call, estate_id: str, import_id: str, body: ApplyImport) -> ImportShown:
    """Write a checked import, or go on with one that stopped; call again while ``state`` is ``applying``."""
    by = call.principal.account_id
    return ImportShown.of(call.service(Roster).apply(by, estate_id, import_id, body.end_absent, call.now))


@routes.get(
    "/v1/estates/<estate_id>/roster.xlsx",
    guard=in_estate(Permission.ROSTER_IMPORT),
    produces=(XLSX,),
    errors=(BuildingUnknown, RosterTooLarge),
)
def export_roster(call: Call, estate_id: str, query: ExportQuery) -> Content:
    """Return the rooms as the .xlsx file that can be imported again; it names residents, so who imports may export."""
    data = call.service(Roster).export(estate_id, query.building_id)
    return Content(data, XLSX, "房屋名册.xlsx")

"""What people send and see about roster imports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.roster.rules import ImportState, RosterImport

if TYPE_CHECKING:
    from miniprogram_api.roster.reading import Finding


class ApplyImport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Write a checked import; ``end_absent`` also ends rooms the file lacks and to which nobody is bound."""

    end_absent: bool = False


class ExportQuery(msgspec.Struct, frozen=True):
    """Which rooms: one building's, or all."""

    building_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class FindingShown(msgspec.Struct, frozen=True):
    """What is wrong (or was left out) where; row 0 is the sheet as a whole."""

    sheet: str
    row: int
    column: str
    problem: str

    @classmethod
    def of(cls, finding: Finding) -> FindingShown:
        """Return what is shown of a finding."""
        return cls(finding.sheet, finding.row, finding.column, finding.problem)


class ChangeShown(msgspec.Struct, frozen=True):
    """A room that changes, and which of its facts."""

    room: str
    facts: list[str]


class BuildingRead(msgspec.Struct, frozen=True):
    """How much of a building the file holds."""

    name: str
    entrances: int
    rooms: int


class ImportShown(msgspec.Struct, frozen=True):
    """One import: what the file would change, what is wrong with it, and how far the writing has come.

    Lists are cut at 100 (errors at 300); the counts beside them are whole.
    """

    id: str
    state: ImportState
    made_at: datetime
    rooms: int
    added: int
    changed: int
    unchanged: int
    absent: int
    error_count: int
    skipped_count: int
    errors: list[FindingShown]
    skipped: list[FindingShown]
    buildings: list[BuildingRead]
    changes: list[ChangeShown]
    absent_rooms: list[str]
    steps: int
    written: int
    ended: int
    kept: int

    @classmethod
    def of(cls, found: RosterImport) -> ImportShown:
        """Return what is shown of an import."""
        return cls(
            id=found.id,
            state=found.state,
            made_at=found.made_at,
            rooms=found.rooms,
            added=found.added,
            changed=found.changed,
            unchanged=found.unchanged,
            absent=found.absent,
            error_count=found.error_count,
            skipped_count=found.skipped_count,
            errors=[FindingShown.of(finding) for finding in found.errors],
            skipped=[FindingShown.of(finding) for finding in found.skipped],
            buildings=[BuildingRead(line.name, line.entrances, line.rooms) for line in found.buildings],
            changes=[ChangeShown(change.label, list(change.facts)) for change in found.changes],
            absent_rooms=list(found.absent_rooms),
            steps=found.steps,
            written=found.written,
            ended=found.ended,
            kept=found.kept,
        )

"""Where imports and their plans lie: the import in the table, its plan, sealed, in the store of files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from miniprogram_api.roster.rules import ImportState, RosterImport, RosterPlan
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.storage.objects import Objects
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.storage.table import Table


def _indexes(found: RosterImport) -> dict[str, Key]:
    if found.state is ImportState.APPLYING and found.progress_at is not None:
        return {"gsi1": keys.roster_import_running(found.progress_at, found.id)}
    return {}


ROSTER_IMPORT = Kind(
    "roster_import", RosterImport, lambda found: keys.roster_import(found.estate_id, found.id), _indexes
)


class RosterStore:
    """Imports and their plans."""

    def __init__(self, table: Table, files: Objects, sealer: Sealer) -> None:
        self._table = table
        self._files = files
        self._sealer = sealer
        self._plan = Kind("roster_plan", RosterPlan, lambda _: Key("", ""))
        self.commit = table.commit

    def find(self, estate_id: str, import_id: str) -> RosterImport | None:
        """Return an import, or None."""
        return self._table.find(ROSTER_IMPORT, keys.roster_import(estate_id, import_id))

    def list_stuck(self, since: datetime, limit: int) -> tuple[RosterImport, ...]:
        """List imports that are being written and made no progress since an instant."""
        last = keys.roster_import_running(since, "~")
        return self._table.page(ROSTER_IMPORT, last.pk, index="gsi1", between=("0", last.sk), limit=limit).items

    def save_plan(self, found: RosterImport, plan: RosterPlan) -> None:
        """Keep a plan until it is written; it names people, so it is sealed as a whole."""
        text = json.dumps(self._plan.body(plan), ensure_ascii=False, separators=(",", ":"))
        self._files.write(_file(found), self._sealer.seal(text, "roster").encode(), "application/octet-stream")

    def load_plan(self, found: RosterImport) -> RosterPlan:
        """Return the plan of an import, or raise ObjectMissing."""
        sealed = self._files.read(_file(found)).decode()
        return self._plan.entity_of(json.loads(self._sealer.open(sealed, "roster")))

    def drop_plan(self, found: RosterImport) -> None:
        """Forget a plan that has been written."""
        self._files.remove(_file(found))


def _file(found: RosterImport) -> str:
    # The plan of one file against one state of the register is always the same: two tries at once cannot disagree.
    return f"rosters/{found.estate_id}/{found.id}/{found.base_revision}-{found.digest[:16]}"

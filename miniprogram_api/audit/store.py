"""Where the trail lies: one partition per thing, in time order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.audit.rules import Change
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

CHANGE = Kind("audit", Change, lambda change: keys.audit(change.pk, change.sk, change.at.isoformat(), change.event_id))


class Trail:
    """The trail in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def list_newest(self, thing: Key, limit: int, cursor: str | None) -> Page[Change]:
        """List the changes of one thing, newest first."""
        pk = keys.audit(thing.pk, thing.sk, "", "").pk
        return self._table.page(CHANGE, pk, limit=limit, cursor=cursor, newest_first=True)

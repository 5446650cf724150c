"""Where gaps lie: in their estate, and while open in an index by the tree above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.gaps.rules import Gap, Round
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table


def _gap_indexes(gap: Gap) -> dict[str, Key]:
    if gap.closed_at is not None:
        return {}
    return {"gsi1": keys.gap_below(gap.units, gap.estate_id, gap.check, gap.subject)}


GAP = Kind("gap", Gap, lambda gap: keys.gap(gap.estate_id, gap.check, gap.subject), _gap_indexes)
ROUND = Kind("gap_round", Round, lambda _: keys.sweep_progress("gaps"))


class GapStore:
    """Gaps in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def list_known(self, estate_id: str) -> list[Gap]:
        """List every gap an estate ever had; there are as many as categories, buildings and holes in a week."""
        return self._table.all_of(GAP, keys.gap(estate_id, "", "").pk)

    def list_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Gap]:
        """List the open gaps of all estates below a unit: one query by the prefix of its path."""
        whole = keys.gap_below(path, "", "", "")
        prefix = "/".join(path) + "/"
        return self._table.page(GAP, whole.pk, index="gsi1", prefix=prefix, limit=limit, cursor=cursor)

    def find_round(self) -> Round | None:
        """Return how far the look at all estates has come, or None before the first."""
        return self._table.find(ROUND, keys.sweep_progress("gaps"))

"""Where teams and visits lie. An estate's visits sort by day in their own partition, so that the next one is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.rounds.rules import Team, Visit, VisitState
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_PER_SHARD = 25


def _visit_indexes(visit: Visit) -> dict[str, Key]:
    entries = {"gsi1": keys.visit_of_company(visit.company_id, visit.visit_on, visit.id)}
    if visit.state is VisitState.PLANNED:
        entries["gsi3"] = keys.visit_due(keys.shard_of(visit.id), visit.missed_at, visit.id)
    return entries


TEAM = Kind("round_team", Team, lambda team: keys.round_team(team.company_id, team.id))
VISIT = Kind("visit", Visit, lambda visit: keys.visit(visit.estate_id, visit.id), _visit_indexes)


class RoundStore:
    """Teams and visits in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_team(self, company_id: str, team_id: str) -> Team | None:
        """Return a team, or None."""
        return self._table.find(TEAM, keys.round_team(company_id, team_id))

    def list_teams(self, company_id: str, limit: int, cursor: str | None) -> Page[Team]:
        """List the teams of a company."""
        return self._table.page(TEAM, keys.round_team(company_id, "").pk, limit=limit, cursor=cursor)

    def find_visit(self, estate_id: str, visit_id: str) -> Visit | None:
        """Return a visit, or None."""
        return self._table.find(VISIT, keys.visit(estate_id, visit_id))

    def list_from(self, estate_id: str, day: date) -> list[Visit]:
        """List an estate's visits of a day and later; a plan reaches twelve weeks ahead."""
        first, last = keys.visits_between(day)
        return self._table.all_of(VISIT, keys.visit(estate_id, "").pk, between=(first, last))

    def list_visits(self, estate_id: str, limit: int, cursor: str | None) -> Page[Visit]:
        """List an estate's visits, the latest day first."""
        pk = keys.visit(estate_id, "").pk
        return self._table.page(VISIT, pk, limit=limit, cursor=cursor, newest_first=True)

    def list_of_company(self, company_id: str, first: date, last: date, limit: int, cursor: str | None) -> Page[Visit]:
        """List a company's visits across its estates between two days, both included."""
        pk = keys.visit_of_company(company_id, first, "").pk
        between = (first.isoformat(), f"{last.isoformat()}~")
        return self._table.page(VISIT, pk, index="gsi1", between=between, limit=limit, cursor=cursor)

    def each_due(self, now: datetime) -> Iterator[Visit]:
        """Yield planned visits whose day is over, some of each shard."""
        for shard in range(keys.SHARDS):
            pk = keys.visit_due(shard, now, "").pk
            yield from self._table.page(VISIT, pk, index="gsi3", between=keys.until(now), limit=_PER_SHARD).items

"""Where linkage cases lie: a case, its steps and those who take part share one partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.linkage.rules import Case, Participant, Step
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_PER_SHARD = 25


def _case_indexes(case: Case) -> dict[str, Key]:
    entries = {"gsi1": keys.linkage_of_estate(case.estate_id, case.opened_at, case.id)}
    if case.due_at is not None:
        entries["gsi3"] = keys.linkage_due(keys.shard_of(case.id), case.due_at, case.id)
    return entries


CASE = Kind("linkage_case", Case, lambda case: keys.linkage_case(case.estate_id, case.id), _case_indexes)
STEP = Kind("linkage_step", Step, lambda step: keys.linkage_step(step.estate_id, step.case_id, step.number))
PARTICIPANT = Kind(
    "linkage_participant",
    Participant,
    lambda one: keys.linkage_participant(one.estate_id, one.case_id, one.account_id),
)


class LinkageStore:
    """Linkage cases in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_case(self, estate_id: str, case_id: str) -> Case | None:
        """Return a case, or None."""
        return self._table.find(CASE, keys.linkage_case(estate_id, case_id))

    def find_with_steps(self, estate_id: str, case_id: str) -> tuple[Case | None, list[Step]]:
        """Return a case with its timeline, in one query."""
        case, steps = None, list[Step]()
        pk = keys.linkage_case(estate_id, case_id).pk
        for name, body in self._table.collection(pk, between=("CASE", "STEP#~")):
            if name == CASE.name:
                case = CASE.entity_of(body)
            elif name == STEP.name:
                steps.append(STEP.entity_of(body))
        return case, steps

    def list_cases(self, estate_id: str, limit: int, cursor: str | None, at: datetime) -> Page[Case]:
        """List the cases of an estate, the newest first."""
        pk = keys.linkage_of_estate(estate_id, at, "").pk
        return self._table.page(CASE, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_participant(self, estate_id: str, case_id: str, account_id: str) -> Participant | None:
        """Return a person's participation, or None."""
        return self._table.find(PARTICIPANT, keys.linkage_participant(estate_id, case_id, account_id))

    def list_participants(self, estate_id: str, case_id: str, limit: int, cursor: str | None) -> Page[Participant]:
        """List those who take part."""
        key = keys.linkage_participant(estate_id, case_id, "")
        return self._table.page(PARTICIPANT, key.pk, prefix=key.sk, limit=limit, cursor=cursor)

    def count_participants(self, estate_id: str, case_id: str) -> int:
        """Count those who take part, exactly."""
        key = keys.linkage_participant(estate_id, case_id, "")
        return len(self._table.collection(key.pk, prefix=key.sk))

    def each_due(self, now: datetime) -> Iterator[Case]:
        """Yield cases in which a party is overdue and nobody was told, some of each shard."""
        for shard in range(keys.SHARDS):
            pk = keys.linkage_due(shard, now, "").pk
            yield from self._table.page(CASE, pk, index="gsi3", between=keys.until(now), limit=_PER_SHARD).items

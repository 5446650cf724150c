"""The result report of a counted ballot on paper and as a table; nothing is written, so it can be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from miniprogram_api.ballots.refusals import ResultNotCounted
from miniprogram_api.ballots.report import Known, Report, report_of
from miniprogram_api.ballots.report_table import result_table, roll_table
from miniprogram_api.ballots.roll import shard_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from miniprogram_api.ballots.ballot import Ballot
    from miniprogram_api.ballots.bundle import OpenedRow
    from miniprogram_api.ballots.report_table import Table
    from miniprogram_api.ballots.service.counting import Counting
    from miniprogram_api.ballots.service.ports import Files
    from miniprogram_api.ballots.store import BallotStore
    from miniprogram_api.estates.service import Estates

_PAGE = 100
_DELIVERED = b'"delivered":true'
"""In canonical form it stands in the bundle once for each row that was told; in a text its quotes would be escaped."""


class Press(Protocol):
    """Draws what is printed."""

    def report_pdf(self, report: Report) -> bytes:
        """Return a report as A4 pages."""
        ...


class Workbooks(Protocol):
    """Writes Excel files."""

    def write_tables(self, tables: Iterable[Table]) -> bytes:
        """Return a workbook of several sheets."""
        ...


class ResultReports:
    """Makes result reports."""

    def __init__(
        self,
        ballots: BallotStore,
        counting: Counting,
        estates: Estates,
        files: Files,
        press: Press,
        workbooks: Workbooks,
        public_url: str,
    ) -> None:
        self._ballots = ballots
        self._counting = counting
        self._estates = estates
        self._files = files
        self._press = press
        self._workbooks = workbooks
        self._public_url = public_url

    def pdf(self, ballot: Ballot) -> bytes:
        """Return the report as pages to be signed and filed; ResultNotCounted before the count."""
        return self._press.report_pdf(self._report(ballot))

    def xlsx(self, ballot: Ballot) -> bytes:
        """Return the report as a table, with the roll as far as the ballot's rules show it.

        Of the roll one shard is read at a time, and only where a sheet holds it.

        Raises:
            ResultNotCounted: it is not counted yet.
        """
        report = self._report(ballot)
        return self._workbooks.write_tables(
            [result_table(report), roll_table(ballot, self._opened(ballot), report.url)]
        )

    def _report(self, ballot: Ballot) -> Report:
        if ballot.bundle is None:
            raise ResultNotCounted
        made, answered = self._objections(ballot)
        known = Known(
            ballot=ballot,
            scope=self._scope(ballot),
            amendments=tuple(self._ballots.list_amendments(ballot.estate_id, ballot.id)),
            delivered=self._files.read(ballot.bundle.key).count(_DELIVERED),
            objections=made,
            answered=answered,
            url=f"{self._public_url}/v1/public/estates/{ballot.estate_id}/ballots/{ballot.id}/bundle",
        )
        return report_of(known)

    def _objections(self, ballot: Ballot) -> tuple[int, int]:
        made = answered = 0
        cursor = None
        while True:
            page = self._ballots.list_objections(ballot.estate_id, ballot.id, _PAGE, cursor)
            made += len(page.items)
            answered += sum(1 for one in page.items if one.answered is not None)
            if page.next is None:
                return made, answered
            cursor = page.next

    def _scope(self, ballot: Ballot) -> str:
        scope = ballot.scope
        if not scope.building_ids and not scope.entrances:
            return "全小区"
        names = {building.id: building.name for building in self._estates.list_buildings(ballot.estate_id)}
        buildings = [names.get(one, one) for one in scope.building_ids]
        return "、".join(
            [*buildings, *(f"{names.get(one.building_id, one.building_id)}{one.name}" for one in scope.entrances)]
        )

    def _opened(self, ballot: Ballot) -> Iterator[OpenedRow]:
        for shard in shard_numbers(ballot.attempt, ballot.shards):
            yield from self._counting.read_chunk(ballot, shard)

"""Where lists, commitments, work reports with their ratings, breaches, cases and notices to all owners lie."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.conduct.breach import Breach, BreachState
from miniprogram_api.conduct.case import Case
from miniprogram_api.conduct.catalogue import PledgeText, StreetItem
from miniprogram_api.conduct.pledge import Pledge
from miniprogram_api.conduct.report import (
    MissingReport,
    Rating,
    ReportDuty,
    ReportSettings,
    ReportState,
    Satisfaction,
    WorkReport,
)
from miniprogram_api.conduct.telling import OwnerNotice, OwnerNoticePart
from miniprogram_api.storage import conduct_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 25


def _pledge_indexes(pledge: Pledge) -> dict[str, Key]:
    if pledge.signed_by is None:
        return {}
    return {"gsi1": conduct_keys.pledge_of_account(pledge.signed_by, pledge.signed_at, pledge.post_id)}


def _duty_indexes(duty: ReportDuty) -> dict[str, Key]:
    if duty.due_at is None:
        return {}
    return {"gsi1": conduct_keys.report_due(keys.shard_of(duty.body_id), duty.due_at, duty.body_id)}


def _report_indexes(report: WorkReport) -> dict[str, Key]:
    if report.state is ReportState.CLOSED:
        return {}
    return {"gsi1": conduct_keys.report_rated(keys.shard_of(report.id), report.rating_until, report.id)}


def _missing_indexes(missing: MissingReport) -> dict[str, Key]:
    if missing.filed_at is not None:
        return {}
    place = conduct_keys.report_missing_below(missing.units, missing.estate_id, missing.year, missing.body_id)
    return {"gsi1": place}


def _breach_indexes(breach: Breach) -> dict[str, Key]:
    entries: dict[str, Key] = {}
    if breach.state is BreachState.UPHELD:
        entries["gsi1"] = conduct_keys.breach_below(breach.seat.units, breach.estate_id, breach.id)
    if breach.seat.account_id is not None:
        entries["gsi2"] = conduct_keys.breach_of_account(breach.seat.account_id, breach.recorded_at, breach.id)
    return entries


def _case_indexes(case: Case) -> dict[str, Key]:
    entries = {"gsi1": conduct_keys.conduct_case_in_time(case.estate_id, case.reported_at, case.id)}
    if case.seat.account_id is not None:
        entries["gsi2"] = conduct_keys.conduct_case_of_account(case.seat.account_id, case.reported_at, case.id)
    if case.on_board and case.suspended_at is not None:
        entries["gsi3"] = conduct_keys.conduct_board(case.estate_id, case.suspended_at, case.id)
    if case.is_open:
        entries["gsi4"] = conduct_keys.conduct_open_below(case.seat.units, case.estate_id, case.id)
    return entries


def _notice_indexes(notice: OwnerNotice) -> dict[str, Key]:
    if notice.done_at is not None:
        return {}
    return {"gsi1": conduct_keys.owner_notice_due(keys.shard_of(notice.id), notice.begun_at, notice.id)}


STREET_ITEM = Kind("conduct_item", StreetItem, lambda item: conduct_keys.conduct_item(item.unit_id, item.code))
PLEDGE_TEXT = Kind("pledge_text", PledgeText, lambda text: conduct_keys.pledge_text(text.unit_id))
PLEDGE = Kind("pledge", Pledge, lambda pledge: conduct_keys.pledge(pledge.estate_id, pledge.post_id), _pledge_indexes)
REPORT_SETTINGS = Kind(
    "work_report_settings", ReportSettings, lambda wanted: conduct_keys.report_settings(wanted.estate_id)
)
REPORT_DUTY = Kind(
    "work_report_duty", ReportDuty, lambda duty: conduct_keys.report_duty(duty.estate_id, duty.body_id), _duty_indexes
)
WORK_REPORT = Kind(
    "work_report",
    WorkReport,
    lambda report: conduct_keys.work_report(report.estate_id, report.year, report.body_id),
    _report_indexes,
)
MISSING_REPORT = Kind(
    "work_report_missing",
    MissingReport,
    lambda missing: conduct_keys.report_missing(missing.estate_id, missing.year, missing.body_id),
    _missing_indexes,
)
RATING = Kind(
    "work_report_rating",
    Rating,
    lambda rating: conduct_keys.report_rating(rating.estate_id, rating.report_id, rating.room_id),
)
BREACH = Kind("breach", Breach, lambda breach: conduct_keys.breach(breach.estate_id, breach.id), _breach_indexes)
CASE = Kind("conduct_case", Case, lambda case: conduct_keys.conduct_case(case.estate_id, case.id), _case_indexes)
OWNER_NOTICE = Kind(
    "conduct_notice",
    OwnerNotice,
    lambda notice: conduct_keys.owner_notice(notice.estate_id, notice.id),
    _notice_indexes,
)
OWNER_NOTICE_PART = Kind(
    "conduct_notice_part",
    OwnerNoticePart,
    lambda part: conduct_keys.owner_notice_part(part.estate_id, part.notice_id, part.building_id, part.number),
)


class ConductStore:
    """Commitments, breaches and cases in the table, and what streets wrote about them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def list_items(self, unit_id: str) -> list[StreetItem]:
        """Return the items a street wrote, those that hold no more among them; some dozens."""
        pk, prefix = conduct_keys.conduct_item(unit_id, "")
        return self._table.all_of(STREET_ITEM, pk, prefix=prefix)

    def find_item(self, unit_id: str, code: str) -> StreetItem | None:
        """Return an item a street wrote, or None."""
        return self._table.find(STREET_ITEM, conduct_keys.conduct_item(unit_id, code))

    def find_pledge_text(self, unit_id: str) -> PledgeText | None:
        """Return the commitment a street wrote, or None."""
        return self._table.find(PLEDGE_TEXT, conduct_keys.pledge_text(unit_id))

    def find_pledge(self, estate_id: str, post_id: str) -> Pledge | None:
        """Return what a member signed, or None."""
        return self._table.find(PLEDGE, conduct_keys.pledge(estate_id, post_id))

    def list_pledges(self, estate_id: str, limit: int, cursor: str | None) -> Page[Pledge]:
        """List the commitments of an estate."""
        return self._table.page(PLEDGE, conduct_keys.pledge(estate_id, "").pk, limit=limit, cursor=cursor)

    def find_breach(self, estate_id: str, breach_id: str) -> Breach | None:
        """Return a record of a breach, or None."""
        return self._table.find(BREACH, conduct_keys.breach(estate_id, breach_id))

    def list_breaches(self, estate_id: str, limit: int, cursor: str | None) -> Page[Breach]:
        """List the records of an estate."""
        return self._table.page(BREACH, conduct_keys.breach(estate_id, "").pk, limit=limit, cursor=cursor)

    def upheld_below(self, path: tuple[str, ...], limit: int) -> Page[Breach]:
        """Return the upheld records below a unit, at most so many."""
        pk = conduct_keys.breach_below(path, "", "").pk
        return self._table.page(BREACH, pk, index="gsi1", prefix=_below(path), limit=limit)

    def find_case(self, estate_id: str, case_id: str) -> Case | None:
        """Return a case, or None."""
        return self._table.find(CASE, conduct_keys.conduct_case(estate_id, case_id))

    def list_cases(self, estate_id: str, limit: int, cursor: str | None) -> Page[Case]:
        """List the cases of an estate, newest first."""
        pk = conduct_keys.conduct_case_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(CASE, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_board(self, estate_id: str, limit: int, cursor: str | None) -> Page[Case]:
        """List the cases everybody may know of, the newest suspension first."""
        pk = conduct_keys.conduct_board(estate_id, _ANY_TIME, "").pk
        return self._table.page(CASE, pk, index="gsi3", limit=limit, cursor=cursor, newest_first=True)

    def list_open_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[Case]:
        """List the cases below a unit in which somebody still has to do something."""
        pk = conduct_keys.conduct_open_below(path, "", "").pk
        return self._table.page(CASE, pk, index="gsi4", prefix=_below(path), limit=limit, cursor=cursor)

    def about_account(self, account_id: str) -> tuple[list[Case], list[Breach], list[Pledge]]:
        """Return what there is of a person's conduct: cases, breaches and commitments, each in the order of time."""
        pk = conduct_keys.pledge_of_account(account_id, _ANY_TIME, "").pk
        told = self._table.collection(pk, index="gsi2")
        cases = [CASE.entity_of(body) for name, body in told if name == CASE.name]
        breaches = [BREACH.entity_of(body) for name, body in told if name == BREACH.name]
        return cases, breaches, self._table.all_of(PLEDGE, pk, index="gsi1")


class ReportStore:
    """Work reports with their ratings in the table, and who owes one."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_settings(self, estate_id: str) -> ReportSettings | None:
        """Return what an estate set, or None."""
        return self._table.find(REPORT_SETTINGS, conduct_keys.report_settings(estate_id))

    def find_duty(self, estate_id: str, body_id: str) -> ReportDuty | None:
        """Return what a committee owes, or None before anybody signed."""
        return self._table.find(REPORT_DUTY, conduct_keys.report_duty(estate_id, body_id))

    def duties_due(self, now: datetime) -> Iterator[ReportDuty]:
        """Yield committees whose report of a year would be missing now."""
        for shard in range(keys.SHARDS):
            pk = conduct_keys.report_due(shard, now, "").pk
            yield from self._table.page(REPORT_DUTY, pk, index="gsi1", between=keys.until(now), limit=_PER_SHARD).items

    def find_report(self, estate_id: str, year: int, body_id: str) -> WorkReport | None:
        """Return a committee's report on a year, or None."""
        return self._table.find(WORK_REPORT, conduct_keys.work_report(estate_id, year, body_id))

    def list_reports(self, estate_id: str, limit: int, cursor: str | None) -> Page[WorkReport]:
        """List the reports of an estate, the latest year first."""
        pk, prefix = conduct_keys.work_report(estate_id, 0, "")
        prefix = prefix.partition("#")[0] + "#"
        return self._table.page(WORK_REPORT, pk, prefix=prefix, limit=limit, cursor=cursor, newest_first=True)

    def reports_rated(self, now: datetime) -> Iterator[WorkReport]:
        """Yield reports whose time for rating is over and whose result is not published."""
        for shard in range(keys.SHARDS):
            pk = conduct_keys.report_rated(shard, now, "").pk
            yield from self._table.page(WORK_REPORT, pk, index="gsi1", between=keys.until(now), limit=_PER_SHARD).items

    def find_missing(self, estate_id: str, year: int, body_id: str) -> MissingReport | None:
        """Return that a report was missing, or None."""
        return self._table.find(MISSING_REPORT, conduct_keys.report_missing(estate_id, year, body_id))

    def list_missing(self, estate_id: str) -> list[MissingReport]:
        """Return every report of an estate that was missing: at most one a committee and year."""
        pk, prefix = conduct_keys.report_missing(estate_id, 0, "")
        return self._table.all_of(MISSING_REPORT, pk, prefix=prefix.partition("#")[0] + "#")

    def list_missing_below(self, path: tuple[str, ...], limit: int, cursor: str | None) -> Page[MissingReport]:
        """List the reports that are missing now below a unit."""
        pk = conduct_keys.report_missing_below(path, "", 0, "").pk
        return self._table.page(MISSING_REPORT, pk, index="gsi1", prefix=_below(path), limit=limit, cursor=cursor)

    def find_rating(self, estate_id: str, report_id: str, room_id: str) -> Rating | None:
        """Return what a room said of a report, or None."""
        return self._table.find(RATING, conduct_keys.report_rating(estate_id, report_id, room_id))

    def ratings_of(self, report: WorkReport) -> Iterable[Satisfaction]:
        """Return what every room said of a report: at most one a room of the estate."""
        pk = conduct_keys.report_rating(report.estate_id, report.id, "").pk
        return [rating.choice for rating in self._table.all_of(RATING, pk)]


class NoticeStore:
    """What all owners of an estate are told, in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, notice_id: str) -> OwnerNotice | None:
        """Return a notice, or None."""
        return self._table.find(OWNER_NOTICE, conduct_keys.owner_notice(estate_id, notice_id))

    def due(self, now: datetime) -> Iterator[OwnerNotice]:
        """Yield notices that have not gone to every building."""
        for shard in range(keys.SHARDS):
            pk = conduct_keys.owner_notice_due(shard, now, "").pk
            yield from self._table.page(OWNER_NOTICE, pk, index="gsi1", between=keys.until(now), limit=_PER_SHARD).items

    def list_parts(self, estate_id: str, notice_id: str, limit: int, cursor: str | None) -> Page[OwnerNoticePart]:
        """List the parts of a notice, building by building."""
        pk = conduct_keys.owner_notice_part(estate_id, notice_id, "", 0).pk
        return self._table.page(OWNER_NOTICE_PART, pk, limit=limit, cursor=cursor)


def _below(path: tuple[str, ...]) -> str:
    return "/".join(path) + "/"

"""Work reports and their rating over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.bodies import BodyUnknown
from miniprogram_api.conduct.refusals import (
    NotOfCommittee,
    OwnersRate,
    RatingClosed,
    RatingMet,
    ReportSettingsChanged,
    ReportThere,
    ReportUnknown,
    ReportYearWrong,
)
from miniprogram_api.conduct.schemas.reports import (
    CommitteeYear,
    FileReport,
    MissingReportLine,
    OwnRating,
    Rate,
    RatingDays,
    RatingShown,
    WorkReportLine,
    WorkReportShown,
)
from miniprogram_api.conduct.service.duties import ReportDuties
from miniprogram_api.conduct.service.reports import WorkReports
from miniprogram_api.edge.guards import in_estate, in_unit
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from miniprogram_api.conduct.report import WorkReport

routes = Routes("conduct_reports", tag="委员履职")

_REPORT = "/v1/estates/<estate_id>/committees/<body_id>/work-reports/<year>"
_RATING = f"{_REPORT}/ratings/<room_id>"
_SETTINGS = "/v1/estates/<estate_id>/work-report-settings"


def _year(text: str) -> int:
    if len(text) != len("2026") or not text.isascii() or not text.isdigit():
        raise ReportYearWrong
    return int(text)


def _shown(call: Call, report: WorkReport) -> WorkReportShown:
    photos = call.service(WorkReports).photos_of(report)
    return WorkReportShown(WorkReportLine.of(report), report.content.text, photos)


@routes.put(
    _REPORT,
    guard=in_estate(Permission.CONDUCT_PLEDGE),
    errors=(BodyUnknown, ReportYearWrong, NotOfCommittee, ReportThere, Conflict, NotFound),
)
def file_work_report(call: Call, estate_id: str, body_id: str, year: str, body: FileReport) -> WorkReportShown:
    """Report on a year as a member in office; it is published, and all owners are asked to rate it (VOT-13)."""
    reports = call.service(WorkReports)
    return _shown(call, reports.file(call.principal, estate_id, body_id, _year(year), body.content(), call.now))


@routes.get(_REPORT, guard=in_estate(Permission.CONDUCT_READ), errors=(ReportUnknown, ReportYearWrong))
def read_work_report(call: Call, estate_id: str, body_id: str, year: str) -> WorkReportShown:
    """Return a committee's report on a year; its result is there after the time for rating."""
    return _shown(call, call.service(WorkReports).access_report(estate_id, body_id, _year(year)))


@routes.get("/v1/estates/<estate_id>/work-reports", guard=in_estate(Permission.CONDUCT_READ))
def list_work_reports(call: Call, estate_id: str, query: ListQuery) -> PageOf[WorkReportLine]:
    """List the reports of the estate's committees, the latest year first."""
    page = call.service(WorkReports).list_reports(estate_id, query.limit, query.cursor).map(WorkReportLine.of)
    return PageOf(list(page.items), page.next)


@routes.get(
    "/v1/estates/<estate_id>/work-report-years/<year>",
    guard=in_estate(Permission.CONDUCT_READ),
    errors=(ReportYearWrong,),
)
def list_work_reports_of_year(call: Call, estate_id: str, year: str) -> list[CommitteeYear]:
    """Say of each committee whether it reported on a year; from 1 December a missing report is called so (VOT-13)."""
    found = call.service(WorkReports).year_of(estate_id, _year(year), call.now)
    return [
        CommitteeYear(
            one.body_id, one.body_name, one.missing, None if one.report is None else WorkReportLine.of(one.report)
        )
        for one in found
    ]


@routes.put(
    _RATING,
    guard=in_estate(Permission.CONDUCT_READ),
    errors=(ReportUnknown, ReportYearWrong, OwnersRate, RatingClosed, RatingMet),
)
def rate_work_report(call: Call, estate_id: str, body_id: str, year: str, room_id: str, body: Rate) -> RatingShown:
    """Rate a report as the owner of a room; it can be changed until the time is over (VOT-13)."""
    reports = call.service(WorkReports)
    report = reports.access_report(estate_id, body_id, _year(year))
    return RatingShown.of(reports.rate(call.principal, report, room_id, body.choice, call.now))


@routes.get(_RATING, guard=in_estate(Permission.CONDUCT_READ), errors=(ReportUnknown, ReportYearWrong, OwnersRate))
def read_own_rating(call: Call, estate_id: str, body_id: str, year: str, room_id: str) -> OwnRating:
    """Return what a room of one's own said."""
    reports = call.service(WorkReports)
    rating = reports.own_rating(call.principal, reports.access_report(estate_id, body_id, _year(year)), room_id)
    return OwnRating(None if rating is None else RatingShown.of(rating))


@routes.get(_SETTINGS, guard=in_estate(Permission.CONDUCT_READ))
def read_work_report_settings(call: Call, estate_id: str) -> RatingDays:
    """Return for how many days owners rate; 15 where nothing was set, a number of ours."""
    return RatingDays(call.service(WorkReports).settings_of(estate_id).rating_days)


@routes.put(_SETTINGS, guard=in_estate(Permission.CONDUCT_CHECK), errors=(ReportSettingsChanged,))
def put_work_report_settings(call: Call, estate_id: str, body: RatingDays) -> RatingDays:
    """Set for how many days owners rate the reports that come."""
    by = call.principal.account_id
    return RatingDays(call.service(WorkReports).set_rating_days(by, estate_id, body.rating_days, call.now).rating_days)


@routes.get("/v1/units/<unit_id>/missing-work-reports", guard=in_unit(Permission.CONDUCT_READ))
def list_missing_work_reports(call: Call, unit_id: str, query: ListQuery) -> PageOf[MissingReportLine]:
    """List the reports that are missing at all estates below a unit (VOT-13)."""
    page = call.service(ReportDuties).list_missing_below(unit_id, query.limit, query.cursor)
    return PageOf([MissingReportLine.of(missing) for missing in page.items], page.next)

"""Report on a year, let owners rate it, and publish what they said (VOT-13)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import PostChanged, PostUnknown
from miniprogram_api.conduct.refusals import (
    NotOfCommittee,
    OwnersRate,
    RatingClosed,
    RatingMet,
    ReportSettingsChanged,
    ReportThere,
    ReportUnknown,
)
from miniprogram_api.conduct.report import (
    MISSING_FROM,
    Rating,
    ReportSettings,
    ReportState,
    WorkReport,
    check_year,
    owes,
    owned_rooms,
    rating_ends,
)
from miniprogram_api.conduct.store import RATING, REPORT_SETTINGS, WORK_REPORT
from miniprogram_api.conduct.telling import Told
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.storage import conduct_keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.appointments.bodies import Body
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.conduct.report import Content, Satisfaction
    from miniprogram_api.conduct.service.duties import ReportDuties
    from miniprogram_api.conduct.service.telling import OwnersTold
    from miniprogram_api.conduct.store import ReportStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_ATTEMPTS = 3
_BODIES = 100


@dataclass(frozen=True, slots=True)
class YearOfCommittee:
    """Whether one committee reported on a year: ``missing`` from the first of December on."""

    body_id: str
    body_name: str
    report: WorkReport | None
    missing: bool


class WorkReports:
    """The work reports of all committees."""

    def __init__(
        self,
        store: ReportStore,
        duties: ReportDuties,
        owners: OwnersTold,
        committees: Committees,
        estates: Estates,
        photos: Photos,
    ) -> None:
        self._store = store
        self._duties = duties
        self._owners = owners
        self._committees = committees
        self._estates = estates
        self._photos = photos

    def file(
        self, principal: Principal, estate_id: str, body_id: str, year: int, content: Content, now: datetime
    ) -> WorkReport:
        """Report on a year; with it the report is published and all owners are asked to rate it (VOT-13).

        Raises:
            BodyUnknown: the estate has no such committee.
            ReportYearWrong: the committee may not report on that year now.
            NotOfCommittee: the person is not in office in this committee.
            ReportThere: the committee reported on the year otherwise.
            PhotoNotYours: a photo cannot be used.
        """
        for _ in range(_ATTEMPTS):
            body = self._committees.access_body_by_id(estate_id, body_id)
            there = self._store.find_report(estate_id, year, body_id)
            if there is not None:
                return _same(there, content)
            check_year(year, body.formed_on, body.term_ends_on, date_of(now))
            report = WorkReport(
                estate_id=estate_id,
                body_id=body_id,
                body_name=body.name,
                year=year,
                content=content,
                filed_by=principal.account_id,
                filed_by_name=principal.display_name,
                filed_at=now,
                rating_until=rating_ends(now, self.settings_of(estate_id).rating_days),
            )
            with suppress(PostChanged, ReportThere):  # look again: a colleague reported, or the seat changed
                self._publish(principal, body, report, now)
                return report
        raise ReportThere

    def _publish(self, principal: Principal, body: Body, report: WorkReport, now: datetime) -> None:
        act = Transaction(principal.account_id, "file_work_report", now)
        act.add(WORK_REPORT, report, otherwise=ReportThere)
        try:
            self._committees.require_in_office(act, body, principal.account_id, now)
        except PostUnknown:
            raise NotOfCommittee from None
        self._duties.reported(act, body, report.year, now)
        title = f"{report.year}年度述职报告"
        page = f"pages/conduct/report?estate_id={report.estate_id}&id={report.body_id}&year={report.year}"
        told = Told(title, f"{report.body_name}已公布{report.year}年度述职报告，请业主查看并评议。", page)
        self._owners.begin(act, report.estate_id, report.notice_id, told)
        self._photos.attach(act, report.estate_id, report.content.photo_ids, report.id, "work_report")
        self._store.commit(act)

    def find_by_id(self, estate_id: str, report_id: str) -> WorkReport | None:
        """Return a report by its id, for whoever links to it, or None."""
        body_id, _, year = report_id.rpartition("_")
        return self._store.find_report(estate_id, int(year), body_id) if body_id and year.isdecimal() else None

    def access_report(self, estate_id: str, body_id: str, year: int) -> WorkReport:
        """Return a committee's report on a year, or raise ReportUnknown."""
        report = self._store.find_report(estate_id, year, body_id)
        if report is None:
            raise ReportUnknown
        return report

    def photos_of(self, report: WorkReport) -> list[PhotoShown]:
        """Return what is shown of a report's photos."""
        return self._photos.show(report.estate_id, report.content.photo_ids)

    def list_reports(self, estate_id: str, limit: int, cursor: str | None) -> Page[WorkReport]:
        """List the reports of an estate, the latest year first."""
        return self._store.list_reports(estate_id, limit, cursor)

    def year_of(self, estate_id: str, year: int, now: datetime) -> list[YearOfCommittee]:
        """Say of each committee of the estate whether it reported on a year; those that owe none are left out."""
        found = []
        for body in self._committees.list_bodies(estate_id, _BODIES, None).items:
            report = self._store.find_report(estate_id, year, body.id)
            last_on = body.term_ends_on if body.ended_at is None else min(date_of(body.ended_at), body.term_ends_on)
            owing = owes(year, body.formed_on, last_on)
            if report is None and not owing:
                continue
            missing = report is None and (year, *MISSING_FROM) <= date_of(now).timetuple()[:3]
            found.append(YearOfCommittee(body.id, body.name, report, missing))
        return found

    # Rating

    def rate(
        self, principal: Principal, report: WorkReport, room_id: str, choice: Satisfaction, now: datetime
    ) -> Rating:
        """Rate a report for a room one owns; changed within the time, the last word counts (VOT-13).

        Raises:
            OwnersRate: the person does not own the room.
            RatingClosed: the time is over.
            RatingMet: another owner of the room rated at the same moment.
        """
        self._require_owner(principal, report, room_id)
        report.require_rating(now)
        before = self._store.find_rating(report.estate_id, report.id, room_id)
        if before is not None and (before.choice, before.by) == (choice, principal.account_id):
            return before
        act = Transaction(principal.account_id, "rate_work_report", now)
        place = conduct_keys.work_report(report.estate_id, report.year, report.body_id)
        act.require(place, otherwise=RatingClosed, state=ReportState.RATING)
        if before is None:
            rating = Rating(report.estate_id, report.id, room_id, choice, principal.account_id, now)
            act.add(RATING, rating, otherwise=RatingMet)
        else:
            after = replace(before, choice=choice, by=principal.account_id, at=now)
            rating = act.change(RATING, before, after, otherwise=RatingMet)
        self._store.commit(act)
        return rating

    def own_rating(self, principal: Principal, report: WorkReport, room_id: str) -> Rating | None:
        """Return what an owner's own room said, or None; OwnersRate when it is not theirs."""
        self._require_owner(principal, report, room_id)
        return self._store.find_rating(report.estate_id, report.id, room_id)

    def settings_of(self, estate_id: str) -> ReportSettings:
        """Return what the estate set about reports."""
        return self._store.find_settings(estate_id) or ReportSettings(estate_id)

    def set_rating_days(self, by: str, estate_id: str, days: int, now: datetime) -> ReportSettings:
        """Set for how many days owners rate the reports that come.

        Raises:
            ReportSettingsChanged: somebody else set it at the same moment.
        """
        before = self._store.find_settings(estate_id)
        if before is not None and before.rating_days == days:
            return before
        act = Transaction(by, "set_rating_days", now)
        if before is None:
            written = ReportSettings(estate_id, days)
            act.add(REPORT_SETTINGS, written, otherwise=ReportSettingsChanged)
        else:
            written = act.change(
                REPORT_SETTINGS, before, replace(before, rating_days=days), otherwise=ReportSettingsChanged
            )
        self._store.commit(act)
        return written

    def sweep(self, now: datetime) -> int:
        """Count the reports whose time for rating is over; return how many were published.

        First nobody can rate any more, then it is counted: so no rating is left out, however the two meet.
        """
        done = 0
        for listed in self._store.reports_rated(now):
            report = listed
            with suppress(Conflict, NotFound):  # another run counts it, or the estate was taken out of the tree
                if report.state is ReportState.RATING:
                    act = Transaction("system", "end_rating", now)
                    report = act.change(WORK_REPORT, report, report.counting())
                    self._store.commit(act)
                rooms = self._estates.get_estate(report.estate_id).households
                act = Transaction("system", "count_ratings", now)
                act.change(WORK_REPORT, report, report.closed(self._store.ratings_of(report), rooms))
                self._store.commit(act)
                done += 1
        return done

    def _require_owner(self, principal: Principal, report: WorkReport, room_id: str) -> None:
        if room_id not in owned_rooms(principal, report.estate_id):
            raise OwnersRate


def _same(there: WorkReport, content: Content) -> WorkReport:
    if there.content != content:
        raise ReportThere
    return there

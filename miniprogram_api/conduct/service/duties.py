"""Which committee owes a report on which year: begun with the first signature, looked at every first of December."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import PostChanged
from miniprogram_api.conduct.report import MissingReport, ReportDuty, first_year, owes
from miniprogram_api.conduct.store import MISSING_REPORT, REPORT_DUTY
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict, NotFound
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.appointments.bodies import Body
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.conduct.store import ReportStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page


class ReportDuties:
    """What the committees of all estates owe."""

    def __init__(self, store: ReportStore, committees: Committees, estates: Estates) -> None:
        self._store = store
        self._committees = committees
        self._estates = estates

    def begin(self, act: Transaction, body: Body, now: datetime) -> None:
        """Add to the act that the committee owes reports from now on; nothing where it does already."""
        duty = self._store.find_duty(body.estate_id, body.id)
        if duty is None:
            act.add(REPORT_DUTY, self._duty(body, first_year(now)), otherwise=PostChanged)
        elif duty.year is None:
            act.change(REPORT_DUTY, duty, replace(duty, year=first_year(now)), otherwise=PostChanged)

    def reported(self, act: Transaction, body: Body, year: int, now: datetime) -> None:
        """Add to the act that the committee reported on the year, so that nobody finds it missing meanwhile."""
        duty = self._store.find_duty(body.estate_id, body.id)
        if duty is None:
            act.add(REPORT_DUTY, replace(self._duty(body, first_year(now)), reported=year), otherwise=PostChanged)
        else:
            after = replace(duty, reported=max(year, duty.reported))
            act.change(REPORT_DUTY, duty, after, otherwise=PostChanged)
        missing = self._store.find_missing(body.estate_id, year, body.id)
        if missing is not None and missing.filed_at is None:
            act.change(MISSING_REPORT, missing, replace(missing, filed_at=now), otherwise=PostChanged)

    def list_missing_below(self, unit_id: str, limit: int, cursor: str | None) -> Page[MissingReport]:
        """List the reports that are missing below a unit."""
        return self._store.list_missing_below(self._estates.get_unit(unit_id).path, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Note once a year which committees in office have not reported, so that they are told.

        Returns:
            how many committees were looked at; at most 25 a shard and run, the next run takes the rest.
        """
        looked_at = 0
        for duty in self._store.duties_due(now):
            if duty.year is None:
                continue
            act = Transaction("system", "look_for_work_report", now)
            last_on = self._last_day(duty)
            if last_on is None or not owes(duty.year, last_on[0], last_on[1]):
                act.change(REPORT_DUTY, duty, replace(duty, year=None))
            else:
                if duty.reported < duty.year:
                    act.add(MISSING_REPORT, _missing(duty, duty.year, now))
                act.change(REPORT_DUTY, duty, replace(duty, year=duty.year + 1))
            with suppress(Conflict):  # it was filed at this very moment, or another run looked
                self._store.commit(act)
                looked_at += 1
        return looked_at

    def _last_day(self, duty: ReportDuty) -> tuple[date, date] | None:
        """Return the first and the last day of a committee's term as it really is, or None when it is gone."""
        try:
            body = self._committees.access_body_by_id(duty.estate_id, duty.body_id)
        except NotFound:
            return None
        ended_on = body.term_ends_on if body.ended_at is None else min(date_of(body.ended_at), body.term_ends_on)
        return body.formed_on, ended_on

    def _duty(self, body: Body, year: int) -> ReportDuty:
        estate = self._estates.get_estate(body.estate_id)
        return ReportDuty(estate.id, estate.name, estate.units, body.id, body.name, year)


def _missing(duty: ReportDuty, year: int, now: datetime) -> MissingReport:
    return MissingReport(duty.estate_id, duty.estate_name, duty.units, duty.body_id, duty.body_name, year, now)

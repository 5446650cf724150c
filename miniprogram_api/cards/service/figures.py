"""Count what the cards achieve: every night per estate, today live."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.cards.figures import DayFigures, MonthFigures, Progress, RequestFigures, count_day, days_of
from miniprogram_api.cards.store import DAY_FIGURES, PROGRESS, CardStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.cards.service.hand_outs import HandOuts
    from miniprogram_api.work_orders.figures import Figures

JOB = "card_figures"
ESTATES_PER_RUN = 50


class CountedRequests(Protocol):
    """The part of the work orders that the figures need."""

    def figures(self, estate_id: str, month: date) -> Figures:
        """Recount the orders opened in a calendar month."""
        ...


class CardFigures:
    """The figures of all estates."""

    def __init__(self, store: CardStore, hand_outs: HandOuts, requests: CountedRequests) -> None:
        self._store = store
        self._hand_outs = hand_outs
        self._requests = requests

    def month(self, estate_id: str, month: str, now: datetime) -> MonthFigures:
        """Return the figures of a month; days that no nightly count has reached yet are counted now (CARD-10).

        Coverage is that of this moment, whichever the month.

        Raises:
            MonthUnreadable: the text is no month.
        """
        first, last = days_of(month)
        counted = {day.day: day for day in self._store.list_days(estate_id, first, last)}
        today = date_of(now)
        for day in (today - timedelta(days=1), today):
            if first <= day <= last and (day == today or day not in counted):
                counted[day] = self._count(estate_id, day)
        days = counted.values()
        return MonthFigures(
            estate_id,
            month,
            sum(day.issued for day in days),
            sum(day.scans for day in days),
            sum(day.dead for day in days),
            sum(day.calls for day in days),
            self._hand_outs.coverage(estate_id),
            _requests(self._requests.figures(estate_id, first)),
        )

    def sweep(self, now: datetime) -> int:
        """Count the days up to yesterday for the next fifty estates; returns how many were counted."""
        yesterday = date_of(now) - timedelta(days=1)
        stored = self._store.find_progress(JOB)
        progress = stored or Progress(JOB, yesterday)
        day = progress.day or yesterday
        if day > yesterday:
            return 0
        faces = self._store.list_faces(progress.after, ESTATES_PER_RUN)
        for face in faces:
            self._keep(self._count(face.estate_id, day), now)
        if len(faces) == ESTATES_PER_RUN:
            after = replace(progress, day=day, after=faces[-1].locator)
        else:
            after = replace(progress, day=day + timedelta(days=1), after=None)
        act = Transaction("system", "count_card_figures", now)
        if stored is None:
            act.add(PROGRESS, after)
        else:
            act.change(PROGRESS, stored, after)
        self._store.commit(act)
        return len(faces)

    def _count(self, estate_id: str, day: date) -> DayFigures:
        issued = self._store.count_issued(estate_id, day)
        return count_day(estate_id, day, issued, self._store.list_scans(estate_id, day))

    def _keep(self, figures: DayFigures, now: datetime) -> None:
        stored = self._store.find_day(figures.estate_id, figures.day)
        act = Transaction("system", "count_card_figures", now)
        if stored is None:
            act.add(DAY_FIGURES, figures)
        elif replace(stored, version=0) != figures:
            act.change(DAY_FIGURES, stored, replace(figures, version=stored.version))
        self._store.commit(act)


def _requests(figures: Figures) -> RequestFigures:
    return RequestFigures(
        figures.opened,
        figures.by_source.get("card", 0),
        figures.first_answer_minutes,
        figures.closed_permille,
        figures.satisfaction_hundredths,
    )

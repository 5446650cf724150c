"""Let owners ask about what was published, and see that somebody answers in time (FND-01, S3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from miniprogram_api.funds.months import Mark
from miniprogram_api.funds.publication import LinesForOwners
from miniprogram_api.funds.questions import Question, QuestionAnswered, QuestionKeyReused, QuestionUnknown
from miniprogram_api.funds.store import QUESTION, FundStore
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.funds.service.fund import MaintenanceFund
    from miniprogram_api.funds.service.months import Months
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page

_SUMMARY_ONLY = frozenset({Role.REGISTERED, Role.TENANT})


class Questions:
    """The questions of all estates."""

    def __init__(self, store: FundStore, months: Months, fund: MaintenanceFund) -> None:
        self._store = store
        self._months = months
        self._fund = fund

    def ask(
        self,
        principal: Principal,
        territory: Territory,
        estate_id: str,
        period: str,
        line: int,
        text: str,
        key: str,
        now: datetime,
    ) -> Question:
        """Ask about one published line; who asks is shown to nobody.

        Raises:
            LinesForOwners: a tenant reads the summary only.
            PublicationUnknown: there is no such line.
            QuestionKeyReused: the key came before with different content.
        """
        if reads_summary_only(principal, territory):
            raise LinesForOwners
        about = self._months.get_publication(estate_id, period).line(line)
        by = principal.account_id
        question_id = derived_id("ask", by, estate_id, "ask_about_line", key)
        due_at = now + timedelta(days=self._fund.settings_of(estate_id).answer_days)
        question = Question(question_id, estate_id, period, line, about.label, text, by, now, due_at)
        act = Transaction(by, "ask_about_line", now)
        act.add(QUESTION, question, otherwise=QuestionKeyReused)
        try:
            self._store.commit(act)
        except QuestionKeyReused:
            there = self.get_question(estate_id, question_id)
            if (there.period, there.line, there.text) != (period, line, text):
                raise
            return there
        return question

    def answer(self, principal: Principal, estate_id: str, question_id: str, answer: str, now: datetime) -> Question:
        """Answer a question for all owners to read; repeating it changes nothing.

        Raises:
            QuestionUnknown, QuestionAnswered: see there.
        """
        question = self.get_question(estate_id, question_id)
        if question.answered is not None and (question.answered.by, question.answer) == (principal.account_id, answer):
            return question
        after = question.answered_by(Mark(principal.account_id, principal.display_name, now), answer)
        act = Transaction(principal.account_id, "answer_fund_question", now)
        # Passing its deadline at this moment is no reason to refuse an answer.
        after = act.change(QUESTION, question, after, unchanged=("answer",), otherwise=QuestionAnswered)
        self._store.commit(act)
        return after

    def get_question(self, estate_id: str, question_id: str) -> Question:
        """Return a question of the estate, or raise QuestionUnknown."""
        question = self._store.find_question(estate_id, question_id)
        if question is None:
            raise QuestionUnknown
        return question

    def list_questions(
        self, principal: Principal, territory: Territory, estate_id: str, period: str, limit: int, cursor: str | None
    ) -> Page[Question]:
        """List the questions about a month with their answers, newest first; LinesForOwners for a tenant."""
        if reads_summary_only(principal, territory):
            raise LinesForOwners
        return self._store.list_questions(estate_id, period, limit, cursor)

    def list_open(self, estate_id: str, limit: int, cursor: str | None) -> Page[Question]:
        """List the questions that wait for an answer, the first due first."""
        return self._store.list_questions_open(estate_id, limit, cursor)

    def sweep(self, now: datetime) -> int:
        """Mark questions whose deadline is over, so that the desk is told once; return how many were."""
        done = 0
        for question in self._store.each_question_due(now):
            act = Transaction("system", "mark_question_late", now)
            act.change(QUESTION, question, replace(question, told_late=True), unchanged=("answer", "told_late"))
            with suppress(Conflict):  # it was answered at this very moment
                self._store.commit(act)
                done += 1
        return done


def reads_summary_only(principal: Principal, territory: Territory) -> bool:
    """Say whether somebody is nothing but a tenant there."""
    return principal.roles_in(territory) <= _SUMMARY_ONLY

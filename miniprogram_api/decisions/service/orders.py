"""Order a decision to be corrected, answer, confirm, or rescind it (VOT-15; 物业管理条例 art. 19)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.decisions.circular import circular_of
from miniprogram_api.decisions.decision import (
    Correction,
    Decision,
    Ground,
    Mark,
    Order,
    Rescission,
    answered,
    confirmed,
    ordered,
    rescinded,
)
from miniprogram_api.decisions.refusals import DecisionMoved
from miniprogram_api.decisions.store import CIRCULAR, DECISION
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.decisions.service import Decisions
    from miniprogram_api.decisions.store import DecisionStore
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.photos.service import Photos


class DecisionOrders:
    """The street's cases about decisions."""

    def __init__(self, store: DecisionStore, decisions: Decisions, photos: Photos) -> None:
        self._store = store
        self._decisions = decisions
        self._photos = photos

    def order(
        self,
        principal: Principal,
        estate_id: str,
        decision_id: str,
        ground: Ground,
        text: str,
        due_on: date,
        now: datetime,
    ) -> Decision:
        """Order a decision to be corrected; nothing new rests on it meanwhile. Repeating it changes nothing.

        Raises:
            DecisionUnknown, OrderDueWrong, IllegalTransition, InputMissing, DecisionMoved: see there.
        """
        before, mark = self._decisions.access_decision_by_id(estate_id, decision_id), _mark(principal, now)
        order = Order(ground, text, due_on, mark)
        if before.order is not None and before.order == replace(order, given=_as_given(before.order.given, mark)):
            return before
        return self._tell_all("order_correction", before, ordered(before, order), mark)

    def answer(
        self,
        principal: Principal,
        territory: Territory,
        estate_id: str,
        decision_id: str,
        text: str,
        photo_ids: tuple[str, ...],
        now: datetime,
    ) -> Decision:
        """Say what was corrected; until the street confirms, a better answer replaces it.

        Raises:
            CommitteeAnswers: the community answers where a committee is in office.
            DecisionUnknown, IllegalTransition, InputMissing, DecisionMoved: see there.
            PhotoNotYours: a photo cannot be used.
        """
        self._decisions.require_voice(principal, territory, estate_id, now)
        before, mark = self._decisions.access_decision_by_id(estate_id, decision_id), _mark(principal, now)
        correction, there = Correction(text, photo_ids, mark), before.correction
        if there is not None and there == replace(correction, given=_as_given(there.given, mark)):
            return before
        act = Transaction(mark.by, "answer_order", now)
        after = act.change(DECISION, before, answered(before, correction), otherwise=DecisionMoved)
        fresh = photo_ids if there is None else [one for one in photo_ids if one not in there.photo_ids]
        self._photos.attach(act, estate_id, fresh, decision_id, "correction")
        self._store.commit(act)
        return after

    def confirm(self, principal: Principal, estate_id: str, decision_id: str, version: int, now: datetime) -> Decision:
        """Confirm that a decision was corrected, as the official read it in ``version``; it holds again.

        Raises:
            DecisionMoved: the answer was replaced meanwhile.
            DecisionUnknown, IllegalTransition, InputMissing, SamePersonRefused: see there.
        """
        before, mark = self._decisions.access_decision_by_id(estate_id, decision_id), _mark(principal, now)
        if before.confirmed is not None and before.confirmed.by == mark.by and before.holds:
            return before
        after = confirmed(before, mark)
        if before.version != version:
            raise DecisionMoved
        return self._tell_all("confirm_correction", before, after, mark, unchanged=("version",))

    def rescind(
        self, principal: Principal, estate_id: str, decision_id: str, ground: Ground, reason: str, now: datetime
    ) -> Decision:
        """Rescind a decision, after an order or at once; what rests on it stops in this moment.

        Raises:
            DecisionUnknown, IllegalTransition, InputMissing, DecisionMoved: see there.
        """
        before, mark = self._decisions.access_decision_by_id(estate_id, decision_id), _mark(principal, now)
        rescission, there = Rescission(ground, reason, mark), before.rescission
        if there is not None and there == replace(rescission, given=_as_given(there.given, mark)):
            return before
        return self._tell_all("rescind_decision", before, rescinded(before, rescission), mark)

    def sweep(self, now: datetime) -> int:
        """Have people told once that a decision should have been corrected by now; return of how many."""
        done = 0
        for decision in self._store.list_late(now):
            act = Transaction("system", "decision_late", now)
            late = replace(decision, told_late=True)
            act.change(DECISION, decision, late, unchanged=("state", "correction", "told_late"))
            with suppress(Conflict):  # the answer, or the rescission, came at this very moment
                self._store.commit(act)
                done += 1
        return done

    def _tell_all(
        self, verb: str, before: Decision, after: Decision, mark: Mark, unchanged: tuple[str, ...] = ("state",)
    ) -> Decision:
        """Write a step with the circular that tells every owner of it.

        Money taken or given back at the same moment is no reason to refuse a step: the state is what counts.
        """
        act = Transaction(mark.by, verb, mark.at)
        after = act.change(DECISION, before, after, unchanged=unchanged, otherwise=DecisionMoved)
        act.add(CIRCULAR, circular_of(after, mark.at), otherwise=DecisionMoved)
        self._store.commit(act)
        return after


def _mark(principal: Principal, now: datetime) -> Mark:
    return Mark(principal.account_id, principal.display_name, now)


def _as_given(there: Mark, mark: Mark) -> Mark:
    """Return the mark a repeated step would have left: the same person's, at the time of the first."""
    return there if there.by == mark.by else mark

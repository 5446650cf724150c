"""What a request to spend rests on: a decision, or the authority owners gave their committee (FND-11, VOT-15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.decisions.decision import Maker
from miniprogram_api.decisions.refusals import OverDecided
from miniprogram_api.decisions.service import ANYBODY
from miniprogram_api.funds.spending import (
    AUTHORISING,
    COVERING,
    Limit,
    LimitMoved,
    OverLimit,
    Purse,
    Spending,
    Used,
    purse_of,
)
from miniprogram_api.funds.store import LIMIT, USED, FundStore
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.decisions.decision import Decision
    from miniprogram_api.decisions.service import Decisions
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal


class Authority:
    """The decisions and limits behind the requests of all estates."""

    def __init__(self, store: FundStore, decisions: Decisions, estates: Estates) -> None:
        self._store = store
        self._decisions = decisions
        self._estates = estates

    def limits_of(self, estate_id: str, today: date) -> list[tuple[Limit, Used]]:
        """Return what the owners authorised, with what is used of this year (FND-11)."""
        limits = (self._store.find_limit(estate_id, purse) for purse in Purse)
        return [(limit, self._used(estate_id, limit.purse, today.year)) for limit in limits if limit is not None]

    def set_limit(self, principal: Principal, limit: Limit, now: datetime) -> Limit:
        """Record up to how much the owners authorised their committee, and where they did (FND-11).

        Raises:
            LimitMoved: somebody else recorded one at the same moment.
            OverDecided: the owners decided on less a year.
            DecisionUnknown, DecisionNotInForce, DecisionOfAnotherMatter, DecisionNotOfOwners, DecisionElsewhere: the
                decision gives no such authority.
        """
        act = Transaction(principal.account_id, "set_spending_limit", now)
        if limit.decision_id is not None:
            decision = self._decisions.require_in_force(act, limit.estate_id, limit.decision_id, AUTHORISING)
            decision.require_about(frozenset())
            if decision.amount_fen is not None and limit.per_year_fen > decision.amount_fen:
                raise OverDecided
            limit = replace(limit, source=decision.title)
        before = self._store.find_limit(limit.estate_id, limit.purse)
        if before is None:
            act.add(LIMIT, limit, otherwise=LimitMoved)
        else:
            limit = act.change(LIMIT, before, replace(limit, version=before.version), otherwise=LimitMoved)
        self._store.commit(act)
        return limit

    def cover(self, act: Transaction, request: Spending, decision_id: str | None, today: date) -> Spending:
        """Let an act take the money of a request from what covers it, and return the request with its basis.

        A decision of the owners covers it alone; a committee's decision, or none, only within the owners' authority.

        Raises:
            OverLimit: it passes the authority, and no decision of the owners is named.
            OverDecided, DecisionElsewhere: the decision covers less money, or other buildings.
            DecisionUnknown, DecisionNotInForce, DecisionOfAnotherMatter: see there.
        """
        decision = None if decision_id is None else self._take(act, request, decision_id)
        if decision is not None and decision.maker is Maker.ASSEMBLY:
            return replace(request, basis=decision.title, decision_id=decision_id)
        limit = self._use_limit(act, request, today)
        return replace(
            request,
            basis=limit.source if decision is None else decision.title,
            within_limit=True,
            decision_id=decision_id,
            authority_id=limit.decision_id,
        )

    def require(self, act: Transaction, request: Spending) -> None:
        """Let an act happen only while everything a request rests on is in force; else raise DecisionNotInForce."""
        estate_id, purse = request.estate_id, purse_of(request.wanted.purpose)
        if request.decision_id is not None:
            self._decisions.require_in_force(act, estate_id, request.decision_id, COVERING[purse], ANYBODY)
        if request.authority_id is not None:
            self._decisions.require_in_force(act, estate_id, request.authority_id, AUTHORISING)

    def release(self, act: Transaction, request: Spending) -> None:
        """Let an act give back what a decided request had taken: it will not be spent."""
        if request.decided is None:
            return
        if request.decision_id is not None:
            decision = self._decisions.access_decision_by_id(request.estate_id, request.decision_id)
            self._decisions.give_back(act, decision, request.wanted.fen)
        if request.within_limit:
            year = date_of(request.decided.at).year
            used = self._used(request.estate_id, purse_of(request.wanted.purpose), year)
            act.change(USED, used, replace(used, fen=used.fen - request.wanted.fen), otherwise=LimitMoved)

    def _take(self, act: Transaction, request: Spending, decision_id: str) -> Decision:
        wanted = request.wanted
        decision = self._decisions.in_force(request.estate_id, decision_id, COVERING[purse_of(wanted.purpose)], ANYBODY)
        rooms = self._estates.find_rooms(request.estate_id, wanted.room_ids)
        decision.require_about({*wanted.building_ids, *(room.building_id for room in rooms.values())})
        return self._decisions.take(act, decision, wanted.fen)

    def _use_limit(self, act: Transaction, request: Spending, today: date) -> Limit:
        """Count a request against the year's authority, and return that; OverLimit when it passes it.

        What is compared is what is changed: two decisions at once cannot both slip under the limit.
        """
        purse = purse_of(request.wanted.purpose)
        limit = self._store.find_limit(request.estate_id, purse)
        before = self._store.find_used(request.estate_id, purse, today.year)
        used = Used(request.estate_id, purse, today.year) if before is None else before
        if limit is None or not limit.allows(request.wanted.fen, used.fen, today):
            raise OverLimit(used_fen=used.fen)
        if limit.decision_id is not None:
            self._decisions.require_in_force(act, request.estate_id, limit.decision_id, AUTHORISING)
        after = replace(used, fen=used.fen + request.wanted.fen)
        if before is None:
            act.add(USED, after, otherwise=LimitMoved)
        else:
            act.change(USED, before, after, otherwise=LimitMoved)
        return limit

    def _used(self, estate_id: str, purse: Purse, year: int) -> Used:
        return self._store.find_used(estate_id, purse, year) or Used(estate_id, purse, year)

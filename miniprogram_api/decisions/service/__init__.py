"""The register of decisions: what other rooms rest on, and what a committee records itself (VOT-15)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.decisions.circular import circular_of
from miniprogram_api.decisions.decision import Decision, Maker, Mark, Minutes, recorded
from miniprogram_api.decisions.refusals import (
    CommitteeAnswers,
    DecisionMoved,
    DecisionNotInForce,
    DecisionNotOfOwners,
    DecisionOfAnotherMatter,
    DecisionThere,
    DecisionUnknown,
)
from miniprogram_api.decisions.store import CIRCULAR, DECISION
from miniprogram_api.estates.rules import BuildingUnknown
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from miniprogram_api.decisions.store import DecisionStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

OWNERS = frozenset({Maker.ASSEMBLY})
ANYBODY = frozenset(Maker)


class Posts(Protocol):
    """The part of the appointments that this room needs."""

    def people_at(self, *, estate_id: str, roles: Collection[Role], now: datetime) -> Iterable[HeldGrant]:
        """List who holds one of the roles at an estate now."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a committee decided, as it is handed in."""

    matter: Matter
    title: str
    text: str
    decided_on: date
    minutes: Minutes
    amount_fen: int | None = None
    building_ids: tuple[str, ...] = ()


class Decisions:
    """The decisions of all estates."""

    def __init__(self, store: DecisionStore, estates: Estates, posts: Posts, photos: Photos) -> None:
        self._store = store
        self._estates = estates
        self._posts = posts
        self._photos = photos

    # Reading

    def find(self, estate_id: str, decision_id: str) -> Decision | None:
        """Return a decision of the estate, or None."""
        return self._store.find(estate_id, decision_id)

    def access_decision_by_id(self, estate_id: str, decision_id: str) -> Decision:
        """Return a decision of the estate, or raise DecisionUnknown."""
        decision = self._store.find(estate_id, decision_id)
        if decision is None:
            raise DecisionUnknown
        return decision

    def list_decisions(self, estate_id: str, limit: int, cursor: str | None) -> Page[Decision]:
        """List the decisions of an estate by the day they were made, newest first."""
        return self._store.list_decisions(estate_id, limit, cursor)

    def photos_of(self, decision: Decision) -> list[PhotoShown]:
        """Return what is shown of the minutes and of what was corrected."""
        parts = (decision.minutes, decision.correction)
        return self._photos.show(decision.estate_id, [one for part in parts if part for one in part.photo_ids])

    # What other rooms rest on

    def add(self, act: Transaction, decision: Decision) -> None:
        """Make a decision part of an act: a ballot's with ``decision_id``, so that it is entered once.

        Raises:
            DecisionDayWrong: it was decided after the act.
            DecisionThere: from the commit, when it stands in the register already.
        """
        act.add(DECISION, recorded(decision), otherwise=DecisionThere)

    def in_force(
        self,
        estate_id: str,
        decision_id: str,
        matters: Matter | Collection[Matter],
        makers: Collection[Maker] = OWNERS,
    ) -> Decision:
        """Return a decision on which something of these matters may rest now; by the owners unless said otherwise.

        Raises:
            DecisionUnknown, DecisionNotInForce, DecisionOfAnotherMatter, DecisionNotOfOwners: it may not.
        """
        decision = self.access_decision_by_id(estate_id, decision_id)
        if not decision.holds:
            raise DecisionNotInForce(state=decision.state.value)
        wanted = frozenset({matters}) if isinstance(matters, Matter) else frozenset(matters)
        if decision.matter not in wanted:
            raise DecisionOfAnotherMatter(matter=decision.matter.value)
        if decision.maker not in makers:
            raise DecisionNotOfOwners
        return decision

    def require_in_force(
        self,
        act: Transaction,
        estate_id: str,
        decision_id: str,
        matters: Matter | Collection[Matter],
        makers: Collection[Maker] = OWNERS,
    ) -> Decision:
        """Let an act happen only while a decision is in force, and return it (VOT-15).

        A rescission at the same moment lets the act fail. See ``in_force`` for what is refused.

        Raises:
            DecisionNotInForce: also from the commit.
        """
        decision = self.in_force(estate_id, decision_id, matters, makers)
        self._store.require(act, decision)
        return decision

    def take(self, act: Transaction, decision: Decision, fen: int) -> Decision:
        """Let an act take money of a decision that ``in_force`` returned; it must still hold then.

        Raises:
            OverDecided: it would be more than was decided on.
            DecisionMoved: from the commit, when somebody took of it, or the street acted, at the same moment.
        """
        after = decision.taken(fen)
        return act.change(DECISION, decision, after, unchanged=("state", "used_fen"), otherwise=DecisionMoved)

    def give_back(self, act: Transaction, decision: Decision, fen: int) -> Decision:
        """Let an act give money back that will not be spent, whatever has become of the decision.

        Raises:
            DecisionMoved: from the commit, when somebody took of it at the same moment.
        """
        after = replace(decision, used_fen=decision.used_fen - fen)
        return act.change(DECISION, decision, after, unchanged=("used_fen",), otherwise=DecisionMoved)

    # The committee

    def record(
        self, principal: Principal, territory: Territory, estate_id: str, said: Recorded, key: str, now: datetime
    ) -> Decision:
        """Enter what the committee decided; every owner is told of it.

        Raises:
            CommitteeAnswers: the community records where a committee is in office.
            DecisionDayWrong, BuildingUnknown: see there.
            DecisionThere: the key came before with different content.
            PhotoNotYours: a photo of the minutes cannot be used.
        """
        self.require_voice(principal, territory, estate_id, now)
        if len(self._estates.find_buildings(estate_id, said.building_ids)) < len(set(said.building_ids)):
            raise BuildingUnknown
        by = principal.account_id
        decision = Decision(
            id=derived_id("dec", by, estate_id, "record_decision", key),
            estate_id=estate_id,
            maker=Maker.COMMITTEE,
            matter=said.matter,
            title=said.title,
            text=said.text,
            decided_on=said.decided_on,
            recorded=Mark(by, principal.display_name, now),
            amount_fen=said.amount_fen,
            building_ids=said.building_ids,
            minutes=said.minutes,
        )
        act = Transaction(by, "record_decision", now)
        self.add(act, decision)
        act.add(CIRCULAR, circular_of(decision, now), otherwise=DecisionThere)
        self._photos.attach(act, estate_id, said.minutes.photo_ids, decision.id, "minutes")
        try:
            self._store.commit(act)
        except DecisionThere:
            there = self.access_decision_by_id(estate_id, decision.id)
            if _as_recorded(there) != said:
                raise
            return there
        return decision

    def require_voice(self, principal: Principal, territory: Territory, estate_id: str, now: datetime) -> None:
        """Let the committee speak, and the community only where none is in office; else raise CommitteeAnswers."""
        if Role.COMMITTEE in principal.roles_in(territory):
            return
        if list(self._posts.people_at(estate_id=estate_id, roles={Role.COMMITTEE}, now=now)):
            raise CommitteeAnswers


def _as_recorded(decision: Decision) -> Recorded | None:
    if decision.minutes is None:
        return None
    return Recorded(
        decision.matter,
        decision.title,
        decision.text,
        decision.decided_on,
        decision.minutes,
        decision.amount_fen,
        decision.building_ids,
    )

"""Draft, check, announce, extend, certify and publish ballots: every step that a person takes (VOT-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.ballots.ballot import BALLOT as WORKFLOW
from miniprogram_api.ballots.ballot import (
    LONGEST_OPEN,
    SHORTEST_OPEN,
    SHOWN_TO_ALL,
    Ballot,
    Event,
    Extension,
    Hand,
    Scope,
    State,
)
from miniprogram_api.ballots.law import Form, Kind
from miniprogram_api.ballots.objections import Step
from miniprogram_api.ballots.questions import Option, Question, QuestionsUnclear, checked
from miniprogram_api.ballots.refusals import (
    AlreadyExtended,
    BallotKeyReused,
    BallotMoved,
    BallotTimesUnclear,
    BallotUnknown,
    CandidatesMissing,
    ObjectionsOpen,
)
from miniprogram_api.ballots.roll import shards_for
from miniprogram_api.ballots.service.outcome import check_effects, chosen_modes, decisions_of
from miniprogram_api.ballots.service.steps import take_step
from miniprogram_api.ballots.store import BALLOT, STEP
from miniprogram_api.kernel.access import Permission, Principal
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.ballots.service.ports import WorkQueue
    from miniprogram_api.ballots.store import BallotStore
    from miniprogram_api.ballots.wanted import Wanted
    from miniprogram_api.decisions.service import Decisions
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.house_rules.service import HouseRules
    from miniprogram_api.kernel.access import Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos


STATUTE = "民法典第二百七十八条（小区没有生效的议事规则）"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who takes a step with which ballot, when, and under which key, so that asking twice is one step."""

    principal: Principal
    estate_id: str
    ballot_id: str
    key: str
    now: datetime

    @property
    def hand(self) -> Hand:
        """Return who takes the step."""
        return Hand(self.principal.account_id, self.principal.display_name, self.now)

    def step_id(self, name: str) -> str:
        """Return the id of the step, the same each time it is asked for."""
        return derived_id("bstep", self.principal.account_id, self.ballot_id, name, self.key)


class Ballots:
    """The ballots of all estates."""

    def __init__(
        self,
        store: BallotStore,
        estates: Estates,
        photos: Photos,
        rules: HouseRules,
        register: Decisions,
        queue: WorkQueue,
    ) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos
        self._rules = rules
        self._register = register
        self._queue = queue

    # Reading

    def access_ballot_by_id(self, principal: Principal, territory: Territory, estate_id: str, ballot_id: str) -> Ballot:
        """Return a ballot of the estate: everybody there from its notice on, before that those who prepare it.

        Raises:
            BallotUnknown: there is none, or none that this person may know of yet.
        """
        ballot = self.get_ballot(estate_id, ballot_id)
        if ballot.state not in SHOWN_TO_ALL and not principal.may(Permission.BALLOT_ROLL, territory):
            raise BallotUnknown
        return ballot

    def get_ballot(self, estate_id: str, ballot_id: str) -> Ballot:
        """Return a ballot of the estate, or raise BallotUnknown."""
        ballot = self._store.find_ballot(estate_id, ballot_id)
        if ballot is None:
            raise BallotUnknown
        return ballot

    def find_title(self, estate_id: str, ballot_id: str) -> str | None:
        """Return the title of a ballot that has passed its check, for whoever links to it, or None."""
        ballot = self._store.find_ballot(estate_id, ballot_id)
        if ballot is None or ballot.state not in SHOWN_TO_ALL | {State.FREEZING, State.FROZEN}:
            return None
        return ballot.title

    def list_ballots(
        self, principal: Principal, territory: Territory, estate_id: str, limit: int, cursor: str | None
    ) -> Page[Ballot]:
        """List the ballots of an estate, newest first; drafts only to those who prepare them."""
        page = self._store.list_ballots(estate_id, limit, cursor)
        if principal.may(Permission.BALLOT_ROLL, territory):
            return page
        return replace(page, items=tuple(one for one in page.items if one.state in SHOWN_TO_ALL))

    def list_steps(self, ballot: Ballot) -> list[Step]:
        """List what was done to a ballot, in order."""
        return self._store.list_steps(ballot.estate_id, ballot.id)

    def photos_of(self, ballot: Ballot) -> list[PhotoShown]:
        """Return what is shown of its papers."""
        return self._photos.show(ballot.estate_id, ballot.photo_ids)

    # Preparing

    def draft(self, principal: Principal, estate_id: str, wanted: Wanted, key: str, now: datetime) -> Ballot:
        """Draft a ballot.

        Raises:
            QuestionsUnclear: the questions do not fit its kind.
            BuildingUnknown: it would be held in a building the estate does not have.
            PhotoNotYours: a photo cannot be used.
            BallotKeyReused: the key came before with different content.
        """
        by, estate = principal.account_id, self._estates.get_estate(estate_id)
        ballot_id = derived_id("bal", by, estate_id, "draft_ballot", key)
        hand = Hand(by, principal.display_name, now)
        ballot = Ballot(
            id=ballot_id,
            estate_id=estate_id,
            estate_name=estate.name,
            community_id=estate.community_id,
            kind=wanted.kind,
            title=wanted.title,
            text=wanted.text,
            questions=check_effects(checked(wanted.kind, wanted.questions)),
            drafted=hand,
            scope=self._within(estate_id, wanted.scope),
            photo_ids=wanted.photo_ids,
            session_id=wanted.session_id,
            consultation_id=wanted.consultation_id,
            least_answers=wanted.least_answers,
            marks=wanted.marks,
        )
        act = Transaction(by, "draft_ballot", now)
        act.add(BALLOT, ballot, otherwise=BallotKeyReused)
        self._photos.attach(act, estate_id, wanted.photo_ids, ballot_id, "ballot")
        line = Step(derived_id("bstep", ballot_id), estate_id, ballot_id, 0, "draft", "起草", hand)
        act.add(STEP, line, otherwise=BallotKeyReused)
        try:
            self._store.commit(act)
        except BallotKeyReused:
            there = self.get_ballot(estate_id, ballot_id)
            if replace(ballot, drafted=there.drafted, version=there.version) != there:
                raise
            return there
        return ballot

    def edit(self, asked: Asked, wanted: Wanted, version: int) -> Ballot:
        """Replace what a draft asks; photos once given stay, new ones may be added.

        Raises:
            IllegalTransition: it is no draft any more.
            BallotMoved: somebody else changed it after it was read.
            QuestionsUnclear, BuildingUnknown, PhotoNotYours: see drafting.
        """
        before = self.get_ballot(asked.estate_id, asked.ballot_id)
        WORKFLOW.step(before.state, "submit", given={}, actor=asked.hand.by, participants={})
        if before.version != version:
            raise BallotMoved
        added = tuple(one for one in wanted.photo_ids if one not in before.photo_ids)
        after = replace(
            before,
            kind=wanted.kind,
            title=wanted.title,
            text=wanted.text,
            questions=check_effects(checked(wanted.kind, wanted.questions)),
            scope=self._within(asked.estate_id, wanted.scope),
            photo_ids=(*before.photo_ids, *added),
            session_id=wanted.session_id,
            consultation_id=wanted.consultation_id,
            least_answers=wanted.least_answers,
            marks=wanted.marks,
            drafted=replace(before.drafted, by=asked.hand.by, name=asked.hand.name),
        )
        act = Transaction(asked.hand.by, "edit_ballot", asked.now)
        after = act.change(BALLOT, before, after, otherwise=BallotMoved)
        self._photos.attach(act, asked.estate_id, added, before.id, "ballot")
        self._store.commit(act)
        return after

    def submit(self, asked: Asked) -> Ballot:
        """Hand a draft to the community for its check."""
        return self._take(asked, "submit", lambda ballot: replace(ballot, returned_reason=None))

    def send_back(self, asked: Asked, reason: str) -> Ballot:
        """Give a ballot back to who drafted it, with the reason."""
        return self._take(asked, "return", lambda ballot: replace(ballot, returned_reason=reason), reason)

    def approve(self, asked: Asked) -> Ballot:
        """Pass a ballot: its rules are those of this day, and its roll is written next.

        Raises:
            QuestionsUnclear: parking counts in one of its matters and not in another; they have two rolls.
            CandidatesMissing: fewer candidates passed both checks than there are seats.
            SamePersonRefused: whoever drafted it checks it.
        """
        estate = self._estates.get_estate(asked.estate_id)
        rules = self._rules.terms_on(asked.estate_id)
        if len({question.matter in rules.terms.parking_in for question in self._at(asked).questions}) > 1:
            raise QuestionsUnclear("有的事项按议事规则计入车位，有的不计入，请分开表决。")
        source = f"《{rules.title}》第 {rules.number} 版" if rules.document_id else STATUTE

        def passed(ballot: Ballot) -> Ballot:
            return replace(
                ballot,
                questions=self._complete(ballot),
                checked=asked.hand,
                terms=rules.terms,
                rules_source=source,
                attempt=ballot.attempt + 1,
                shards=shards_for(estate.households),
                roster_revision=estate.roster_revision,
                reached="",
            )

        after = self._take(asked, "pass", passed)
        self._queue.put({"do": "freeze", "estate_id": after.estate_id, "ballot_id": after.id})
        return after

    def withdraw(self, asked: Asked, reason: str) -> Ballot:
        """Withdraw a ballot before voting begins.

        Raises:
            BallotMoved: voting has begun.
        """

        def withdrawn(ballot: Ballot) -> Ballot:
            if ballot.opens_at is not None and ballot.opens_at <= asked.now:
                raise BallotMoved
            return replace(ballot, ended_reason=reason)

        return self._take(asked, "withdraw", withdrawn, reason)

    # Running

    def announce(self, asked: Asked, opens_at: datetime, closes_at: datetime) -> Ballot:
        """Announce a ballot whose roll is frozen: who is on it is told, and voting begins after the notice owed.

        Raises:
            BallotTimesUnclear: the notice would be shorter than the rules say (物业管理条例 14: 15 days at least).
        """

        def announced(ballot: Ballot) -> Ballot:
            notice = timedelta(days=ballot.terms.notice_days) if ballot.needs_notice else timedelta(0)
            early = opens_at < asked.now + notice
            if early or not SHORTEST_OPEN <= closes_at - opens_at <= LONGEST_OPEN:
                raise BallotTimesUnclear
            return replace(
                ballot, announced=asked.hand, opens_at=opens_at, closes_at=closes_at, telling=Event.ANNOUNCED
            )

        return self._tell(self._take(asked, "announce", announced))

    def extend(self, asked: Asked, closes_at: datetime, reason: str) -> Ballot:
        """Extend a running vote once, with a reason everybody reads.

        Raises:
            AlreadyExtended: it was extended before.
            BallotTimesUnclear: it would end earlier, or much later.
            BallotMoved: its time is over.
        """

        def extended(ballot: Ballot) -> Ballot:
            if ballot.extended is not None:
                raise AlreadyExtended
            before = ballot.closes_at
            if before is None or not ballot.takes_votes(asked.now):
                raise BallotMoved
            if not before < closes_at <= before + LONGEST_OPEN:
                raise BallotTimesUnclear
            return replace(
                ballot,
                closes_at=closes_at,
                extended=Extension(asked.hand, reason, before),
                told_ending=False,
                telling=Event.EXTENDED,
            )

        return self._tell(self._take(asked, "extend", extended, reason))

    def certify(self, asked: Asked) -> Ballot:
        """Confirm a counted result after the time for objections.

        Raises:
            ObjectionsOpen: that time is not over, or an objection has no answer.
            SamePersonRefused: whoever drafted the ballot certifies it.
        """

        def certified(ballot: Ballot) -> Ballot:
            over = ballot.objections_until is not None and ballot.objections_until <= asked.now
            if ballot.open_objections or not over:
                raise ObjectionsOpen
            return replace(ballot, certified=asked.hand)

        return self._take(asked, "certify", certified)

    def publish(self, asked: Asked) -> Ballot:
        """Publish a certified result; what it decided stands in the register of decisions from the same act on."""

        def along(act: Transaction, after: Ballot) -> None:
            for decision in decisions_of(after):
                self._register.add(act, decision)
            for mode in chosen_modes(after):
                self._estates.adopt_mode(act, after.estate_id, mode, date_of(asked.now))

        def published(ballot: Ballot) -> Ballot:
            return replace(ballot, published=asked.hand, telling=Event.PUBLISHED)

        return self._tell(self._take(asked, "publish", published, along=along))

    # Beneath

    def _at(self, asked: Asked) -> Ballot:
        return self.get_ballot(asked.estate_id, asked.ballot_id)

    def _tell(self, ballot: Ballot) -> Ballot:
        """Have everybody on the roll told; the clock does so too if this hint is lost."""
        if ballot.telling is not None:
            self._queue.put({"do": "tell", "estate_id": ballot.estate_id, "ballot_id": ballot.id})
        return ballot

    def _within(self, estate_id: str, scope: Scope) -> Scope:
        for building_id in {*scope.building_ids, *(entrance.building_id for entrance in scope.entrances)}:
            self._estates.get_building(estate_id, building_id)
        return scope

    def _complete(self, ballot: Ballot) -> tuple[Question, ...]:
        """Return the questions; an election's options are the candidates that passed both checks."""
        if ballot.kind is not Kind.ELECTION:
            return ballot.questions
        (question,) = ballot.questions
        standing = [one for one in self._store.list_candidates(ballot.estate_id, ballot.id) if one.qualified]
        if len(standing) < max(2, question.seats):
            raise CandidatesMissing
        options = tuple(Option(one.id, one.name) for one in standing)
        return (replace(question, form=Form.SELECT, options=options, most=min(question.most, len(options))),)

    def _take(
        self,
        asked: Asked,
        name: str,
        change: Callable[[Ballot], Ballot],
        reason: str = "",
        along: Callable[[Transaction, Ballot], None] | None = None,
    ) -> Ballot:
        """Take one step with its line of history; a step that was taken under the same key is returned as it stands."""
        before = self.get_ballot(asked.estate_id, asked.ballot_id)
        step_id = asked.step_id(name)
        if any(step.id == step_id for step in self.list_steps(before)):
            return before
        return take_step(self._store, before, name, asked.hand, step_id, change, reason, along)

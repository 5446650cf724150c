"""Lead a price talk from the limit to the filed price that becomes a tariff (FEE-06)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Principal, Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.prices.refusals import (
    CommitteeInOffice,
    CompanyChanged,
    TalkKeyReused,
    TalkMoved,
    TalkOpen,
    TalkUnknown,
)
from miniprogram_api.prices.rounds import (
    agreed,
    countering_closed,
    due_after,
    ended,
    filed,
    offered,
    opened,
    revised,
    voted,
)
from miniprogram_api.prices.service.outcome import check_subject, tariff_of, type_of, vote_of
from miniprogram_api.prices.store import OPEN_TALK, TALK, TALK_STEP
from miniprogram_api.prices.talk import Hand, OpenTalk, PriceTalk, Subject, TalkState
from miniprogram_api.storage import price_keys
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.tariffs.tariff import Hand as TariffHand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.ballots.service import Ballots
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.prices.guide import PriceLimit
    from miniprogram_api.prices.rounds import Taken
    from miniprogram_api.prices.service.appraisals import Appraisals
    from miniprogram_api.prices.service.benchmarks import Benchmarks
    from miniprogram_api.prices.service.guide_prices import GuidePrices
    from miniprogram_api.prices.store import TalkStore
    from miniprogram_api.prices.talk import Agreement, Offer, TalkStep
    from miniprogram_api.prices.votes import VoteResult
    from miniprogram_api.tariffs.service import Tariffs


@dataclass(frozen=True, slots=True)
class Opening:
    """What a talk is to be about and why; perhaps it rests on an appraisal (FEE-09)."""

    subject: Subject
    reason: str
    appraisal_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a step of which talk, when, and under which key, so that asking twice is one step."""

    principal: Principal
    estate_id: str
    talk_id: str
    key: str
    now: datetime

    @property
    def today(self) -> date:
        """The day in China."""
        return date_of(self.now)

    def hand(self, name: str) -> Hand:
        """Return who takes the step of that name."""
        by = self.principal.account_id
        return Hand(by, self.principal.display_name, self.now, derived_id("pstep", by, self.talk_id, name, self.key))


class PriceTalks:
    """The price talks of all estates."""

    def __init__(
        self,
        store: TalkStore,
        estates: Estates,
        committees: Committees,
        photos: Photos,
        guide_prices: GuidePrices,
        benchmarks: Benchmarks,
        appraisals: Appraisals,
        tariffs: Tariffs,
        ballots: Ballots,
    ) -> None:
        self._store = store
        self._estates = estates
        self._committees = committees
        self._photos = photos
        self._guide_prices = guide_prices
        self._benchmarks = benchmarks
        self._appraisals = appraisals
        self._tariffs = tariffs
        self._ballots = ballots

    # Reading

    def access_talk_by_id(self, estate_id: str, talk_id: str) -> PriceTalk:
        """Return a talk of the estate, or raise TalkUnknown."""
        talk = self._store.find_talk(estate_id, talk_id)
        if talk is None:
            raise TalkUnknown
        return talk

    def list_steps(self, talk: PriceTalk) -> list[TalkStep]:
        """List the steps of a talk, every round, in the order they were taken."""
        return self._store.list_steps(talk.estate_id, talk.id)

    def photos_of(self, talk: PriceTalk) -> list[PhotoShown]:
        """Return what is shown of the minutes."""
        return [] if talk.agreement is None else self._photos.show(talk.estate_id, talk.agreement.photo_ids)

    def list_talks(self, estate_id: str, limit: int, cursor: str | None) -> Page[PriceTalk]:
        """List the talks of an estate, newest first."""
        return self._store.list_talks(estate_id, limit, cursor)

    def list_open(self, estate_id: str) -> list[PriceTalk]:
        """List the talks of an estate that have not ended, for the home page."""
        return self._store.list_open_talks(estate_id)

    # Steps

    def open(self, principal: Principal, estate_id: str, opening: Opening, key: str, now: datetime) -> PriceTalk:
        """Open a talk; the first thing it holds is what the government allows today.

        Raises:
            CompanyChanged: no company is under contract.
            AppraisalUnknown, AppraisalNotValid: it rests on an appraisal that carries no such talk today.
            TariffUnclear, ParkingApart: no tariff can come of what it is about.
            TalkOpen: the estate talks about the charge already.
            TalkKeyReused: the key came before with different content.
        """
        by, estate = principal.account_id, self._estates.get_estate(estate_id)
        if estate.company_id is None:
            raise CompanyChanged
        subject = opening.subject
        if opening.appraisal_id is not None:
            appraisal = self._appraisals.access_appraisal_by_id(estate_id, opening.appraisal_id)
            appraisal.carries(subject.charge, date_of(now))
        talk_id = derived_id("ptalk", by, estate_id, "open_price_talk", key)
        hand = Hand(by, principal.display_name, now, derived_id("pstep", talk_id))
        talk = PriceTalk(
            id=talk_id,
            estate_id=estate_id,
            estate_name=estate.name,
            estate_type=type_of(estate),
            community_id=estate.community_id,
            company_id=estate.company_id,
            subject=subject,
            reason=opening.reason,
            opened_at=now,
            due_at=due_after(TalkState.OPENED, now),
            last_step=hand.step_id,
            limit=self._limit(estate_id, subject, date_of(now)),
            appraisal_id=opening.appraisal_id,
        )
        check_subject(talk, TariffHand(by, principal.display_name, now), date_of(now))
        talk, step = opened(talk, hand)
        act = Transaction(by, "open_price_talk", now)
        act.add(TALK, talk, otherwise=TalkKeyReused)
        act.add(TALK_STEP, step, otherwise=TalkKeyReused)
        act.add(OPEN_TALK, OpenTalk(estate_id, subject.charge, talk_id), otherwise=TalkOpen)
        try:
            self._store.commit(act)
        except TalkKeyReused:
            there = self.access_talk_by_id(estate_id, talk_id)
            if Opening(there.subject, there.reason, there.appraisal_id) != opening:
                raise
            return there
        return talk

    def offer(self, asked: Asked, offer: Offer) -> PriceTalk:
        """Make the company's offer; owners may answer from now on. See ``rounds.offered`` for what is refused."""
        made = self._with_reference(asked, offer)
        return self._take(asked, "offer", {"offer": made}, lambda talk, hand: offered(talk, made, hand))

    def revise(self, asked: Asked, offer: Offer) -> PriceTalk:
        """Lower the company's offer while both sides negotiate. See ``rounds.revised`` for what is refused."""
        made = self._with_reference(asked, offer)
        return self._take(asked, "revise", {"offer": made}, lambda talk, hand: revised(talk, made, hand))

    def agree(self, asked: Asked, agreement: Agreement) -> PriceTalk:
        """Record that the owners' side takes the company's newest offer. See ``rounds.agreed`` for what is refused.

        Raises:
            CommitteeInOffice: the community asks where a committee speaks for the owners.
            PhotoNotYours: a photo of the minutes cannot be used.
        """
        self._require_voice(asked)

        def along(act: Transaction, after: PriceTalk) -> None:
            self._photos.attach(act, after.estate_id, agreement.photo_ids, after.id, "price_agreement")

        content = {"agreement": agreement}
        return self._take(asked, "agree", content, lambda talk, hand: agreed(talk, agreement, hand), along)

    def record_vote(self, asked: Asked, vote: VoteResult) -> PriceTalk:
        """Record the owners' vote; one that fails begins the next round. See ``rounds.voted`` for what is refused.

        Raises:
            CommitteeInOffice: the community asks where a committee speaks for the owners.
        """
        self._require_voice(asked)

        def rule(talk: PriceTalk, hand: Hand) -> Taken:
            return voted(talk, vote, self._limit(talk.estate_id, talk.subject, asked.today), hand)

        return self._take(asked, "vote", {"vote": vote}, rule)

    def take_ballot(self, asked: Asked, ballot_id: str, number: int) -> PriceTalk:
        """Record the owners' vote as a published ballot counted it. See ``record_vote`` for what else is refused.

        Raises:
            BallotUnknown: the estate has no such ballot.
            BallotUndecided: it is not published, or has no such question of yes or no.
        """
        ballot = self._ballots.get_ballot(asked.estate_id, ballot_id)
        return self.record_vote(asked, vote_of(ballot, number))

    def file(self, asked: Asked, starts_on: date) -> PriceTalk:
        """File the price that the owners adopted; its tariff is enacted in the same act.

        See ``rounds.filed`` and ``Tariffs.enact`` for what is refused.
        """

        def rule(talk: PriceTalk, hand: Hand) -> Taken:
            return filed(talk, starts_on, self._limit(talk.estate_id, talk.subject, starts_on), hand)

        def along(act: Transaction, after: PriceTalk) -> None:
            hand = TariffHand(asked.principal.account_id, asked.principal.display_name, asked.now)
            in_force = self._tariffs.list_in_force(after.estate_id, starts_on)
            self._tariffs.enact(act, tariff_of(after, in_force, hand), hand)

        return self._take(asked, "file", {"starts_on": starts_on}, rule, along)

    def withdraw(self, asked: Asked, reason: str) -> PriceTalk:
        """Withdraw a talk as its company. See ``rounds.ended`` for what is refused."""
        content = {"reason": reason}
        return self._take(asked, "withdraw", content, lambda talk, hand: ended(talk, "withdraw", reason, hand))

    def stop(self, asked: Asked, reason: str) -> PriceTalk:
        """Stop a talk as an official. See ``rounds.ended`` for what is refused."""
        return self._take(asked, "stop", {"reason": reason}, lambda talk, hand: ended(talk, "stop", reason, hand))

    def sweep(self, now: datetime) -> int:
        """Close rounds of counter-offers whose time is over, and have people told once of every other late round."""
        done = 0
        for talk in self._store.talks_due(now):
            act = Transaction("system", "price_talk_due", now)
            if talk.state is TalkState.COUNTERING:
                hand = Hand("system", "系统", now, derived_id("pstep", talk.id, "close_counters", str(talk.round)))
                after, step = countering_closed(talk, hand)
                act.add(TALK_STEP, step)
            else:
                after = replace(talk, told_late=True)
            act.change(TALK, talk, after)
            with suppress(Conflict):  # somebody took the step at this very moment
                self._store.commit(act)
                done += 1
        return done

    # What the steps share

    def _take(
        self,
        asked: Asked,
        name: str,
        content: Mapping[str, object],
        rule: Callable[[PriceTalk, Hand], Taken],
        along: Callable[[Transaction, PriceTalk], None] | None = None,
    ) -> PriceTalk:
        """Take one step, or find that it was taken when it was asked for before.

        ``content`` is what the line of history holds of it; ``along`` adds what the same act writes elsewhere.
        """
        talk, hand = self.access_talk_by_id(asked.estate_id, asked.talk_id), asked.hand(name)
        there = self._store.find_step(talk.estate_id, talk.id, hand.step_id)
        if there is not None:
            if any(getattr(there, part) != value for part, value in content.items()):
                raise TalkKeyReused
            return talk
        if name != "stop":  # an official can stop a talk whose company has gone
            self._require_company(talk)
        after, step = rule(talk, hand)
        act = Transaction(hand.by, f"price_talk_{name}", asked.now)
        after = act.change(TALK, talk, after, otherwise=TalkMoved)
        act.add(TALK_STEP, step, otherwise=TalkMoved)
        if not after.is_open:
            act.remove(price_keys.price_talk_open(talk.estate_id, talk.subject.charge))
        if along is not None:
            along(act, after)
        self._store.commit(act)
        return after

    def _limit(self, estate_id: str, subject: Subject, on: date) -> PriceLimit | None:
        return self._guide_prices.limit_of(estate_id, subject.charge, subject.grade, on)

    def _with_reference(self, asked: Asked, offer: Offer) -> Offer:
        return replace(offer, reference=self._benchmarks.reference(asked.estate_id, offer.services, asked.today))

    def _require_company(self, talk: PriceTalk) -> None:
        """Make sure that the company the talk is with is still under contract."""
        if self._estates.get_estate(talk.estate_id).company_id != talk.company_id:
            raise CompanyChanged

    def _require_voice(self, asked: Asked) -> None:
        """Make sure that the community speaks for the owners only where no committee is in office."""
        if Role.COMMITTEE in asked.principal.roles_in(self._estates.territory_of_estate(asked.estate_id)):
            return
        bodies = self._committees.list_bodies(asked.estate_id, 100, None).items
        if any(body.ended_at is None and body.formed_on <= asked.today <= body.term_ends_on for body in bodies):
            raise CommitteeInOffice

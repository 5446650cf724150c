"""Lead a negative-list case; what it does to the member's rights is in the same act (VOT-14, S11)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.appointments.rules import PostChanged, PostUnknown
from miniprogram_api.cards.face import FaceChanged
from miniprogram_api.conduct.case import STREET_STEPS, Case, referred, reported, stepped
from miniprogram_api.conduct.refusals import (
    CaseMoved,
    CaseUnknown,
    ConductKeyReused,
    DecisionTooOld,
    MembershipLasts,
    SeatOver,
    SeatUnknown,
    StreetOnly,
)
from miniprogram_api.conduct.service.asking import Asked, seat_of, was_taken
from miniprogram_api.conduct.store import CASE
from miniprogram_api.conduct.telling import Told
from miniprogram_api.identity.rules import AccountChanged
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.matter import Matter
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from miniprogram_api.appointments.rules import Post
    from miniprogram_api.appointments.service.committees import Committees
    from miniprogram_api.conduct.case import Referral
    from miniprogram_api.conduct.history import Said
    from miniprogram_api.conduct.service.catalogue import ConductCatalogue
    from miniprogram_api.conduct.service.telling import OwnersTold
    from miniprogram_api.conduct.store import ConductStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

    Effect = Callable[[Transaction, Case], Case]

_COMMITTEE = frozenset({Matter.COMMITTEE})
_ATTEMPTS = 3
_PASSING = (PostChanged, AccountChanged, FaceChanged)
"""The member, a colleague or a card changed at the same moment; nobody escapes a suspension by that."""


class DecisionMade(Protocol):
    """What a case looks at in a decision."""

    @property
    def decided_on(self) -> date:
        """The day of the decision."""
        ...

    @property
    def title(self) -> str:
        """What was decided."""
        ...


class DecisionsInForce(Protocol):
    """The part of the owners' decisions that a case needs."""

    def require_in_force(
        self, act: Transaction, estate_id: str, decision_id: str, matters: frozenset[Matter]
    ) -> DecisionMade:
        """Let the act happen only while the decision is in force and of one of the matters, or say why not."""
        ...


class ConductCases:
    """The negative-list cases of all estates."""

    def __init__(
        self,
        store: ConductStore,
        committees: Committees,
        catalogue: ConductCatalogue,
        owners: OwnersTold,
        decisions: DecisionsInForce,
        estates: Estates,
        photos: Photos,
    ) -> None:
        self._store = store
        self._committees = committees
        self._catalogue = catalogue
        self._owners = owners
        self._decisions = decisions
        self._estates = estates
        self._photos = photos

    # Reading

    def access_case_by_id(self, estate_id: str, case_id: str) -> Case:
        """Return a case of the estate, or raise CaseUnknown."""
        case = self._store.find_case(estate_id, case_id)
        if case is None:
            raise CaseUnknown
        return case

    def access_own(self, account_id: str, estate_id: str, case_id: str) -> Case:
        """Return a case about the person who asks, or raise CaseUnknown."""
        case = self._about_now(self.access_case_by_id(estate_id, case_id))
        if case.seat.account_id != account_id:
            raise CaseUnknown
        return case

    def access_on_board(self, estate_id: str, case_id: str) -> Case:
        """Return a case that everybody at the estate may know of, or raise CaseUnknown."""
        case = self.access_case_by_id(estate_id, case_id)
        if not case.on_board:
            raise CaseUnknown
        return case

    def list_cases(self, estate_id: str, limit: int, cursor: str | None) -> Page[Case]:
        """List the cases of an estate, newest first."""
        return self._store.list_cases(estate_id, limit, cursor)

    def list_board(self, estate_id: str, limit: int, cursor: str | None) -> Page[Case]:
        """List the cases everybody at the estate may know of."""
        return self._store.list_board(estate_id, limit, cursor)

    def list_open_below(self, unit_id: str, limit: int, cursor: str | None) -> Page[Case]:
        """List the cases below a unit in which somebody still has to do something."""
        return self._store.list_open_below(self._estates.get_unit(unit_id).path, limit, cursor)

    def photos_of(self, case: Case) -> list[PhotoShown]:
        """Return what is shown of every photo of a case, in the order of the steps."""
        return self._photos.show(case.estate_id, [one for step in case.history for one in step.said.photo_ids])

    # Steps

    def report(self, asked: Asked, post_id: str, item_code: str, said: Said) -> Case:
        """Report a member for an item of the street's negative list, with proof.

        Raises:
            SeatUnknown: the estate has no such committee member.
            SeatOver: the membership has ended.
            ItemUnknown: no such item holds now.
            ConductKeyReused: the key came before with different content.
            PhotoNotYours: a photo of the proof cannot be used.
        """
        case_id = derived_id("case", asked.by, asked.estate_id, "report_case", asked.key)
        there = self._store.find_case(asked.estate_id, case_id)
        if there is not None:
            return _same_report(there, post_id, item_code, said)
        post = self._seat(asked.estate_id, post_id)
        if post.is_over:
            raise SeatOver
        seat = seat_of(post, self._estates.get_estate(asked.estate_id))
        item = self._catalogue.item_at(seat.street_id, item_code)
        case = reported(case_id, seat, item, said, asked.hand("report"))
        act = Transaction(asked.by, "report_conduct_case", asked.now)
        act.add(CASE, case, otherwise=ConductKeyReused)
        self._photos.attach(act, asked.estate_id, said.photo_ids, case_id, "conduct_proof")
        try:
            self._store.commit(act)
        except ConductKeyReused:
            return _same_report(self.access_case_by_id(asked.estate_id, case_id), post_id, item_code, said)
        return case

    def take(self, asked: Asked, territory: Territory, name: str, said: Said) -> Case:
        """Take a step as community or street; asked for again with the same key, the step stands once.

        ``suspend`` takes every committee right at the estate in the same act, ``restore`` gives them back, ``end`` ends
        the membership by a decision of the owners' assembly that is in force, ``announce`` tells all owners.

        Raises:
            CaseUnknown, CaseMoved, ConductKeyReused: see there.
            StreetOnly: the community asks to suspend or restore.
            SeatOver: nothing is left to suspend.
            MembershipLasts: the case would lapse while the member sits.
            IllegalTransition, SamePersonRefused, InputMissing, NotHeard, StatementsFull: see the rules.
            DecisionTooOld: the owners decided before they were asked.
            Problem: the decision is not in force; the post was changed in the same moment.
        """
        if name in STREET_STEPS and Role.STREET not in asked.principal.roles_in(territory):
            raise StreetOnly
        return self._take(asked, name, said)

    def state_own(self, asked: Asked, said: Said) -> Case:
        """Let the member say what they have to say; CaseUnknown to everybody else."""
        self.access_own(asked.by, asked.estate_id, asked.thing_id)
        return self._take(asked, "state", said)

    def refer(self, asked: Asked, referral: Referral) -> Case:
        """Hand the case to justice (涉嫌犯罪的移送司法机关); handed over again alike, nothing changes.

        Raises:
            CaseUnknown, CaseMoved: see there.
            AlreadyReferred, ReferralDateWrong: see the rules.
        """
        stored = self.access_case_by_id(asked.estate_id, asked.thing_id)
        hand = asked.hand("refer")
        if stored.step_of(hand.step_id) is not None and stored.referral == referral:
            return stored
        act = Transaction(asked.by, "refer_conduct_case", asked.now)
        after = act.change(CASE, stored, referred(self._about_now(stored), referral, hand), otherwise=CaseMoved)
        self._store.commit(act)
        return after

    def _take(self, asked: Asked, name: str, said: Said) -> Case:
        for _ in range(_ATTEMPTS - 1):
            with suppress(*_PASSING):
                return self._take_once(asked, name, said)
        return self._take_once(asked, name, said)

    def _take_once(self, asked: Asked, name: str, said: Said) -> Case:
        stored = self.access_case_by_id(asked.estate_id, asked.thing_id)
        hand = asked.hand(name)
        if was_taken(stored.step_of(hand.step_id), said):
            return stored
        act = Transaction(asked.by, f"conduct_case_{name}", asked.now)
        after = stepped(self._about_now(stored), name, said, hand)
        effect = self._effects.get(name)
        if effect is not None:
            after = effect(act, after)
        after = act.change(CASE, stored, after, otherwise=CaseMoved)
        self._photos.attach(act, after.estate_id, said.photo_ids, after.id, "conduct_step")
        self._store.commit(act)
        return after

    # What a step does beside the case, in the same act

    @property
    def _effects(self) -> dict[str, Effect]:
        return {
            "suspend": self._suspend,
            "end": self._end,
            "restore": self._restore,
            "announce": self._announce,
            "lapse": self._lapse,
        }

    def _suspend(self, act: Transaction, case: Case) -> Case:
        post = self._seat(case.estate_id, case.seat.post_id)
        if post.is_over:
            raise SeatOver
        held = self._committees.hold(act, post, case.id, case.history[-1].said.text)
        if post.id not in {one.id for one in held}:  # it ended between the two looks
            raise SeatOver
        return replace(case, post_ids=tuple(one.id for one in held))

    def _end(self, act: Transaction, case: Case) -> Case:
        decision = self._decisions.require_in_force(act, case.estate_id, case.decision_id or "", _COMMITTEE)
        if decision.decided_on < date_of(case.last("put_to_vote").at):
            raise DecisionTooOld
        self._committees.remove(act, case.estate_id, case.post_ids, f"业主大会决定终止成员资格：{decision.title}")
        return case

    def _restore(self, act: Transaction, case: Case) -> Case:
        self._committees.free(act, case.estate_id, case.post_ids, case.id)
        return case

    def _announce(self, act: Transaction, case: Case) -> Case:
        outcome = "终止成员资格" if case.membership_ended else "恢复履职"
        page = f"pages/conduct/board?estate_id={case.estate_id}&id={case.id}"
        told = Told(f"关于{case.seat.name}{outcome}的公告", case.announcement or "", page)
        self._owners.begin(act, case.estate_id, case.id, told)
        return case

    def _lapse(self, _act: Transaction, case: Case) -> Case:
        seats = [self._seat(case.estate_id, post_id) for post_id in case.post_ids or (case.seat.post_id,)]
        if not all(seat.is_over for seat in seats):
            raise MembershipLasts
        return case

    def _about_now(self, case: Case) -> Case:
        """Return the case with the account that holds the seat by now: a number may be proved later."""
        account_id = self._seat(case.estate_id, case.seat.post_id).account_id
        return replace(case, seat=replace(case.seat, account_id=account_id))

    def _seat(self, estate_id: str, post_id: str) -> Post:
        try:
            return self._committees.access_seat_by_id(estate_id, post_id)
        except PostUnknown:
            raise SeatUnknown from None


def _same_report(there: Case, post_id: str, item_code: str, said: Said) -> Case:
    if (there.seat.post_id, there.item.code, there.history[0].said) != (post_id, item_code, said):
        raise ConductKeyReused
    return there

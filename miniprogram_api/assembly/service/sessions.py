"""Draft, call, correct and cancel sessions, and read them (VOT-24, VOT-16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.assembly.convening import check_convener, check_trigger
from miniprogram_api.assembly.letters import mailing_of
from miniprogram_api.assembly.refusals import (
    LinkUnknown,
    RenovationUnknown,
    SessionKeyReused,
    SessionMoved,
    SessionUnknown,
)
from miniprogram_api.assembly.session import (
    CallNotice,
    Closing,
    Convener,
    Correction,
    LinkKind,
    Plan,
    Session,
    SessionKind,
    SessionState,
    Trigger,
)
from miniprogram_api.assembly.steps import called, cancelled, corrected, edited
from miniprogram_api.assembly.store import MAILING, SESSION
from miniprogram_api.estates.rules import EstateFlag
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.assembly.letters import Mailing
    from miniprogram_api.assembly.service.sides import Asked, Sides
    from miniprogram_api.assembly.session import AgendaItem
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.house_rules.service import HouseRules
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos


class BallotLookup(Protocol):
    """The ballots, as far as an agenda links them."""

    def find_title(self, estate_id: str, ballot_id: str) -> str | None:
        """Return what a ballot of the estate is called, or None."""
        ...


class ReportLookup(Protocol):
    """The reports owners hear at a session (VOT-13)."""

    def find_title(self, estate_id: str, report_id: str) -> str | None:
        """Return what a report at the estate is called, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new session is to be."""

    kind: SessionKind
    convener: Convener
    plan: Plan
    renovated: bool = False
    trigger: Trigger | None = None


class Assemblies:
    """The sessions of all estates, up to the day they are held."""

    def __init__(
        self,
        store: AssemblyStore,
        sides: Sides,
        estates: Estates,
        house_rules: HouseRules,
        photos: Photos,
        ballots: BallotLookup,
        reports: ReportLookup,
    ) -> None:
        self._store = store
        self._sides = sides
        self._estates = estates
        self._house_rules = house_rules
        self._photos = photos
        self._ballots = ballots
        self._reports = reports

    # Reading

    def access_session_by_id(self, asked: Asked, estate_id: str, session_id: str) -> Session:
        """Return a session of the estate that the person may read of, or raise SessionUnknown."""
        session = self._store.find_session(estate_id, session_id)
        if session is None or not (session.is_public or asked.sees_drafts):
            raise SessionUnknown
        return session

    def find_title(self, estate_id: str, session_id: str) -> str | None:
        """Return what a session is called to which owners were called, or None: for rooms that link one."""
        session = self._store.find_session(estate_id, session_id)
        return None if session is None or not session.is_public else session.plan.title

    def list_sessions(self, asked: Asked, estate_id: str, limit: int, cursor: str | None) -> Page[Session]:
        """List every session for those who convene, the sessions owners were called to for everybody else."""
        lists = self._store.list_sessions if asked.sees_drafts else self._store.list_called
        return lists(estate_id, limit, cursor)

    def telling_of(self, session: Session) -> Mailing | None:
        """Return how far owners have been told of the call."""
        return self._store.find_mailing(session, SessionState.CALLED) if session.is_public else None

    def photos_of(self, session: Session, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return what is shown of photos of a session."""
        return self._photos.show(session.estate_id, photo_ids)

    def convenes(self, asked: Asked, session: Session) -> bool:
        """Say whether the person may take steps of a session: one of the side that convenes it."""
        return self._sides.convenes(asked, session.convener)

    # Steps

    def draft(self, asked: Asked, estate_id: str, opening: Opening, key: str) -> Session:
        """Begin a session.

        Raises:
            NotTheConvener, ConvenerWrong, RenovationUnknown: this side does not convene it.
            TriggerMisplaced, TooFewOwners, InputMissing: an interim session needs its reason.
            LinkUnknown, PhotoNotYours: a link or a photo cannot be used.
            SessionKeyReused: the key came before with other content.
        """
        check_trigger(opening.kind, opening.convener, opening.trigger)
        estate = self._require_convener(asked, estate_id, opening)
        session = Session(
            id=derived_id("asm", asked.by, estate_id, "draft_assembly", key),
            estate_id=estate_id,
            estate_name=estate.name,
            kind=opening.kind,
            convener=opening.convener,
            plan=self._linked(estate_id, opening.plan),
            drafted=asked.hand,
            renovated=opening.renovated,
            trigger=opening.trigger,
        )
        act = Transaction(asked.by, "draft_assembly", asked.now)
        act.add(SESSION, session, otherwise=SessionKeyReused)
        photo_ids = () if opening.trigger is None else opening.trigger.photo_ids
        self._photos.attach(act, estate_id, photo_ids, session.id, "assembly_trigger")
        try:
            self._store.commit(act)
        except SessionKeyReused:
            there = self.access_session_by_id(asked, estate_id, session.id)
            if there.version == 0 and replace(there, drafted=session.drafted) != session:
                raise
            return there
        return session

    def edit(self, asked: Asked, session: Session, version: int, plan: Plan) -> Session:
        """Replace the plan of a draft that the writer saw in that version; sent twice, it is written once.

        Raises:
            NotTheConvener, IllegalTransition, LinkUnknown: see there.
            SessionMoved: somebody else changed it.
        """
        self._sides.require(asked, session.convener)
        plan = self._linked(session.estate_id, plan)
        after = edited(session, plan, asked.by)
        if session.version == version + 1 and session.plan == plan:
            return session
        if session.version != version:
            raise SessionMoved
        return self._announce(Transaction(asked.by, "edit_assembly", asked.now), session, after)

    def call(self, asked: Asked, session: Session, photo_ids: tuple[str, ...]) -> Session:
        """Call all owners, and tell the residents' committee, as many days before as law and house rules say (条例 14).

        Raises:
            NoticeTooShort: too few days are left.
            NotTheConvener, ConvenerWrong, LinkUnknown, IllegalTransition, SessionMoved, PhotoNotYours: see there.
        """
        done = session.call
        if done is not None and (done.hand.by, done.photo_ids) == (asked.by, photo_ids):
            return session
        opening = Opening(session.kind, session.convener, session.plan, session.renovated)
        self._require_convener(asked, session.estate_id, opening)
        rules = self._house_rules.terms_on(session.estate_id)
        notice = CallNotice(asked.hand, rules.terms.notice_days, rules.basis("notice_days"), photo_ids)
        plan = self._linked(session.estate_id, session.plan)
        after = called(replace(session, plan=plan), notice)
        act = Transaction(asked.by, "call_assembly", asked.now)
        self._photos.attach(act, session.estate_id, photo_ids, session.id, "assembly_notice")
        return self._announce(act, session, after)

    def correct(self, asked: Asked, session: Session, plan: Plan, reason: str, key: str) -> Session:
        """Correct a called session in public: its plan from now on, and why.

        Raises:
            SessionKeyReused: the key came before with other content.
            NotTheConvener, LinkUnknown, SessionMoved: see there; and see ``steps.corrected``.
        """
        self._sides.require(asked, session.convener)
        plan = self._linked(session.estate_id, plan)
        correction = Correction(derived_id("asmc", asked.by, session.id, key), reason, session.plan, asked.hand)
        plans = [*(one.was for one in session.corrections[1:]), session.plan]
        for done, led_to in zip(session.corrections, plans, strict=False):
            if done.id == correction.id:
                if (led_to, done.reason) != (plan, reason):
                    raise SessionKeyReused
                return session
        after = corrected(session, plan, correction)
        return self._announce(Transaction(asked.by, "correct_assembly", asked.now), session, after)

    def cancel(self, asked: Asked, session: Session, reason: str) -> Session:
        """Cancel a session before it is held, with the reason; owners who were called are told."""
        if session.state is SessionState.CANCELLED and is_closing(session, asked.by, reason):
            return session
        self._sides.require(asked, session.convener)
        after = cancelled(session, Closing(reason, asked.hand))
        return self._announce(Transaction(asked.by, "cancel_assembly", asked.now), session, after)

    # What the steps share

    def _announce(self, act: Transaction, before: Session, after: Session) -> Session:
        """Write the session, and once it is public what all owners are to be told of it, in one act."""
        after = act.change(SESSION, before, after, otherwise=SessionMoved)
        if after.is_public:
            act.add(MAILING, mailing_of(after, act.at), otherwise=SessionMoved)
        self._store.commit(act)
        return after

    def _require_convener(self, asked: Asked, estate_id: str, opening: Opening) -> Estate:
        self._sides.require(asked, opening.convener)
        estate = self._estates.get_estate(estate_id)
        if opening.renovated and not any(entry.flag is EstateFlag.OLD for entry in estate.flags):
            raise RenovationUnknown
        committee = self._sides.committee_in_office(estate_id, asked.today)
        check_convener(opening.kind, opening.convener, committee=committee, renovated=opening.renovated)
        return estate

    def _linked(self, estate_id: str, plan: Plan) -> Plan:
        """Return the plan with the titles of what its agenda links; LinkUnknown when something is not there."""
        return replace(plan, agenda=tuple(self._with_title(estate_id, item) for item in plan.agenda))

    def _with_title(self, estate_id: str, item: AgendaItem) -> AgendaItem:
        if item.link is None:
            return item
        lookup = self._ballots if item.link.kind is LinkKind.BALLOT else self._reports
        title = lookup.find_title(estate_id, item.link.id)
        if title is None:
            raise LinkUnknown(link=item.link.id)
        return replace(item, link=replace(item.link, title=title))


def is_closing(session: Session, by: str, text: str) -> bool:
    """Say whether that person ended the session with just these words."""
    return session.closing is not None and (session.closing.hand.by, session.closing.text) == (by, text)

"""Record what became of a session: held, minutes by two people, the published result (VOT-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.assembly.attendance import totals_of
from miniprogram_api.assembly.letters import mailing_of
from miniprogram_api.assembly.refusals import NobodyAttended, SessionMoved
from miniprogram_api.assembly.service.sessions import is_closing
from miniprogram_api.assembly.session import Closing, Form, Minutes, SessionState
from miniprogram_api.assembly.steps import confirmed, counted, held, minuted, published
from miniprogram_api.assembly.store import MAILING, SESSION
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from miniprogram_api.assembly.service.sides import Asked, Sides
    from miniprogram_api.assembly.session import Session, Totals
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.photos.service import Photos


class AssemblyRecords:
    """What is on record of sessions that took place."""

    def __init__(self, store: AssemblyStore, sides: Sides, estates: Estates, photos: Photos) -> None:
        self._store = store
        self._sides = sides
        self._estates = estates
        self._photos = photos

    def totals(self, session: Session) -> Totals:
        """Return who was there: as counted once it was held, before that as it stands now."""
        if session.totals is not None:
            return session.totals
        of_rooms = self._estates.get_estate(session.estate_id).households
        return totals_of(self._store.all_attendance(session), of_rooms)

    def hold(self, asked: Asked, session: Session) -> Session:
        """Record that it was held: signing in is over, and who was there is counted.

        Raises:
            NobodyAttended: a meeting in person with no room signed in.
            NotYetHeld, NotTheConvener, IllegalTransition, SessionMoved: see there.
        """
        if session.held is None or session.held.by != asked.by:
            self._sides.require(asked, session.convener)
            after = held(session, asked.hand)
            if session.plan.form is Form.IN_PERSON and self.totals(session).rooms == 0:
                raise NobodyAttended
            session = self._write(asked, "hold_assembly", session, after)
        return self._counted(asked, session)

    def write_minutes(self, asked: Asked, session: Session, text: str, photo_ids: tuple[str, ...]) -> Session:
        """Write the minutes, or write them anew before they are published; the same text again changes nothing.

        Raises:
            NotTheConvener, IllegalTransition, InputMissing, SessionMoved, PhotoNotYours: see there.
        """
        before = session.minutes
        if before is not None and (before.text, before.photo_ids, before.written.by) == (text, photo_ids, asked.by):
            return session
        self._sides.require(asked, session.convener)
        minutes = Minutes(text, photo_ids, asked.hand)
        minuted(session, minutes)  # what is refused is refused before anything is counted
        session = self._counted(asked, session)
        act = Transaction(asked.by, "write_assembly_minutes", asked.now)
        bound = () if before is None else before.photo_ids
        fresh = [photo_id for photo_id in photo_ids if photo_id not in bound]
        self._photos.attach(act, session.estate_id, fresh, session.id, "assembly_minutes")
        return self._write(asked, act.verb, session, minuted(session, minutes), act)

    def confirm_minutes(self, asked: Asked, session: Session, version: int) -> Session:
        """Confirm the minutes as somebody who did not write them, of whichever side, as they stood in that version.

        Raises:
            SessionMoved: they were written anew since.
            SamePersonRefused, IllegalTransition: see there.
        """
        there = None if session.minutes is None else session.minutes.confirmed
        if there is not None and there.by == asked.by:
            return session
        after = confirmed(session, asked.hand)
        if session.version != version:
            raise SessionMoved
        return self._write(asked, "confirm_assembly_minutes", session, after)

    def publish(self, asked: Asked, session: Session, result: str) -> Session:
        """Publish minutes and result to all owners; they are told.

        Raises:
            MinutesUnconfirmed, NotTheConvener, IllegalTransition, InputMissing, SessionMoved: see there.
        """
        if session.state is SessionState.PUBLISHED and is_closing(session, asked.by, result):
            return session
        self._sides.require(asked, session.convener)
        after = published(session, Closing(result, asked.hand))
        act = Transaction(asked.by, "publish_assembly", asked.now)
        act.add(MAILING, mailing_of(after, asked.now), otherwise=SessionMoved)
        return self._write(asked, act.verb, session, after, act)

    def _counted(self, asked: Asked, session: Session) -> Session:
        """Count who was there, once nobody signs in any more: a sign-in that was under way is in or was refused."""
        if session.totals is not None:
            return session
        return self._write(asked, "count_assembly", session, counted(session, self.totals(session)))

    def _write(
        self, asked: Asked, verb: str, before: Session, after: Session, act: Transaction | None = None
    ) -> Session:
        act = act or Transaction(asked.by, verb, asked.now)
        after = act.change(SESSION, before, after, otherwise=SessionMoved)
        self._store.commit(act)
        return after

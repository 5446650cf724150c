"""Sign rooms in at a session, and take back what was entered by mistake (VOT-24)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.assembly.attendance import Attendance, Capacity, check_proxy
from miniprogram_api.assembly.refusals import AttendanceUnknown, RoomSignedIn, SigningClosed
from miniprogram_api.assembly.store import ATTENDANCE
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from miniprogram_api.assembly.service.sides import Asked
    from miniprogram_api.assembly.session import Session
    from miniprogram_api.assembly.store import AssemblyStore
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.storage.sealing import Sealer

_NAME = "name"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who was there for a room, and as what; a proxy with photos of the mandate."""

    name: str
    capacity: Capacity
    photo_ids: tuple[str, ...] = ()


class AssemblyAttendance:
    """Who was at sessions."""

    def __init__(self, store: AssemblyStore, estates: Estates, photos: Photos, sealer: Sealer) -> None:
        self._store = store
        self._estates = estates
        self._photos = photos
        self._sealer = sealer

    def list_lines(self, session: Session, limit: int, cursor: str | None) -> Page[Attendance]:
        """List the rooms of a session, those taken back too."""
        return self._store.list_attendance(session, limit, cursor)

    def name_of(self, line: Attendance) -> str:
        """Return who represented a room, in the clear, for those who sign rooms in."""
        return self._sealer.open(line.represented_by, _NAME)

    def sign_in(
        self, asked: Asked, session: Session, room_id: str, presence: Presence, version: int | None
    ) -> Attendance:
        """Sign a room in, once whoever does it; ``version`` names the line that is corrected.

        Raises:
            SigningClosed: the session is not under way.
            RoomUnknown: the estate has no such room.
            ProxyUnproven, PhotoNotYours: a mandate is missing or cannot be used.
            RoomSignedIn: it is signed in with somebody else, or was changed since that version.
        """
        check_proxy(presence.capacity, presence.photo_ids)
        if not session.takes_signing(asked.today):
            raise SigningClosed
        before = self._store.find_attendance(session.estate_id, session.id, room_id)
        if before is not None and before.counts and self._presence(before) == presence:
            return before
        if (None if before is None else before.version) != version:
            raise RoomSignedIn
        room = self._estates.get_room(session.estate_id, room_id)
        line = Attendance(
            session_id=session.id,
            estate_id=session.estate_id,
            room_id=room_id,
            label=room.label,
            area=room.area,
            capacity=presence.capacity,
            represented_by=self._sealer.seal(presence.name, _NAME),
            signed=asked.hand,
            photo_ids=presence.photo_ids,
        )
        act = Transaction(asked.by, "sign_in_room", asked.now)
        self._store.require_called(act, session, SigningClosed)
        if before is None:
            act.add(ATTENDANCE, line, otherwise=RoomSignedIn)
        else:
            line = act.change(ATTENDANCE, before, replace(line, version=before.version), otherwise=RoomSignedIn)
        bound = () if before is None else before.photo_ids
        fresh = [photo_id for photo_id in presence.photo_ids if photo_id not in bound]
        self._photos.attach(act, session.estate_id, fresh, session.id, "assembly_mandate")
        return self._commit_once(act, line, presence)

    def take_back(self, asked: Asked, session: Session, room_id: str, reason: str) -> Attendance:
        """Take back a line that was entered by mistake, with the reason, before the session was held.

        Raises:
            AttendanceUnknown, SigningClosed, RoomSignedIn: see there.
        """
        before = self._store.find_attendance(session.estate_id, session.id, room_id)
        if before is None:
            raise AttendanceUnknown
        if before.withdrawn_reason == reason:
            return before
        act = Transaction(asked.by, "take_back_sign_in", asked.now)
        self._store.require_called(act, session, SigningClosed)
        after = act.change(ATTENDANCE, before, replace(before, withdrawn_reason=reason), otherwise=RoomSignedIn)
        self._store.commit(act)
        return after

    def _commit_once(self, act: Transaction, line: Attendance, presence: Presence) -> Attendance:
        """Commit, or find that another desk signed the room in with the same person at the same moment."""
        try:
            self._store.commit(act)
        except RoomSignedIn:
            there = self._store.find_attendance(line.estate_id, line.session_id, line.room_id)
            if there is None or not there.counts or self._presence(there) != presence:
                raise
            return there
        return line

    def _presence(self, line: Attendance) -> Presence:
        return Presence(self.name_of(line), line.capacity, line.photo_ids)

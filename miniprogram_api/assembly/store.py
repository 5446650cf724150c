"""Where sessions, who was there, what owners are told, and missing yearly sessions lie."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from miniprogram_api.assembly.attendance import Attendance
from miniprogram_api.assembly.letters import Letters, Mailing
from miniprogram_api.assembly.session import Session, SessionState
from miniprogram_api.assembly.yearly import Missing, Walk
from miniprogram_api.storage import assembly_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.kernel.errors import Problem
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 10


def _session_indexes(session: Session) -> dict[str, Key]:
    entries = {"gsi1": assembly_keys.assembly_in_time(session.estate_id, session.drafted.at, session.id)}
    if session.is_public:
        entries["gsi2"] = assembly_keys.assembly_called(session.estate_id, session.plan.held_on, session.id)
    return entries


def _mailing_indexes(mailing: Mailing) -> dict[str, Key]:
    if mailing.done_at is not None:
        return {}
    shard = keys.shard_of(mailing.session_id)
    return {"gsi1": assembly_keys.assembly_mailing_open(shard, mailing.made_at, mailing.session_id, mailing.event)}


SESSION = Kind(
    "assembly", Session, lambda session: assembly_keys.assembly(session.estate_id, session.id), _session_indexes
)
MAILING = Kind(
    "assembly_mailing",
    Mailing,
    lambda mailing: assembly_keys.assembly_mailing(mailing.estate_id, mailing.session_id, mailing.event),
    _mailing_indexes,
)
LETTERS = Kind(
    "assembly_letters",
    Letters,
    lambda one: assembly_keys.assembly_letters(one.estate_id, one.session_id, one.event, one.building_id, one.part),
)
ATTENDANCE = Kind(
    "assembly_attendance",
    Attendance,
    lambda line: assembly_keys.assembly_attendance(line.estate_id, line.session_id, line.room_id),
)
MISSING = Kind("assembly_missing", Missing, lambda one: assembly_keys.assembly_missing(one.estate_id, one.year))
WALK = Kind("assembly_walk", Walk, lambda _: keys.sweep_progress("yearly_assemblies"))


class AssemblyStore:
    """The sessions of all estates, and what belongs to them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_session(self, estate_id: str, session_id: str) -> Session | None:
        """Return a session of the estate, or None."""
        return self._table.find(SESSION, assembly_keys.assembly(estate_id, session_id))

    def list_sessions(self, estate_id: str, limit: int, cursor: str | None) -> Page[Session]:
        """List every session of an estate, drafts too, newest first."""
        pk = assembly_keys.assembly_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(SESSION, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_called(self, estate_id: str, limit: int, cursor: str | None) -> Page[Session]:
        """List the sessions to which owners were called, the latest day first."""
        pk = assembly_keys.assembly_called(estate_id, _ANY_TIME.date(), "").pk
        return self._table.page(SESSION, pk, index="gsi2", limit=limit, cursor=cursor, newest_first=True)

    def list_years(self, estate_id: str, first: int, last: int) -> list[Session]:
        """Return the sessions called for days of some years: a few a year."""
        pk, begin = assembly_keys.assembly_called(estate_id, date(first, 1, 1), "")
        end = assembly_keys.assembly_called(estate_id, date(last, 12, 31), "~").sk
        return self._table.all_of(SESSION, pk, index="gsi2", between=(begin, end))

    def require_called(self, act: Transaction, session: Session, otherwise: type[Problem]) -> None:
        """Let the act happen only while owners are called to the session and it was not held."""
        key = assembly_keys.assembly(session.estate_id, session.id)
        act.require(key, otherwise=otherwise, state=SessionState.CALLED)

    def find_attendance(self, estate_id: str, session_id: str, room_id: str) -> Attendance | None:
        """Return the line of a room, or None."""
        return self._table.find(ATTENDANCE, assembly_keys.assembly_attendance(estate_id, session_id, room_id))

    def list_attendance(self, session: Session, limit: int, cursor: str | None) -> Page[Attendance]:
        """List the rooms that were there."""
        pk = assembly_keys.assembly_attendance(session.estate_id, session.id, "").pk
        return self._table.page(ATTENDANCE, pk, limit=limit, cursor=cursor)

    def all_attendance(self, session: Session) -> list[Attendance]:
        """Return every line of a session, read consistently: at most one a room of the estate."""
        pk = assembly_keys.assembly_attendance(session.estate_id, session.id, "").pk
        return self._table.all_of(ATTENDANCE, pk)

    def find_mailing(self, session: Session, event: str) -> Mailing | None:
        """Return what owners are told of an event, or None."""
        return self._table.find(MAILING, assembly_keys.assembly_mailing(session.estate_id, session.id, event))

    def mailings_open(self) -> Iterator[Mailing]:
        """Yield events of which not all owners have been told, the oldest of each shard first."""
        for shard in range(keys.SHARDS):
            pk = assembly_keys.assembly_mailing_open(shard, _ANY_TIME, "", "").pk
            yield from self._table.page(MAILING, pk, index="gsi1", limit=_PER_SHARD).items

    def find_walk(self) -> Walk | None:
        """Return how far the look at all estates has come, or None before the first."""
        return self._table.find(WALK, keys.sweep_progress("yearly_assemblies"))

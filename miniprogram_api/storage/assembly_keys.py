"""Every key string of the owners' assemblies; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def assembly(estate_id: str, session_id: str) -> Key:
    """One session of an owners' assembly."""
    return Key(f"ASSEMBLY#{estate_id}#{session_id}", "SESSION")


def assembly_mailing(estate_id: str, session_id: str, event: str) -> Key:
    """What all owners are told of one event of a session, and how far telling has come."""
    return Key(f"ASSEMBLY#{estate_id}#{session_id}", f"MAILING#{event}")


def assembly_in_time(estate_id: str, at: datetime, session_id: str) -> Key:
    """The sessions of an estate, drafts too, in the order they were drafted."""
    return Key(f"ESTATE#{estate_id}#ASSEMBLIES", f"{instant(at)}#{session_id}")


def assembly_called(estate_id: str, held_on: date, session_id: str) -> Key:
    """The sessions of an estate that were called, by the day they are held."""
    return Key(f"ESTATE#{estate_id}#ASSEMBLIES_CALLED", f"{held_on.isoformat()}#{session_id}")


def assembly_attendance(estate_id: str, session_id: str, room_id: str) -> Key:
    """That a room was present at a session: one entry a room, whoever signs it in."""
    return Key(f"ASSEMBLY#{estate_id}#{session_id}#ATTENDANCE", f"ROOM#{room_id}")


def assembly_mailing_open(shard: int, at: datetime, session_id: str, event: str) -> Key:
    """Sweep queue: events of which not all owners have been told yet."""
    return Key(f"ASSEMBLY_MAILING_OPEN#{shard}", f"{instant(at)}#{session_id}#{event}")


def assembly_letters(estate_id: str, session_id: str, event: str, building_id: str, part: int) -> Key:
    """The rooms of one building, or a part of them, that are told of one event; the key says which, so it is once."""
    return Key(f"ASSEMBLY#{estate_id}#{session_id}#LETTERS", f"{event}#{building_id}#{part:03d}")


def assembly_missing(estate_id: str, year: int) -> Key:
    """That an estate with a committee held no yearly session, noted once a year."""
    return Key(f"ESTATE#{estate_id}#ASSEMBLY_MISSING", f"{year:04d}")

"""Every key string of the register of decisions; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import date, datetime


def decision(estate_id: str, decision_id: str) -> Key:
    """One decision of an estate."""
    return Key(f"ESTATE#{estate_id}#DECISIONS", decision_id)


def decision_in_time(estate_id: str, decided_on: date, decision_id: str) -> Key:
    """The decisions of an estate by the day they were made."""
    return Key(f"ESTATE#{estate_id}#DECISIONS_IN_TIME", f"{decided_on.isoformat()}#{decision_id}")


def decision_due(shard: int, at: datetime, decision_id: str) -> Key:
    """Sweep queue: decisions whose correction nobody has answered for, by the end of its last day."""
    return Key(f"DECISION_DUE#{shard}", f"{instant(at)}#{decision_id}")


def decision_circular(estate_id: str, decision_id: str, event: str) -> Key:
    """What all owners are told of one step of a decision."""
    return Key(f"DECISION#{estate_id}#{decision_id}#CIRCULARS", event)


def decision_circular_open(made_at: datetime, decision_id: str) -> Key:
    """Sweep queue: circulars that have not come to every room yet."""
    return Key("DECISION_CIRCULAR_OPEN", f"{instant(made_at)}#{decision_id}")


def decision_room(estate_id: str, decision_id: str, event: str, room_id: str) -> Key:
    """How one room was told of a step."""
    return Key(f"DECISION#{estate_id}#{decision_id}#ROOMS", f"{event}#{room_id}")


def decision_door(estate_id: str, decision_id: str, building_id: str, order: str, room_id: str) -> Key:
    """Queue: the doors at which somebody still has to knock, in the order people walk them."""
    return Key(f"DECISION#{estate_id}#{decision_id}#DOORS", f"{building_id}#{order}#{room_id}")

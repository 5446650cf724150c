"""Every key string of consultations and joint actions; docs/access-patterns.md says which reads they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.storage.keys import instant
from miniprogram_api.storage.kinds import Key

if TYPE_CHECKING:
    from datetime import datetime


def consultation(estate_id: str, topic_id: str) -> Key:
    """A topic; its partition also holds its lines."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}", "TOPIC")


def consultation_line(estate_id: str, topic_id: str, line_id: str) -> Key:
    """One step of a topic; its id follows from the request, so a step sent twice is found there."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}", f"LINE#{line_id}")


def consultation_in_time(estate_id: str, at: datetime, topic_id: str) -> Key:
    """The topics of an estate in the order they were proposed."""
    return Key(f"ESTATE#{estate_id}#CONSULTATIONS", f"{instant(at)}#{topic_id}")


def consultation_at_stage(estate_id: str, stage: str, since: datetime, topic_id: str) -> Key:
    """The topics of an estate in one stage, by the instant they came to it."""
    return Key(f"ESTATE#{estate_id}#CONSULTATIONS#{stage}", f"{instant(since)}#{topic_id}")


def consultation_due(shard: int, at: datetime, topic_id: str) -> Key:
    """Sweep queue: topics by the instant at which a task is late or rating is over."""
    return Key(f"CONSULTATION_DUE#{shard}", f"{instant(at)}#{topic_id}")


def consultation_word(estate_id: str, topic_id: str, word_id: str) -> Key:
    """One comment, option or minutes; its id follows from the request."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}#WORDS", f"WORD#{word_id}")


def consultation_word_in_time(estate_id: str, topic_id: str, kind: str, at: datetime, word_id: str) -> Key:
    """What was said about a topic, kind by kind, in the order it was said."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}#SAID#{kind}", f"{instant(at)}#{word_id}")


def consultation_rating(estate_id: str, topic_id: str, number: int, room_id: str) -> Key:
    """The mark of one room in a round: once, whoever of the room gives it."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}#RATINGS#{number}", f"ROOM#{room_id}")


def consultation_of_account(account_id: str, at: datetime, thing_id: str) -> Key:
    """What one person left in consultations: topics, words and marks."""
    return Key(f"ACCOUNT#{account_id}#CONSULTED", f"{instant(at)}#{thing_id}")


def consultation_settings(estate_id: str) -> Key:
    """What an estate sets for its consultations."""
    return Key(f"ESTATE#{estate_id}#SETTINGS", "CONSULTATION")


def joint_action(estate_id: str, action_id: str) -> Key:
    """One record of what the three parties did together."""
    return Key(f"ESTATE#{estate_id}#JOINT_ACTIONS", f"JOINT#{action_id}")


def joint_action_in_time(estate_id: str, at: datetime, action_id: str) -> Key:
    """The joint actions of an estate in the order they were recorded."""
    return Key(f"ESTATE#{estate_id}#JOINT_ACTIONS_IN_TIME", f"{instant(at)}#{action_id}")


def joint_action_open(estate_id: str, at: datetime, action_id: str) -> Key:
    """Queue: the joint actions of an estate that a party has not signed, oldest first."""
    return Key(f"ESTATE#{estate_id}#JOINT_ACTIONS_OPEN", f"{instant(at)}#{action_id}")


def joint_action_of_topic(estate_id: str, topic_id: str, at: datetime, action_id: str) -> Key:
    """The joint actions about one topic."""
    return Key(f"CONSULTATION#{estate_id}#{topic_id}#JOINT", f"{instant(at)}#{action_id}")

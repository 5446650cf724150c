"""Where topics with their lines, words and ratings, joint actions and settings lie in the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from miniprogram_api.consultation.joint import JointAction
from miniprogram_api.consultation.rating import Rating
from miniprogram_api.consultation.refusals import ConsultationMoved, LinkUnknown
from miniprogram_api.consultation.settings import Settings
from miniprogram_api.consultation.topic import Line, Stage, Topic
from miniprogram_api.consultation.words import Word, WordKind
from miniprogram_api.storage import consultation_keys, keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_PER_SHARD = 25


def _topic_indexes(topic: Topic) -> dict[str, Key]:
    entries = {
        "gsi1": consultation_keys.consultation_in_time(topic.estate_id, topic.proposed_at, topic.id),
        "gsi2": consultation_keys.consultation_at_stage(topic.estate_id, topic.stage, topic.stage_since, topic.id),
    }
    if topic.due_at is not None:
        entries["gsi3"] = consultation_keys.consultation_due(keys.shard_of(topic.id), topic.due_at, topic.id)
    if topic.proposer_id is not None:
        entries["gsi4"] = consultation_keys.consultation_of_account(topic.proposer_id, topic.proposed_at, topic.id)
    return entries


def _word_indexes(word: Word) -> dict[str, Key]:
    entries = {
        "gsi1": consultation_keys.consultation_word_in_time(word.estate_id, word.topic_id, word.kind, word.at, word.id)
    }
    if word.by:
        entries["gsi4"] = consultation_keys.consultation_of_account(word.by, word.at, word.id)
    return entries


def _rating_indexes(rating: Rating) -> dict[str, Key]:
    if not rating.by:
        return {}
    about = f"{rating.topic_id}#{rating.round}#{rating.room_id}"
    return {"gsi4": consultation_keys.consultation_of_account(rating.by, rating.at, about)}


def _joint_indexes(action: JointAction) -> dict[str, Key]:
    entries = {"gsi1": consultation_keys.joint_action_in_time(action.estate_id, action.opened_at, action.id)}
    if not action.is_complete:
        entries["gsi2"] = consultation_keys.joint_action_open(action.estate_id, action.opened_at, action.id)
    if action.link.topic_id is not None:
        entries["gsi3"] = consultation_keys.joint_action_of_topic(
            action.estate_id, action.link.topic_id, action.opened_at, action.id
        )
    return entries


TOPIC = Kind(
    "consultation", Topic, lambda topic: consultation_keys.consultation(topic.estate_id, topic.id), _topic_indexes
)
LINE = Kind(
    "consultation_line",
    Line,
    lambda line: consultation_keys.consultation_line(line.estate_id, line.topic_id, line.id),
)
WORD = Kind(
    "consultation_word",
    Word,
    lambda word: consultation_keys.consultation_word(word.estate_id, word.topic_id, word.id),
    _word_indexes,
)
RATING = Kind(
    "consultation_rating",
    Rating,
    lambda rating: consultation_keys.consultation_rating(
        rating.estate_id, rating.topic_id, rating.round, rating.room_id
    ),
    _rating_indexes,
)
SETTINGS = Kind(
    "consultation_settings",
    Settings,
    lambda settings: consultation_keys.consultation_settings(settings.estate_id),
)
JOINT_ACTION = Kind(
    "joint_action",
    JointAction,
    lambda action: consultation_keys.joint_action(action.estate_id, action.id),
    _joint_indexes,
)


class ConsultationStore:
    """Topics and what belongs to them, in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_topic(self, estate_id: str, topic_id: str) -> Topic | None:
        """Return a topic of the estate, or None."""
        return self._table.find(TOPIC, consultation_keys.consultation(estate_id, topic_id))

    def find_line(self, estate_id: str, topic_id: str, line_id: str) -> Line | None:
        """Return one line of a topic, or None."""
        return self._table.find(LINE, consultation_keys.consultation_line(estate_id, topic_id, line_id))

    def list_lines(self, estate_id: str, topic_id: str) -> list[Line]:
        """List the lines of a topic in the order of its steps; some dozens a round."""
        pk, prefix = consultation_keys.consultation_line(estate_id, topic_id, "")
        return sorted(self._table.all_of(LINE, pk, prefix=prefix), key=lambda line: line.number)

    def list_topics(self, estate_id: str, stage: Stage | None, limit: int, cursor: str | None) -> Page[Topic]:
        """List the topics of an estate, or those in one stage, the newest first."""
        if stage is None:
            pk, index = consultation_keys.consultation_in_time(estate_id, _ANY_TIME, "").pk, "gsi1"
        else:
            pk, index = consultation_keys.consultation_at_stage(estate_id, stage, _ANY_TIME, "").pk, "gsi2"
        return self._table.page(TOPIC, pk, index=index, limit=limit, cursor=cursor, newest_first=True)

    def each_due(self, now: datetime) -> Iterator[Topic]:
        """Yield topics with a late task or whose rating is over, some of each shard."""
        for shard in range(keys.SHARDS):
            pk = consultation_keys.consultation_due(shard, now, "").pk
            yield from self._table.page(TOPIC, pk, index="gsi3", between=keys.until(now), limit=_PER_SHARD).items

    def require_stage(self, act: Transaction, topic: Topic, **fields: bool) -> None:
        """Let the act happen only while the topic is in the stage and round it was read in."""
        key = consultation_keys.consultation(topic.estate_id, topic.id)
        act.require(key, otherwise=ConsultationMoved, stage=topic.stage, round=topic.round, **fields)

    def find_word(self, estate_id: str, topic_id: str, word_id: str) -> Word | None:
        """Return one comment, option or minutes, or None."""
        return self._table.find(WORD, consultation_keys.consultation_word(estate_id, topic_id, word_id))

    def list_words(self, estate_id: str, topic_id: str, kind: WordKind, limit: int, cursor: str | None) -> Page[Word]:
        """List what was said about a topic, of one kind, the newest first."""
        pk = consultation_keys.consultation_word_in_time(estate_id, topic_id, kind, _ANY_TIME, "").pk
        return self._table.page(WORD, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def find_rating(self, estate_id: str, topic_id: str, number: int, room_id: str) -> Rating | None:
        """Return the mark of a room in a round, or None."""
        return self._table.find(RATING, consultation_keys.consultation_rating(estate_id, topic_id, number, room_id))

    def all_ratings(self, topic: Topic) -> list[Rating]:
        """Return every mark of this round, read consistently: at most one a room of the estate."""
        pk = consultation_keys.consultation_rating(topic.estate_id, topic.id, topic.round, "").pk
        return self._table.all_of(RATING, pk)

    def find_settings(self, estate_id: str) -> Settings | None:
        """Return what the estate has set, or None."""
        return self._table.find(SETTINGS, consultation_keys.consultation_settings(estate_id))

    def left_by(self, account_id: str) -> list[Topic | Word | Rating]:
        """Return what one person left in consultations, as it lies in the index."""
        pk = consultation_keys.consultation_of_account(account_id, _ANY_TIME, "").pk
        kinds: dict[str, Kind[Topic] | Kind[Word] | Kind[Rating]] = {kind.name: kind for kind in (TOPIC, WORD, RATING)}
        return [kinds[name].entity_of(body) for name, body in self._table.collection(pk, index="gsi4")]

    # Checks inside an act, which cost no read

    def require_work_order(self, act: Transaction, estate_id: str, order_id: str) -> None:
        """Let the act happen only if the estate has the work order."""
        act.require(keys.work_order(estate_id, order_id), otherwise=LinkUnknown)

    def require_place(self, act: Transaction, estate_id: str, building_id: str | None, facility_id: str | None) -> None:
        """Let the act happen only if building and facility, where one is named, are of the estate."""
        if building_id is not None:
            act.require(keys.building(estate_id, building_id), otherwise=LinkUnknown)
        if facility_id is not None:
            act.require(keys.facility(estate_id, facility_id), otherwise=LinkUnknown)


class JointStore:
    """Joint actions in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, estate_id: str, action_id: str) -> JointAction | None:
        """Return a joint action of the estate, or None."""
        return self._table.find(JOINT_ACTION, consultation_keys.joint_action(estate_id, action_id))

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List the joint actions of an estate, the newest first."""
        pk = consultation_keys.joint_action_in_time(estate_id, _ANY_TIME, "").pk
        return self._table.page(JOINT_ACTION, pk, index="gsi1", limit=limit, cursor=cursor, newest_first=True)

    def list_open(self, estate_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List the joint actions of an estate that a party has not signed, the oldest first."""
        pk = consultation_keys.joint_action_open(estate_id, _ANY_TIME, "").pk
        return self._table.page(JOINT_ACTION, pk, index="gsi2", limit=limit, cursor=cursor)

    def list_of_topic(self, estate_id: str, topic_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List the joint actions about a topic, the newest first."""
        pk = consultation_keys.joint_action_of_topic(estate_id, topic_id, _ANY_TIME, "").pk
        return self._table.page(JOINT_ACTION, pk, index="gsi3", limit=limit, cursor=cursor, newest_first=True)

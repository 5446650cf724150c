"""What a person takes along of consultations, and what stays when they leave (design section 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.consultation.rating import Rating
from miniprogram_api.consultation.stages import withdrawn
from miniprogram_api.consultation.store import LINE, RATING, TOPIC, WORD
from miniprogram_api.consultation.topic import STAGE_LABELS, Hand, Stage, Topic
from miniprogram_api.consultation.words import WordKind
from miniprogram_api.identity.rules import GONE_NAME
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.consultation.words import Word

_OWN_STEPS = frozenset({"propose", "withdraw"})
"""Steps taken as a resident; what somebody did in office stays under the name of their office."""


class ConsultationRecords:
    """Consultations as part of a person's own data."""

    def __init__(self, store: ConsultationStore) -> None:
        self._store = store

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what the person proposed, said and rated."""
        return [_exported(thing) for thing in self._store.left_by(account_id)]

    def part_with(self, _: Transaction, account_id: str, /) -> None:
        """Let anybody leave: who answers for a topic holds a post, and posts are handed over first."""

    def forget(self, account_id: str, now: datetime) -> None:
        """Remove the person, their comments and options; what neighbours took up stays as the estate's matter.

        A topic still in 说 is the person's own wish: it is withdrawn and its words go. Marks stay as the rooms'.
        """
        for listed in self._store.left_by(account_id):
            act = Transaction("system", "forget_person", now)
            if isinstance(listed, Topic):
                self._forget_topic(act, listed, account_id, now)
            elif isinstance(listed, Rating):
                self._forget_rating(act, listed, account_id)
            else:
                self._forget_word(act, listed, account_id)
            self._store.commit(act)

    def _forget_topic(self, act: Transaction, listed: Topic, account_id: str, now: datetime) -> None:
        topic = self._store.find_topic(listed.estate_id, listed.id)
        if topic is None or topic.proposer_id != account_id:
            return
        for line in self._store.list_lines(topic.estate_id, topic.id):
            if line.by == account_id and line.name in _OWN_STEPS:
                act.change(LINE, line, replace(line, by="", by_name=GONE_NAME))
        after = topic
        if topic.stage is Stage.SAY:
            hand = Hand(account_id, GONE_NAME, now, derived_id("cstep", topic.id, "proposer_left"))
            after, line = withdrawn(topic, "发起人已注销账号", hand)
            act.add(LINE, replace(line, by=""))
        if after.stage is Stage.WITHDRAWN:
            after = replace(after, title=GONE_NAME, text="", photo_ids=(), place=None)
        act.change(TOPIC, topic, replace(after, proposer_id=None, proposer_name=GONE_NAME))

    def _forget_word(self, act: Transaction, listed: Word, account_id: str) -> None:
        word = self._store.find_word(listed.estate_id, listed.topic_id, listed.id)
        if word is None or word.by != account_id:
            return
        # Minutes are the meeting's, not of whoever wrote them down.
        text = word.text if word.kind is WordKind.MEETING else ""
        act.change(WORD, word, replace(word, by="", by_name=GONE_NAME, text=text))

    def _forget_rating(self, act: Transaction, listed: Rating, account_id: str) -> None:
        rating = self._store.find_rating(listed.estate_id, listed.topic_id, listed.round, listed.room_id)
        if rating is not None and rating.by == account_id:
            act.change(RATING, rating, replace(rating, by=""))


def _exported(thing: Topic | Word | Rating) -> dict[str, Any]:
    if isinstance(thing, Topic):
        return {
            "kind": "topic",
            "title": thing.title,
            "text": thing.text,
            "stage": STAGE_LABELS[thing.stage],
            "at": thing.proposed_at,
        }
    if isinstance(thing, Rating):
        return {"kind": "rating", "room_id": thing.room_id, "mark": thing.mark, "at": thing.at}
    return {"kind": thing.kind.value, "text": thing.text, "at": thing.at}

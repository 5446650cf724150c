"""Comment, bring options, keep minutes (VOT-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.consultation.refusals import (
    ConsultationKeyReused,
    DayWrong,
    WordOfOthers,
    WordUnknown,
)
from miniprogram_api.consultation.store import WORD
from miniprogram_api.consultation.topic import CONVENERS
from miniprogram_api.consultation.words import Removal, Word, WordKind, may_be_said
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.consultation.service import Consultations
    from miniprogram_api.consultation.service.ports import Asked
    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.consultation.words import Meeting
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos


class ConsultationWords:
    """What is said about topics."""

    def __init__(self, store: ConsultationStore, topics: Consultations, photos: Photos) -> None:
        self._store = store
        self._topics = topics
        self._photos = photos

    def say(
        self, asked: Asked, kind: WordKind, text: str, meeting: Meeting | None = None, photo_ids: tuple[str, ...] = ()
    ) -> Word:
        """Say something about a topic, once however often it is sent.

        Raises:
            ConsultationUnknown, ConsultationOver, NotSaidNow: the topic takes no such word now.
            DayWrong: the meeting has not taken place yet.
            PhotoNotYours: a photo cannot be used.
            ConsultationMoved: the topic moved on at this very moment.
            ConsultationKeyReused: the key came before with different content.
        """
        topic, by = self._topics.access_topic_by_id(asked.estate_id, asked.topic_id), asked.principal.account_id
        word = Word(
            id=derived_id("cword", by, topic.id, kind, asked.key),
            estate_id=topic.estate_id,
            topic_id=topic.id,
            kind=kind,
            text=text,
            by=by,
            by_name=asked.principal.display_name,
            at=asked.now,
            stage=topic.stage,
            round=topic.round,
            meeting=meeting,
            photo_ids=photo_ids,
        )
        there = self._store.find_word(word.estate_id, word.topic_id, word.id)
        if there is not None:
            return _same(there, word)
        may_be_said(topic, kind)
        if meeting is not None and meeting.held_on > date_of(asked.now):
            raise DayWrong
        act = Transaction(by, f"say_{kind}", asked.now)
        act.add(WORD, word, otherwise=ConsultationKeyReused)
        self._store.require_stage(act, topic)
        self._photos.attach(act, topic.estate_id, photo_ids, word.id, "consultation_meeting")
        try:
            self._store.commit(act)
        except ConsultationKeyReused:  # the same request at the same moment
            return _same(self._word(asked, word.id), word)
        return word

    def take_away(self, asked: Asked, word_id: str, reason: str) -> Word:
        """Take one's own word away, or as committee or community another's; that it was there stays, with the reason.

        Raises:
            WordUnknown, WordOfOthers, MinutesStay: see there.
        """
        word, principal = self._word(asked, word_id), asked.principal
        if word.by != principal.account_id and CONVENERS.isdisjoint(principal.roles_in(asked.territory)):
            raise WordOfOthers
        if word.removal is not None:
            return word
        after = word.taken_away(Removal(principal.display_name, reason, asked.now))
        act = Transaction(principal.account_id, "take_word_away", asked.now)
        after = act.change(WORD, word, after, otherwise=Conflict)
        self._store.commit(act)
        return after

    def list_words(self, asked: Asked, kind: WordKind, limit: int, cursor: str | None) -> Page[Word]:
        """List what was said about a topic, of one kind, the newest first; ConsultationUnknown without one."""
        topic = self._topics.access_topic_by_id(asked.estate_id, asked.topic_id)
        return self._store.list_words(topic.estate_id, topic.id, kind, limit, cursor)

    def photos_of(self, estate_id: str, words: Iterable[Word]) -> dict[str, PhotoShown]:
        """Return what is shown of the photos of some minutes, by photo: one round trip."""
        wanted = [photo_id for word in words for photo_id in word.photo_ids]
        return {photo.id: photo for photo in self._photos.show(estate_id, wanted)}

    def _word(self, asked: Asked, word_id: str) -> Word:
        word = self._store.find_word(asked.estate_id, asked.topic_id, word_id)
        if word is None:
            raise WordUnknown
        return word


def _same(there: Word, word: Word) -> Word:
    """Return the word a request finds there, if it is the request's own."""
    if (there.text, there.meeting, there.photo_ids) != (word.text, word.meeting, word.photo_ids):
        raise ConsultationKeyReused
    return there

"""Residents rate what was done: one mark a room and round, changeable until the time is over (VOT-03 评)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.consultation.rating import Rating
from miniprogram_api.consultation.refusals import ConsultationMoved, RatingMet, RatingOver, RatingUnknown
from miniprogram_api.consultation.service import require_own_room
from miniprogram_api.consultation.store import RATING
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.service import Consultations
    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.kernel.access import Principal


class ConsultationRatings:
    """The marks of all rooms."""

    def __init__(self, store: ConsultationStore, topics: Consultations) -> None:
        self._store = store
        self._topics = topics

    def rate(
        self, principal: Principal, estate_id: str, topic_id: str, room_id: str, mark: int, now: datetime
    ) -> Rating:
        """Give the mark of one's room, new or changed; the same again changes nothing.

        Raises:
            ConsultationUnknown, RoomNotYours: see there.
            RatingOver: the topic is not in 评, or its time is over.
            RatingMet: somebody else of the room rated at the same moment.
        """
        topic = self._topics.access_topic_by_id(estate_id, topic_id)
        require_own_room(principal, estate_id, room_id)
        if not topic.takes_ratings(now):
            raise RatingOver
        before = self._store.find_rating(estate_id, topic_id, topic.round, room_id)
        if before is not None and (before.mark, before.by) == (mark, principal.account_id):
            return before
        act = Transaction(principal.account_id, "rate_topic", now)
        rating = Rating(estate_id, topic_id, topic.round, room_id, mark, principal.account_id, now)
        if before is None:
            act.add(RATING, rating, otherwise=RatingMet)
        else:
            rating = act.change(RATING, before, replace(rating, version=before.version), otherwise=RatingMet)
        # No mark comes in once counting has begun: the figures are those of every mark there is.
        self._store.require_stage(act, topic, rating_over=False)
        try:
            self._store.commit(act)
        except ConsultationMoved:
            raise RatingOver from None
        return rating

    def access_rating_by_room(self, principal: Principal, estate_id: str, topic_id: str, room_id: str) -> Rating:
        """Return the mark of one's own room in this round.

        Raises:
            ConsultationUnknown, RoomNotYours: see there.
            RatingUnknown: it has given none yet.
        """
        topic = self._topics.access_topic_by_id(estate_id, topic_id)
        require_own_room(principal, estate_id, room_id)
        rating = self._store.find_rating(estate_id, topic_id, topic.round, room_id)
        if rating is None:
            raise RatingUnknown
        return rating

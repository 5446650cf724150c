"""Propose topics, support them, read them (VOT-03)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.consultation.refusals import (
    ConsultationKeyReused,
    ConsultationMoved,
    ConsultationUnknown,
    RoomNotYours,
)
from miniprogram_api.consultation.stages import proposed, supported, unsupported
from miniprogram_api.consultation.store import LINE, TOPIC
from miniprogram_api.consultation.topic import Hand, Topic
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.place import PlaceInEstate
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.service.settings import ConsultationSettings
    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.consultation.topic import Line, Stage
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_TRIES = 5
"""How often a support looks anew when neighbours support the same topic at the same moment."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes to talk about, where it is, and what it rests on."""

    title: str
    text: str
    place: PlaceInEstate | None = None
    work_order_id: str | None = None
    photo_ids: tuple[str, ...] = ()


class Consultations:
    """The topics of all estates."""

    def __init__(self, store: ConsultationStore, settings: ConsultationSettings, photos: Photos) -> None:
        self._store = store
        self._settings = settings
        self._photos = photos

    # Reading

    def access_topic_by_id(self, estate_id: str, topic_id: str) -> Topic:
        """Return a topic of the estate that the guard checked, or raise ConsultationUnknown."""
        topic = self._store.find_topic(estate_id, topic_id)
        if topic is None:
            raise ConsultationUnknown
        return topic

    def list_lines(self, topic: Topic) -> list[Line]:
        """List the steps of a topic, every round, in the order they were taken."""
        return self._store.list_lines(topic.estate_id, topic.id)

    def photos_of(self, topic: Topic) -> list[PhotoShown]:
        """Return what is shown of the photos of the proposal and of the result."""
        result = () if topic.result is None else topic.result.photo_ids
        return self._photos.show(topic.estate_id, (*topic.photo_ids, *result))

    def list_topics(self, estate_id: str, stage: Stage | None, limit: int, cursor: str | None) -> Page[Topic]:
        """List the topics of an estate, or those in one stage, the newest first."""
        return self._store.list_topics(estate_id, stage, limit, cursor)

    # 说

    def propose(self, principal: Principal, estate_id: str, proposal: Proposal, key: str, now: datetime) -> Topic:
        """Propose a topic; everybody at the estate can read it from now on.

        Raises:
            LinkUnknown: the work order, building or facility is none of the estate.
            PhotoNotYours: a photo cannot be used.
            ConsultationKeyReused: the key came before with different content.
        """
        by = principal.account_id
        topic_id = derived_id("consult", by, estate_id, "propose_topic", key)
        hand = Hand(by, principal.display_name, now, derived_id("cstep", topic_id, "propose"))
        topic = Topic(
            id=topic_id,
            estate_id=estate_id,
            title=proposal.title,
            text=proposal.text,
            proposer_id=by,
            proposer_name=principal.display_name,
            proposed_at=now,
            needed=self._settings.settings_of(estate_id).supporters,
            last_step=hand.step_id,
            stage_since=now,
            photo_ids=proposal.photo_ids,
            place=proposal.place,
            work_order_id=proposal.work_order_id,
        )
        topic, line = proposed(topic, hand)
        act = Transaction(by, "propose_topic", now)
        act.add(TOPIC, topic, otherwise=ConsultationKeyReused)
        act.add(LINE, line, otherwise=ConsultationKeyReused)
        if proposal.place is not None:
            self._store.require_place(act, estate_id, proposal.place.building_id, proposal.place.facility_id)
        if proposal.work_order_id is not None:
            self._store.require_work_order(act, estate_id, proposal.work_order_id)
        self._photos.attach(act, estate_id, proposal.photo_ids, topic_id, "consultation")
        try:
            self._store.commit(act)
        except ConsultationKeyReused:
            there = self.access_topic_by_id(estate_id, topic_id)
            if _proposal_of(there) != proposal:
                raise
            return there
        return topic

    def support(self, principal: Principal, estate_id: str, topic_id: str, room_id: str, now: datetime) -> Topic:
        """Support a topic with one's room; the room that makes up the number takes it to 议 in the same act.

        Raises:
            ConsultationUnknown, RoomNotYours, SupportOver, OwnTopic: see there.
            ConsultationMoved: others kept supporting it at the same moment.
        """
        for _ in range(_TRIES - 1):
            with suppress(ConsultationMoved):
                return self._support(principal, estate_id, topic_id, room_id, now)
        return self._support(principal, estate_id, topic_id, room_id, now)

    def withdraw_support(
        self, principal: Principal, estate_id: str, topic_id: str, room_id: str, now: datetime
    ) -> Topic:
        """Take the support of one's room back while the topic is in 说; without one, nothing changes.

        Raises:
            ConsultationUnknown, RoomNotYours, SupportOver: see there.
            ConsultationMoved: others kept supporting it at the same moment.
        """
        for _ in range(_TRIES - 1):
            with suppress(ConsultationMoved):
                return self._withdraw_support(principal, estate_id, topic_id, room_id, now)
        return self._withdraw_support(principal, estate_id, topic_id, room_id, now)

    def _support(self, principal: Principal, estate_id: str, topic_id: str, room_id: str, now: datetime) -> Topic:
        topic = self.access_topic_by_id(estate_id, topic_id)
        require_own_room(principal, estate_id, room_id)
        if room_id in topic.supporters:
            return topic
        # The number takes the step, not the neighbour who happens to make it up.
        hand = Hand("system", "邻居附议", now, derived_id("cstep", topic_id, "gather"))
        after, line = supported(topic, room_id, principal.account_id, hand)
        act = Transaction(principal.account_id, "support_topic", now)
        after = act.change(TOPIC, topic, after, otherwise=ConsultationMoved)
        if line is not None:
            act.add(LINE, line, otherwise=ConsultationMoved)
        self._store.commit(act)
        return after

    def _withdraw_support(
        self, principal: Principal, estate_id: str, topic_id: str, room_id: str, now: datetime
    ) -> Topic:
        topic = self.access_topic_by_id(estate_id, topic_id)
        require_own_room(principal, estate_id, room_id)
        after = unsupported(topic, room_id)
        if after == topic:
            return topic
        act = Transaction(principal.account_id, "withdraw_support", now)
        after = act.change(TOPIC, topic, after, otherwise=ConsultationMoved)
        self._store.commit(act)
        return after


def require_own_room(principal: Principal, estate_id: str, room_id: str) -> None:
    """Let people speak for rooms they live in or own, or raise RoomNotYours."""
    if room_id not in principal.rooms_in(estate_id):
        raise RoomNotYours


def _proposal_of(topic: Topic) -> Proposal:
    return Proposal(topic.title, topic.text, topic.place, topic.work_order_id, topic.photo_ids)

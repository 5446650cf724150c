"""Record what the parties did together, and have each sign for itself (VOT-05)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from miniprogram_api.consultation.joint import JointAction, JointKind, Link, Party
from miniprogram_api.consultation.refusals import (
    ConsultationOver,
    ConsultationUnknown,
    DayWrong,
    JointActionKeyReused,
    JointActionMoved,
    JointActionUnknown,
    NotSaidNow,
)
from miniprogram_api.consultation.store import JOINT_ACTION
from miniprogram_api.consultation.topic import Stage
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.consultation.service.ports import Posts
    from miniprogram_api.consultation.store import ConsultationStore, JointStore
    from miniprogram_api.consultation.topic import Topic
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos

_TRIES = 4
"""How often a signature looks anew: at most two other parties can come in between."""


@dataclass(frozen=True, slots=True)
class JointRecord:
    """What the parties did on a day, and what it is about."""

    kind: JointKind
    title: str
    text: str
    held_on: date
    topic_id: str | None = None
    work_order_id: str | None = None
    photo_ids: tuple[str, ...] = ()


class JointActions:
    """The joint actions of all estates."""

    def __init__(
        self, store: JointStore, topics: ConsultationStore, estates: Estates, posts: Posts, photos: Photos
    ) -> None:
        self._store = store
        self._topics = topics
        self._estates = estates
        self._posts = posts
        self._photos = photos

    # Reading

    def access_action_by_id(self, estate_id: str, action_id: str) -> JointAction:
        """Return a joint action of the estate, or raise JointActionUnknown."""
        action = self._store.find(estate_id, action_id)
        if action is None:
            raise JointActionUnknown
        return action

    def photos_of(self, action: JointAction) -> list[PhotoShown]:
        """Return what is shown of its photos."""
        return self._photos.show(action.estate_id, action.photo_ids)

    def list_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List the joint actions of an estate, the newest first."""
        return self._store.list_of_estate(estate_id, limit, cursor)

    def list_open(self, estate_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List those that a party has not signed, the oldest first."""
        return self._store.list_open(estate_id, limit, cursor)

    def list_of_topic(self, estate_id: str, topic_id: str, limit: int, cursor: str | None) -> Page[JointAction]:
        """List those about a topic, the newest first."""
        return self._store.list_of_topic(estate_id, topic_id, limit, cursor)

    def parties_at(self, estate_id: str, now: datetime) -> frozenset[Party]:
        """Return which of the three parties there are: a committee whose members hold office, a company under contract.

        The community is always there: every estate lies in one.
        """
        parties = {Party.COMMUNITY}
        if list(self._posts.people_at(estate_id=estate_id, roles={Role.COMMITTEE}, now=now)):
            parties.add(Party.COMMITTEE)
        if self._estates.get_estate(estate_id).company_id is not None:
            parties.add(Party.COMPANY)
        return frozenset(parties)

    # Acts

    def record(self, principal: Principal, estate_id: str, record: JointRecord, key: str, now: datetime) -> JointAction:
        """Record a joint action; it waits for the signature of each party, of whoever recorded it too.

        Raises:
            DayWrong: it has not taken place yet.
            ConsultationUnknown, ConsultationOver, NotSaidNow: the topic takes no such record.
            LinkUnknown: the estate has no such work order.
            PhotoNotYours: a photo cannot be used.
            JointActionKeyReused: the key came before with different content.
        """
        by = principal.account_id
        action_id = derived_id("joint", by, estate_id, "record_joint_action", key)
        there = self._store.find(estate_id, action_id)
        if there is not None:
            return _same(there, record)
        if record.held_on > date_of(now):
            raise DayWrong
        topic = None if record.topic_id is None else self._topic_for(estate_id, record.topic_id, record.kind)
        action = JointAction(
            id=action_id,
            estate_id=estate_id,
            kind=record.kind,
            title=record.title,
            text=record.text,
            held_on=record.held_on,
            link=Link(record.topic_id, None if topic is None else topic.round, record.work_order_id),
            opened_by=by,
            opened_by_name=principal.display_name,
            opened_at=now,
            photo_ids=record.photo_ids,
        )
        act = Transaction(by, "record_joint_action", now)
        act.add(JOINT_ACTION, action, otherwise=JointActionKeyReused)
        if topic is not None:
            self._topics.require_stage(act, topic)
        if record.work_order_id is not None:
            self._topics.require_work_order(act, estate_id, record.work_order_id)
        self._photos.attach(act, estate_id, record.photo_ids, action_id, "joint_action")
        try:
            self._store.commit(act)
        except JointActionKeyReused:  # the same request at the same moment
            return _same(self.access_action_by_id(estate_id, action_id), record)
        return action

    def sign(
        self, principal: Principal, territory: Territory, estate_id: str, action_id: str, party: Party, now: datetime
    ) -> JointAction:
        """Sign for the party one belongs to; signed again, nothing changes.

        Raises:
            JointActionUnknown, PartyOfOthers, SignedForAnother, PartySigned: see the rule.
            JointActionMoved: others kept signing at the same moment.
        """
        for _ in range(_TRIES - 1):
            with suppress(JointActionMoved):
                return self._sign(principal, territory, estate_id, action_id, party, now)
        return self._sign(principal, territory, estate_id, action_id, party, now)

    def _sign(
        self, principal: Principal, territory: Territory, estate_id: str, action_id: str, party: Party, now: datetime
    ) -> JointAction:
        action = self.access_action_by_id(estate_id, action_id)
        roles = principal.roles_in(territory)
        after = action.signed_for(party, roles, principal.account_id, principal.display_name, now)
        if after is action:
            return action
        act = Transaction(principal.account_id, "sign_joint_action", now)
        # The version is the lock: two people cannot both be the one who signs, nor one person for two parties.
        after = act.change(JOINT_ACTION, action, after, otherwise=JointActionMoved)
        self._store.commit(act)
        return after

    def _topic_for(self, estate_id: str, topic_id: str, kind: JointKind) -> Topic:
        topic = self._topics.find_topic(estate_id, topic_id)
        if topic is None:
            raise ConsultationUnknown
        if not topic.is_open:
            raise ConsultationOver
        if kind is JointKind.DISCUSSION and topic.stage is not Stage.DISCUSS:
            raise NotSaidNow("联议记录在“议”的阶段提交，请查看该议题的当前进度。")
        return topic


def _same(there: JointAction, record: JointRecord) -> JointAction:
    """Return the action a request finds there, if it is the request's own."""
    link = there.link
    if record != JointRecord(
        there.kind, there.title, there.text, there.held_on, link.topic_id, link.work_order_id, there.photo_ids
    ):
        raise JointActionKeyReused
    return there

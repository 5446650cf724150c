"""Lead a topic from 议 to the published result, each step once however often it is sent (VOT-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.consultation.joint import require_discussed
from miniprogram_api.consultation.refusals import (
    BallotUnknown,
    ConsultationKeyReused,
    ConsultationMoved,
    ResponsibleUnknown,
    TaskOfOthers,
    TaskUnknown,
)
from miniprogram_api.consultation.stages import (
    assigned,
    ballot_linked,
    finished,
    published,
    resolved,
    taken_up,
    task_done,
    tasked,
    withdrawn,
)
from miniprogram_api.consultation.store import LINE, TOPIC
from miniprogram_api.consultation.topic import Ballot, Task, may_convene
from miniprogram_api.kernel.access import OFFICIALS, STAFF, Permission, Role
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from miniprogram_api.consultation.service import Consultations
    from miniprogram_api.consultation.service.joint_actions import JointActions
    from miniprogram_api.consultation.service.ports import Asked, BallotLookup, Posts
    from miniprogram_api.consultation.service.settings import ConsultationSettings
    from miniprogram_api.consultation.stages import Taken
    from miniprogram_api.consultation.store import ConsultationStore
    from miniprogram_api.consultation.topic import Hand, Responsible, Result, Topic
    from miniprogram_api.photos.service import Photos

_POSTED = STAFF | OFFICIALS | {Role.COMMITTEE, Role.BUILDING_HEAD}


class ConsultationSteps:
    """The steps of all topics."""

    def __init__(
        self,
        store: ConsultationStore,
        topics: Consultations,
        settings: ConsultationSettings,
        joint_actions: JointActions,
        ballots: BallotLookup,
        posts: Posts,
        photos: Photos,
    ) -> None:
        self._store = store
        self._topics = topics
        self._settings = settings
        self._joint_actions = joint_actions
        self._ballots = ballots
        self._posts = posts
        self._photos = photos

    def withdraw(self, asked: Asked, reason: str) -> Topic:
        """Withdraw a topic that nobody took up yet, as its proposer. See ``stages.withdrawn`` for what is refused."""
        content = {"reason": reason}
        return self._take(asked, "withdraw", content, lambda topic, hand: withdrawn(topic, reason, hand))

    def take_up(self, asked: Asked, reason: str) -> Topic:
        """Take a topic up with a reason, before enough neighbours support it.

        Raises:
            CompanyDoesNotConvene: committee and community do, the company does not.
            IllegalTransition: it is not in 说 any more.
        """
        may_convene(asked.principal.roles_in(asked.territory))
        content = {"reason": reason}
        return self._take(asked, "take_up", content, lambda topic, hand: taken_up(topic, reason, hand))

    def link_ballot(self, asked: Asked, ballot_id: str) -> Topic:
        """Name the survey or owners' vote by which this round asks people; BallotUnknown when there is none."""
        title = self._ballots.find_title(asked.estate_id, ballot_id)
        if title is None:
            raise BallotUnknown
        ballot = Ballot(ballot_id, title)
        return self._take(
            asked, "link_ballot", {"ballot": ballot}, lambda topic, hand: ballot_linked(topic, ballot, hand)
        )

    def resolve(self, asked: Asked, resolution: str, joint_action_id: str, responsible: Responsible) -> Topic:
        """End 议 with a resolution that rests on a joint discussion, and name who answers for it (VOT-05).

        Raises:
            JointActionUnknown: the estate has no such record.
            NotDiscussedTogether: it is another one, or a party there is at the estate has not signed it.
            ResponsibleUnknown: the account holds no post here.
        """

        def rule(topic: Topic, hand: Hand) -> Taken:
            taken = resolved(topic, resolution, joint_action_id, responsible, hand)
            action = self._joint_actions.access_action_by_id(asked.estate_id, joint_action_id)
            require_discussed(action, topic, self._joint_actions.parties_at(asked.estate_id, asked.now))
            self._require_post(asked, responsible)
            return taken

        content = {"resolution": resolution, "joint_action_id": joint_action_id, "responsible": responsible}
        return self._take(asked, "resolve", content, rule)

    def assign(self, asked: Asked, responsible: Responsible) -> Topic:
        """Make somebody else answer for the topic, or raise ResponsibleUnknown."""

        def rule(topic: Topic, hand: Hand) -> Taken:
            self._require_post(asked, responsible)
            return assigned(topic, responsible, hand)

        return self._take(asked, "assign", {"responsible": responsible}, rule)

    def add_task(
        self, asked: Asked, text: str, due_on: date, responsible: Responsible, work_order_id: str | None
    ) -> Topic:
        """Give somebody something to do until a day. See ``stages.tasked`` for what is refused.

        Raises:
            ResponsibleUnknown: the account holds no post here.
            LinkUnknown: the estate has no such work order.
        """
        task_id = derived_id("ctask", asked.hand("add_task").step_id)
        task = Task(task_id, text, due_on, responsible, work_order_id)

        def rule(topic: Topic, hand: Hand) -> Taken:
            self._require_post(asked, responsible)
            return tasked(topic, task, hand)

        def along(act: Transaction, after: Topic) -> None:
            if work_order_id is not None:
                self._store.require_work_order(act, after.estate_id, work_order_id)

        return self._take(asked, "add_task", {"task": task}, rule, along)

    def do_task(self, asked: Asked, task_id: str, note: str) -> Topic:
        """Report a task done, with a note. See ``stages.task_done`` for what is refused.

        Raises:
            TaskOfOthers: it is neither theirs nor do they answer for the topic or lead it.
        """

        def rule(topic: Topic, hand: Hand) -> Taken:
            self._may_do(asked, topic, task_id)
            return task_done(topic, task_id, note, hand)

        return self._take(asked, "do_task", {"task_id": task_id, "note": note}, rule)

    def finish(self, asked: Asked, note: str) -> Topic:
        """End 理 when all tasks are done. See ``stages.finished`` for what is refused."""
        return self._take(asked, "finish", {"note": note}, lambda topic, hand: finished(topic, note, hand))

    def publish(self, asked: Asked, result: Result) -> Topic:
        """Publish what came of it to everybody at the estate; residents rate it from now on.

        Raises:
            InputMissing: there is no photo.
            PhotoNotYours: a photo cannot be used.
        """

        def rule(topic: Topic, hand: Hand) -> Taken:
            return published(topic, result, self._settings.settings_of(topic.estate_id), hand)

        def along(act: Transaction, after: Topic) -> None:
            self._photos.attach(act, after.estate_id, result.photo_ids, after.id, "consultation_result")

        return self._take(asked, "publish", {"result": result}, rule, along)

    def _take(
        self,
        asked: Asked,
        name: str,
        content: Mapping[str, object],
        rule: Callable[[Topic, Hand], Taken],
        along: Callable[[Transaction, Topic], None] | None = None,
    ) -> Topic:
        """Take one step, or find that it was taken when it was asked for before.

        ``content`` is what the line of history holds of it; ``along`` adds what the same act writes elsewhere.
        """
        topic, hand = self._topics.access_topic_by_id(asked.estate_id, asked.topic_id), asked.hand(name)
        if self._was_taken(topic, hand, content):
            return topic
        after, line = rule(topic, hand)
        act = Transaction(hand.by, f"consultation_{name}", asked.now)
        after = act.change(TOPIC, topic, after, otherwise=ConsultationMoved)
        act.add(LINE, line, otherwise=ConsultationMoved)
        if along is not None:
            along(act, after)
        try:
            self._store.commit(act)
        except ConsultationMoved:
            if not self._was_taken(topic, hand, content):
                raise
            return self._topics.access_topic_by_id(asked.estate_id, asked.topic_id)
        return after

    def _was_taken(self, topic: Topic, hand: Hand, content: Mapping[str, object]) -> bool:
        there = self._store.find_line(topic.estate_id, topic.id, hand.step_id)
        if there is not None and any(getattr(there, part) != value for part, value in content.items()):
            raise ConsultationKeyReused
        return there is not None

    def _require_post(self, asked: Asked, responsible: Responsible) -> None:
        """Make sure that an account named as responsible is somebody's who works for the estate."""
        if responsible.account_id is None:
            return
        posted = self._posts.people_at(estate_id=asked.estate_id, roles=_POSTED, now=asked.now)
        if all(held.account_id != responsible.account_id for held in posted):
            raise ResponsibleUnknown

    def _may_do(self, asked: Asked, topic: Topic, task_id: str) -> None:
        if asked.principal.may(Permission.CONSULTATION_LEAD, asked.territory):
            return
        task = next((task for task in topic.tasks if task.id == task_id), None)
        if task is None:
            raise TaskUnknown
        answering = (task.responsible, topic.responsible)
        if all(one is None or one.account_id != asked.principal.account_id for one in answering):
            raise TaskOfOthers

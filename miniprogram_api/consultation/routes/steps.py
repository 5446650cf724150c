"""The steps of a topic, each for who may take it."""

from __future__ import annotations

from miniprogram_api.consultation.refusals import (
    BallotUnknown,
    CompanyDoesNotConvene,
    ConsultationKeyReused,
    ConsultationMoved,
    ConsultationUnknown,
    JointActionUnknown,
    LinkUnknown,
    NotDiscussedTogether,
    NotTheProposer,
    ResponsibleUnknown,
    TaskDayWrong,
    TaskDone,
    TaskOfOthers,
    TasksUnfinished,
    TaskUnknown,
    TooManyTasks,
)
from miniprogram_api.consultation.routes.topics import TOPIC, asked, shown
from miniprogram_api.consultation.schemas.requests import (
    GiveNote,
    GiveReason,
    GiveTask,
    LinkBallot,
    PublishResult,
    Resolve,
    ResponsibleGiven,
)
from miniprogram_api.consultation.schemas.topics import TopicShown
from miniprogram_api.consultation.service.steps import ConsultationSteps
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import NotFound, Problem
from miniprogram_api.kernel.workflow import IllegalTransition, InputMissing

routes = Routes("consultation_steps", tag="协商议事")

_LEAD = in_estate(Permission.CONSULTATION_LEAD)
_STEP: tuple[type[Problem], ...] = (
    ConsultationUnknown,
    ConsultationMoved,
    ConsultationKeyReused,
    IllegalTransition,
    InputMissing,
)


@routes.post(
    f"{TOPIC}/withdrawal",
    guard=in_estate(Permission.CONSULTATION_PROPOSE),
    repeatable=True,
    errors=(*_STEP, NotTheProposer),
)
def withdraw_topic(call: Call, estate_id: str, topic_id: str, body: GiveReason) -> TopicShown:
    """Withdraw one's own topic while it is in 说, with the reason."""
    return shown(call, call.service(ConsultationSteps).withdraw(asked(call, estate_id, topic_id), body.reason))


@routes.post(f"{TOPIC}/take-up", guard=_LEAD, repeatable=True, errors=(*_STEP, CompanyDoesNotConvene))
def take_up_topic(call: Call, estate_id: str, topic_id: str, body: GiveReason) -> TopicShown:
    """Take a topic to 议 as committee or community, with the reason, before enough rooms support it (VOT-03)."""
    return shown(call, call.service(ConsultationSteps).take_up(asked(call, estate_id, topic_id), body.reason))


@routes.post(f"{TOPIC}/ballot", guard=_LEAD, repeatable=True, errors=(*_STEP, BallotUnknown))
def link_ballot(call: Call, estate_id: str, topic_id: str, body: LinkBallot) -> TopicShown:
    """Name the survey or owners' vote that asks people about a topic in 议 (VOT-03)."""
    return shown(call, call.service(ConsultationSteps).link_ballot(asked(call, estate_id, topic_id), body.ballot_id))


@routes.post(
    f"{TOPIC}/resolution",
    guard=_LEAD,
    repeatable=True,
    errors=(*_STEP, JointActionUnknown, NotDiscussedTogether, ResponsibleUnknown),
)
def resolve_topic(call: Call, estate_id: str, topic_id: str, body: Resolve) -> TopicShown:
    """End 议 with a resolution that rests on a signed joint discussion; somebody answers for it now (VOT-05)."""
    steps, what = call.service(ConsultationSteps), asked(call, estate_id, topic_id)
    return shown(call, steps.resolve(what, body.resolution, body.joint_action_id, body.responsible.responsible()))


@routes.post(f"{TOPIC}/responsible", guard=_LEAD, repeatable=True, errors=(*_STEP, ResponsibleUnknown))
def assign_topic(call: Call, estate_id: str, topic_id: str, body: ResponsibleGiven) -> TopicShown:
    """Make somebody else answer for a topic in 理 (VOT-03)."""
    steps = call.service(ConsultationSteps)
    return shown(call, steps.assign(asked(call, estate_id, topic_id), body.responsible()))


@routes.post(
    f"{TOPIC}/tasks",
    guard=_LEAD,
    status=201,
    repeatable=True,
    errors=(*_STEP, TaskDayWrong, TooManyTasks, ResponsibleUnknown, LinkUnknown),
)
def give_task(call: Call, estate_id: str, topic_id: str, body: GiveTask) -> TopicShown:
    """Give somebody a task with a due date in 理, perhaps with the work order it is done by (VOT-03)."""
    steps, what = call.service(ConsultationSteps), asked(call, estate_id, topic_id)
    person = body.responsible.responsible()
    return shown(call, steps.add_task(what, body.text, body.due_on, person, body.work_order_id))


@routes.post(
    f"{TOPIC}/tasks/<task_id>/completion",
    guard=in_estate(Permission.CONSULTATION_READ),
    repeatable=True,
    errors=(*_STEP, TaskUnknown, TaskDone, TaskOfOthers),
)
def do_task(call: Call, estate_id: str, topic_id: str, task_id: str, body: GiveNote) -> TopicShown:
    """Report a task done with a note: who has it, who answers for the topic, or who leads it (VOT-03 理)."""
    return shown(call, call.service(ConsultationSteps).do_task(asked(call, estate_id, topic_id), task_id, body.note))


@routes.post(f"{TOPIC}/completion", guard=_LEAD, repeatable=True, errors=(*_STEP, TasksUnfinished))
def finish_topic(call: Call, estate_id: str, topic_id: str, body: GiveNote) -> TopicShown:
    """End 理 when all tasks are done; the result is shown next (VOT-03)."""
    return shown(call, call.service(ConsultationSteps).finish(asked(call, estate_id, topic_id), body.note))


@routes.post(f"{TOPIC}/result", guard=_LEAD, repeatable=True, errors=(*_STEP, NotFound))
def publish_result(call: Call, estate_id: str, topic_id: str, body: PublishResult) -> TopicShown:
    """Publish the result with photos and cost to everybody at the estate; residents rate it now (VOT-03 晒)."""
    return shown(call, call.service(ConsultationSteps).publish(asked(call, estate_id, topic_id), body.result()))

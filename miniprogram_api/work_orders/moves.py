"""What a step changes on an order. Pure: the same order, step, person and instant always give the same result."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.access import NotAllowed
from miniprogram_api.kernel.workflow import IllegalTransition, Transition
from miniprogram_api.work_orders.effects import EFFECTS, SYSTEM, Actor, Given, Move
from miniprogram_api.work_orders.loop import BELONGS_TO, LOOPS, Relation
from miniprogram_api.work_orders.refusals import WrongPerson
from miniprogram_api.work_orders.rules import (
    DESK,
    STATE_LABELS,
    Order,
    OrderState,
    Step,
)
from miniprogram_api.work_orders.service_level import (
    STOPPED,
    next_due,
    phase_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.kernel.access import Permission
    from miniprogram_api.work_orders.category import Category


@dataclass(frozen=True, slots=True)
class Request:
    """Which request asks for a step, so that a repetition finds its own step."""

    act_id: str = ""
    digest: str = ""


def take_step(
    order: Order,
    name: str,
    given: Given,
    actor: Actor,
    at: datetime,
    category: Category,
    request: Request | None = None,
) -> tuple[Order, Step]:
    """Return the order after a step of its loop, and the step for its timeline.

    Raises:
        WrongPerson: the step belongs to the reporter, the assignee or the handler.
        IllegalTransition: the order is not in a state from which the step starts.
        SamePersonRefused: somebody would verify their own work.
        InputMissing: something the step requires was not given.
        ReopenTooLate: the time for reopening is over.
    """
    transition = check_step(order, name, given, actor)
    changes = {"state": transition.target, "state_since": at, **_timing(order, transition.target, at)}
    effect = EFFECTS.get(name)
    if effect is not None:
        changes |= effect(Move(order, given, actor, at))
    after = _settled(replace(order, **changes), category)
    return record(after, name, transition.label, actor, at, note=given.note, photo_ids=given.photo_ids,
                  assigned_to=given.to_account_id, request=request)  # fmt: skip


def check_step(order: Order, name: str, given: Given, actor: Actor) -> Transition[OrderState]:
    """Return the transition of a step this person may take now, or raise what is in the way."""
    loop = LOOPS[order.kind]
    if name not in {transition.name for transition in loop.transitions}:
        raise IllegalTransition("这类工单没有这一步，请刷新后查看可办理的步骤。", step=name)
    worker = actor.account_id if actor.account_id in order.hands else order.handler_id
    filled = asdict(given) | {"payer": given.payer or order.payer}
    filled["payer_reason"] = given.payer_reason or order.payer_reason
    try:
        transition = loop.step(
            order.state, name, given=filled, actor=actor.account_id, participants={"handler": worker}
        )
    except IllegalTransition:
        now, wanted = STATE_LABELS[order.state], loop.named(name).label
        said = f"工单现在是「{now}」，不能进行「{wanted}」，请刷新后查看最新进度。"
        raise IllegalTransition(said, state=str(order.state), step=name) from None
    _belongs(order, BELONGS_TO.get(name, Relation.ANYBODY), actor)
    return transition


def open_steps(order: Order, actor: Actor, may: Callable[[Permission], bool]) -> tuple[Transition[OrderState], ...]:
    """Return the steps this person may take now, in the order of the table; what each requires is still to be given."""
    worker = actor.account_id if actor.account_id in order.hands else order.handler_id
    return tuple(
        transition
        for transition in LOOPS[order.kind].open_to(order.state)
        if (transition.permission is None or may(transition.permission))
        and _is_theirs(order, BELONGS_TO.get(transition.name, Relation.ANYBODY), actor)
        and not ("handler" in transition.not_by and actor.account_id == worker)
    )


def record(
    order: Order, name: str, label: str, actor: Actor, at: datetime, *, note: str = "",
    photo_ids: tuple[str, ...] = (), assigned_to: str | None = None, request: Request | None = None,
) -> tuple[Order, Step]:  # fmt: skip
    """Return the order with one more step in its timeline, and that step."""
    request = request or Request()
    number = order.steps + 1
    after = replace(order, steps=number, last_step=name, last_label=label, last_by=actor.account_id, last_note=note)
    step = Step(
        order.estate_id, order.id, number, after.loop, name, label, after.state, actor.account_id, actor.name, at,
        order.opened_at, note, photo_ids, assigned_to, request.act_id, request.digest,
    )  # fmt: skip
    return after, step


def _belongs(order: Order, relation: Relation, actor: Actor) -> None:
    if not _is_theirs(order, relation, actor):
        raise NotAllowed if relation is Relation.SYSTEM else WrongPerson


def _is_theirs(order: Order, relation: Relation, actor: Actor) -> bool:
    at_desk = not actor.roles.isdisjoint(DESK)
    mine = {
        Relation.ANYBODY: True,
        Relation.REPORTER: actor.account_id == order.reporter_id or (order.reporter_id is None and at_desk),
        Relation.ASSIGNEE: actor.account_id == order.handler_id,
        Relation.HANDLER: actor.account_id == order.handler_id or at_desk,
        Relation.SYSTEM: actor.account_id == SYSTEM,
    }
    return mine[relation]


def _timing(order: Order, target: OrderState, at: datetime) -> dict[str, Any]:
    """Stop the clock while an order waits outside, and let it run on afterwards."""
    if order.state not in STOPPED or target in STOPPED:
        return {}
    return {"stopped_seconds": order.stopped_seconds + int((at - order.state_since) / timedelta(seconds=1))}


def _settled(order: Order, category: Category) -> Order:
    """Return the order with nobody left holding it when it ended, and with its next look planned."""
    if not order.is_open:
        order = replace(order, holder=None)
    phase = phase_of(order.state)
    if phase is not None and phase != order.progress_phase:
        order = replace(order, progress=0, progress_phase=phase)
    if order.state in STOPPED:
        order = replace(order, reminders=0)
    due = next_due(order, category)
    return replace(order, next_look_at=None if due is None else due.at)

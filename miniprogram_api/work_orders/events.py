"""What happens to an order without a step of its loop: it falls due, is urged, rated, called back about. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission, Role
from miniprogram_api.work_orders.effects import SWEEPER, Actor, Given, raised
from miniprogram_api.work_orders.moves import Request, record, take_step
from miniprogram_api.work_orders.refusals import AlreadyRated, NothingToAnswer, NotRatable, UrgedRecently, WrongPerson
from miniprogram_api.work_orders.rules import (
    CallBack,
    Holder,
    Level,
    Order,
    OrderState,
    Rating,
    Step,
    desk_of,
    holder_at,
)
from miniprogram_api.work_orders.service_level import URGE_EVERY, Event, next_due

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.work_orders.category import Category

OFFICIALS_CALLED = frozenset({Role.COMMUNITY, Role.STREET})
"""Who instructs and calls back; nobody of the company does either about its own work."""

_LEVEL_LABELS = {Level.COMMUNITY: "社区", Level.STREET: "街道"}


def fall_due(order: Order, category: Category, now: datetime) -> tuple[Order, Step | None] | None:
    """Return the order after the next thing that fell due by ``now``, or None when nothing did.

    The step is None where only the plan changed. Run it again until it returns None: each event has its own step.
    """
    due = next_due(order, category)
    if due is None or due.at > now:
        planned = None if due is None else due.at
        return None if planned == order.next_look_at else (replace(order, next_look_at=planned), None)
    match due.event:
        case Event.AUTO_CLOSE:
            return take_step(order, "auto_close", Given(note="七天内未收到反馈"), SWEEPER, now, category)
        case Event.LAPSE:
            return take_step(order, "lapse", Given(note="七天内未补充信息，可重新打开"), SWEEPER, now, category)
        case Event.WARN:
            return _noted(order, category, now, "warn", "临期提醒")
        case Event.OVERDUE:
            return _noted(replace(order, overdue=True), category, now, "overdue", "已超时")
        case Event.REMIND:
            reminded = replace(order, reminders=order.reminders + 1)
            return record(_planned(reminded, category), "remind", "到期跟进提醒", SWEEPER, now)
        case Event.ESCALATE:
            return _escalated(order, category, now)


def _noted(order: Order, category: Category, now: datetime, name: str, label: str) -> tuple[Order, Step]:
    return record(_progressed(order, category), name, label, SWEEPER, now)


def _escalated(order: Order, category: Category, now: datetime) -> tuple[Order, Step | None]:
    """Hand the order to the next level; at the top it stays overdue with whoever has it."""
    level = raised(order)
    if level is None:
        return _progressed(order, category), None
    climbed = replace(order, level=level, holder=holder_at(level, order.estate_id, order.units))
    return _noted(climbed, category, now, "escalate", f"超时上报{_LEVEL_LABELS[level]}")


def _progressed(order: Order, category: Category) -> Order:
    return _planned(replace(order, progress=order.progress + 1), category)


def _planned(order: Order, category: Category) -> Order:
    due = next_due(order, category)
    return replace(order, next_look_at=None if due is None else due.at)


def instruct(order: Order, note: str, actor: Actor, at: datetime, request: Request) -> tuple[Order, Step]:
    """A higher level that was called gives the matter back to the estate's desk with its instruction 督办 (REP-04).

    Raises:
        NothingToAnswer: the order never climbed to that level, or it has ended.
    """
    if not order.is_open or order.holder is None or order.holder.unit_id is None:
        raise NothingToAnswer("该工单没有上报到本级，请刷新。")
    worker = Holder(order.handler_name or "", account_id=order.handler_id)
    back = desk_of(order.estate_id) if order.handler_id is None else worker
    return record(replace(order, holder=back), "instruct", "督办", actor, at, note=note, request=request)


def open_acts(order: Order, actor: Actor, may: Callable[[Permission], bool]) -> tuple[str, ...]:
    """Return what this person may say about an order now besides the steps of its loop, by the names of the acts."""
    is_official = not actor.roles.isdisjoint(OFFICIALS_CALLED) and may(Permission.WORK_ORDER_DISPATCH)
    climbed = order.is_open and order.holder is not None and order.holder.unit_id is not None
    unanswered = order.rating is not None and order.rating.reply is None
    acts = {
        "instruct": is_official and climbed,
        "call_back": is_official and order.call_back is not None and order.call_back.done_at is None,
        "reply_to_rating": unanswered and may(Permission.WORK_ORDER_ACCEPT),
    }
    return tuple(name for name, is_open in acts.items() if is_open)


def urge(order: Order, actor: Actor, at: datetime) -> tuple[Order, Step]:
    """Count that the reporter asks again; nothing else changes (REP-02).

    Raises:
        WrongPerson: somebody else than the reporter asks.
        NothingToAnswer: the order has ended.
        UrgedRecently: the last time is less than an hour ago.
    """
    if actor.account_id != order.reporter_id:
        raise WrongPerson
    if not order.is_open:
        raise NothingToAnswer("工单已结束，无需催办。")
    if order.urged_at is not None and at < order.urged_at + URGE_EVERY:
        raise UrgedRecently
    return record(replace(order, urges=order.urges + 1, urged_at=at), "urge", "催办", actor, at)


def rate(order: Order, rating: Rating, actor: Actor, at: datetime) -> tuple[Order, Step]:
    """Keep the reporter's rating; a low mark asks the community to call back (REP-09).

    Raises:
        WrongPerson: somebody else than the reporter rates.
        NotRatable: the order is not closed.
        AlreadyRated: it was rated before, in whatever loop.
    """
    if actor.account_id != order.reporter_id:
        raise WrongPerson
    if order.rating is not None:
        raise AlreadyRated
    if order.state is not OrderState.CLOSED:
        raise NotRatable
    call_back = CallBack(since=at) if rating.is_low and order.units else None
    return record(replace(order, rating=rating, call_back=call_back), "rate", "评价", actor, at, note=rating.text)


def reply_to_rating(order: Order, text: str, actor: Actor, at: datetime) -> tuple[Order, Step]:
    """Keep the staff's answer to a rating, once.

    Raises:
        NothingToAnswer: there is no rating, or it was answered.
    """
    if order.rating is None or order.rating.reply is not None:
        raise NothingToAnswer
    rating = replace(order.rating, reply=text, replied_at=at)
    return record(replace(order, rating=rating), "reply_to_rating", "回复评价", actor, at, note=text)


def called_back(order: Order, note: str, actor: Actor, at: datetime) -> tuple[Order, Step]:
    """The community has called the dissatisfied reporter back (REP-09).

    Raises:
        NothingToAnswer: no call-back is waiting.
    """
    if order.call_back is None or order.call_back.done_at is not None:
        raise NothingToAnswer
    done = replace(order.call_back, done_at=at, done_by=actor.account_id, note=note)
    return record(replace(order, call_back=done), "call_back", "回访", actor, at, note=note)

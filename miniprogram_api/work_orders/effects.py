"""What each step of a loop changes on an order, besides its state. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from miniprogram_api.kernel.access import Role
from miniprogram_api.work_orders.refusals import ReopenTooLate
from miniprogram_api.work_orders.rules import Holder, Level, OperatorJob, Order, Payer, ServiceScope, desk_of, holder_at
from miniprogram_api.work_orders.service_level import NEXT_LEVEL, REOPEN_WITHIN, REOPENED_TOO_OFTEN

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step, with the roles they hold in the estate."""

    account_id: str
    name: str
    roles: frozenset[Role] = frozenset()


SWEEPER = Actor(SYSTEM, "系统")


@dataclass(frozen=True, slots=True)
class Given:
    """What a person filled in for a step; the loop's table says which of it a step requires."""

    note: str = ""
    photo_ids: tuple[str, ...] = ()
    scope: ServiceScope | None = None
    scope_reason: str = ""
    payer: Payer | None = None
    payer_reason: str = ""
    to_account_id: str | None = None
    to_name: str = ""
    vendor_id: str | None = None
    operator: str = ""
    operator_contact: str = ""
    until_on: date | None = None
    into: str | None = None
    category: str | None = None
    proposed_payer: Payer | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One step as it is being taken."""

    order: Order
    given: Given
    actor: Actor
    at: datetime


_OF_ONE_LOOP = (
    "handler_id", "handler_name", "vendor_id", "operator", "paused_until", "accepted_at", "handled_at", "verified_at",
    "verified_by", "registered_at", "closed_at", "call_back",
)  # fmt: skip
"""What belongs to one loop and is told anew in the next; the timeline keeps the old one."""

Effect = Callable[[Move], dict[str, Any]]


def _person(actor: Actor) -> Holder:
    return Holder(actor.name, account_id=actor.account_id)


def _accept(move: Move) -> dict[str, Any]:
    return {
        "holder": _person(move.actor),
        "accepted_at": move.at,
        "first_answered_at": move.order.first_answered_at or move.at,
        "scope": move.given.scope,
        "scope_reason": move.given.scope_reason,
        "proposed_payer": move.given.proposed_payer,
        "payer": move.given.payer or move.order.payer,
        "payer_reason": move.given.payer_reason or move.order.payer_reason,
    }


def _answered(move: Move) -> dict[str, Any]:
    return {"holder": _person(move.actor), "first_answered_at": move.order.first_answered_at or move.at}


def _convert(move: Move) -> dict[str, Any]:
    return {"converted_to": move.given.into, "first_answered_at": move.order.first_answered_at or move.at}


def _to_desk(move: Move) -> dict[str, Any]:
    order = move.order
    return {"holder": holder_at(order.level, order.estate_id, order.units) or desk_of(order.estate_id)}


def _freed(move: Move) -> dict[str, Any]:
    return {"holder": desk_of(move.order.estate_id), "handler_id": None, "handler_name": None}


def _assign(move: Move) -> dict[str, Any]:
    person = Holder(move.given.to_name, account_id=move.given.to_account_id)
    return {
        "holder": person,
        "handler_id": move.given.to_account_id,
        "handler_name": move.given.to_name,
        "vendor_id": None,
    }


def _transfer(move: Move) -> dict[str, Any]:
    return _assign(move) | {"handler_id": None, "handler_name": None}


def _handle(move: Move) -> dict[str, Any]:
    me = move.actor
    hands = _joined(move.order.hands, me.account_id)
    return {
        "holder": _person(me),
        "handler_id": me.account_id,
        "handler_name": me.name,
        "hands": hands,
        "vendor_id": move.given.vendor_id,
    }


def _hand_over(move: Move) -> dict[str, Any]:
    if move.given.until_on is None:
        raise AssertionError("the loop's table requires a date")
    return {
        "holder": _person(move.actor),
        "operator": OperatorJob(move.given.operator, move.given.operator_contact, move.given.until_on),
    }


def _operator_answered(move: Move) -> dict[str, Any]:
    job = None if move.order.operator is None else replace(move.order.operator, answer=move.given.note)
    return _handle(move) | {"operator": job}


def _handled(move: Move) -> dict[str, Any]:
    return {
        "holder": desk_of(move.order.estate_id),
        "handled_at": move.at,
        "hands": _joined(move.order.hands, move.actor.account_id),
    }


def _verify(move: Move) -> dict[str, Any]:
    return {"holder": desk_of(move.order.estate_id), "verified_at": move.at, "verified_by": move.actor.account_id}


def _send_back(move: Move) -> dict[str, Any]:
    if move.order.handler_id is None:
        return {"holder": desk_of(move.order.estate_id), "handled_at": None}
    return {"holder": Holder(move.order.handler_name or "", account_id=move.order.handler_id), "handled_at": None}


def _register(move: Move) -> dict[str, Any]:
    order, given = move.order, move.given
    return {
        "holder": _person(move.actor),
        "registered_at": move.at,
        "payer": given.payer or order.payer,
        "payer_reason": given.payer_reason or order.payer_reason,
    }


def _close(move: Move) -> dict[str, Any]:
    return {"closed_at": move.at}


def _merge(move: Move) -> dict[str, Any]:
    return {"merged_into": move.given.into}


def _reopen(move: Move) -> dict[str, Any]:
    """Begin a new loop; the old one stays readable in the timeline. Reopened twice, the next level takes over."""
    if move.at > move.order.state_since + REOPEN_WITHIN:
        raise ReopenTooLate
    order, level = move.order, move.order.level
    if order.loop + 1 >= REOPENED_TOO_OFTEN:
        level = raised(order) or level
    return {
        **dict.fromkeys(_OF_ONE_LOOP),
        "loop": order.loop + 1,
        "level": level,
        "holder": holder_at(level, order.estate_id, order.units) or desk_of(order.estate_id),
        "loop_started_at": move.at,
        "stopped_seconds": 0,
        "progress_phase": "",
        "overdue": False,
        "hands": (),
    }


def raised(order: Order) -> Level | None:
    """Return the next level that exists above the order's, or None at the top."""
    level = NEXT_LEVEL.get(order.level)
    return level if level is not None and holder_at(level, order.estate_id, order.units) is not None else None


def _joined(hands: tuple[str, ...], account_id: str) -> tuple[str, ...]:
    return hands if account_id in hands else (*hands, account_id)


EFFECTS: dict[str, Effect] = {
    "accept": _accept,
    "answer": _answered,
    "ask": lambda move: {"holder": _person(move.actor)},
    "reply": _to_desk,
    "convert": _convert,
    "assign": _assign,
    "take": _handle,
    "decline": _freed,
    "grab": _handle,
    "send_vendor": _handle,
    "transfer": _transfer,
    "hand_over": _hand_over,
    "operator_answered": _operator_answered,
    "pause": lambda move: {"paused_until": move.given.until_on},
    "resume": lambda _: {"paused_until": None},
    "handled": _handled,
    "verify": _verify,
    "send_back": _send_back,
    "register": _register,
    "feed_back": _close,
    "confirm": _close,
    "auto_close": _close,
    "merge": _merge,
    "reopen": _reopen,
}
"""What a step changes besides the state. Where the holder is not named here, whoever held the order keeps it."""

"""Who sees what of an order (design section 8; REP-01).

A reporter sees their own whole. On common parts the people who work there and the officials above see it whole, and
neighbours see progress without any person. What happens inside a home is seen by its reporter, its handler, the desk,
and the level it was escalated to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from miniprogram_api.kernel.access import DESK_STAFF, FIELD_STAFF, NEIGHBOURS, OFFICIALS, Principal, Role, Territory
from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.kernel.workflow import Transition
from miniprogram_api.work_orders.rules import Level, Order, OrderState, Step

_CLIMBED_TO: dict[Level, frozenset[Role]] = {
    Level.ESTATE: frozenset(),
    Level.COMMUNITY: frozenset({Role.COMMUNITY}),
    Level.STREET: frozenset({Role.COMMUNITY, Role.STREET}),
}
_AT_WORK = DESK_STAFF | FIELD_STAFF | OFFICIALS | {Role.COMMITTEE}


class Sight(StrEnum):
    """How much of an order a person sees."""

    NOTHING = "nothing"
    PROGRESS = "progress"  # place, category, state, times: no person, text or photo
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as one person sees it: how much, the contact they may read, and the steps they may take."""

    order: Order
    steps: tuple[Step, ...]
    sight: Sight
    phone: str | None = None
    caller: str | None = None
    next_steps: tuple[Transition[OrderState], ...] = ()
    is_reporter: bool = False
    acts: tuple[str, ...] = ()


def sight_of(order: Order, principal: Principal, territory: Territory) -> Sight:
    """Return how much of the order the person sees."""
    roles = principal.roles_in(territory)
    if principal.account_id in {order.reporter_id, order.opened_by, order.handler_id, _holder_of(order)}:
        return Sight.WHOLE
    if order.place.kind is PlaceKind.HOME:
        may = not roles.isdisjoint({Role.MANAGER, Role.DISPATCHER} | _CLIMBED_TO[order.level] | _called(order))
        return Sight.WHOLE if may else Sight.NOTHING
    if not roles.isdisjoint(_AT_WORK):
        return Sight.WHOLE
    return Sight.NOTHING if roles.isdisjoint(NEIGHBOURS) else Sight.PROGRESS


def sees_contact(order: Order, principal: Principal) -> bool:
    """Say whether the person reads the whole phone number: the reporter, and whoever holds or handles the order now."""
    if principal.account_id == order.reporter_id:
        return True
    return order.is_open and principal.account_id in {order.handler_id, _holder_of(order)}


def sees_masked_contact(principal: Principal, territory: Territory) -> bool:
    """Say whether the person may see that there is a number at all: the desk, which finds somebody to handle it."""
    return not principal.roles_in(territory).isdisjoint(DESK_STAFF)


def _holder_of(order: Order) -> str | None:
    return None if order.holder is None else order.holder.account_id


def _called(order: Order) -> frozenset[Role]:
    """The community sees an order it has to call somebody back about."""
    waiting = order.call_back is not None and order.call_back.done_at is None
    return frozenset({Role.COMMUNITY}) if waiting else frozenset()

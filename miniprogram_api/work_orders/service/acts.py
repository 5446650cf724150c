"""How one act on one order is written: the next step's number is the lock between two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.refusals import KeyReused, OrderMoved
from miniprogram_api.work_orders.rules import Order, Step
from miniprogram_api.work_orders.store import ORDER, STEP, Orders

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.work_orders.moves import Request

_TRIES = 4


class _Touched(Conflict):
    """The order changed without a step (a neighbour follows it, the sweep planned its next look)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An order as it stands, with its whole timeline."""

    order: Order
    steps: tuple[Step, ...]


Decide = Callable[[Order], tuple[Order, Step | None]]
Extra = Callable[[Transaction, Order, Order], None]


def _nothing_more(_: Transaction, __: Order, ___: Order) -> None:
    return


class OrderActs:
    """Reads an order with its timeline, lets a rule decide, and writes order and step together."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders

    def run(
        self,
        found: Outcome,
        decide: Decide,
        *,
        by: str,
        verb: str,
        at: datetime,
        request: Request | None = None,
        extra: Extra = _nothing_more,
    ) -> Outcome:
        """Take one act on an order that was just read.

        Raises:
            Problem: whatever ``decide`` refuses, or the parts that ``extra`` adds.
            OrderMoved: somebody else took a step at the same moment.
        """
        start = found.order.steps
        for _ in range(_TRIES):
            before = found.order
            after, step = decide(before)
            act = Transaction(by, verb, at)
            if step is not None:
                act.add(STEP, step, otherwise=OrderMoved)
            act.change(ORDER, before, after, otherwise=_Touched)
            extra(act, before, after)
            try:
                self.orders.commit(act)
            except (_Touched, OrderMoved) as moved:
                found = Outcome(*_both(self.orders.get_with_steps(before.estate_id, before.id)))
                if request is not None and repeated(found, request):
                    return found
                if isinstance(moved, OrderMoved) or found.order.steps != start:
                    raise OrderMoved from None
                continue
            return Outcome(after, found.steps if step is None else (*found.steps, step))
        raise OrderMoved


def repeated(found: Outcome, request: Request) -> bool:
    """Say whether this very request already took its step.

    Raises:
        KeyReused: its key did, with different content.
    """
    own = next((step for step in found.steps if request.act_id and step.act_id == request.act_id), None)
    if own is not None and own.digest != request.digest:
        raise KeyReused
    return own is not None


def _both(found: tuple[Order, list[Step]]) -> tuple[Order, tuple[Step, ...]]:
    return found[0], tuple(found[1])

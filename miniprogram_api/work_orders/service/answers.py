"""What people say about an order besides the steps of its loop: urging, following, rating, calling back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import NotAllowed
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.work_orders.effects import Actor
from miniprogram_api.work_orders.events import OFFICIALS_CALLED, called_back, instruct, rate, reply_to_rating, urge
from miniprogram_api.work_orders.moves import Request
from miniprogram_api.work_orders.refusals import FollowersFull, OrderUnknown
from miniprogram_api.work_orders.service.acts import OrderActs, Outcome, repeated
from miniprogram_api.work_orders.store import VENDOR, Orders

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.storage.transaction import Transaction
    from miniprogram_api.work_orders.rules import Order, Rating, Step
    from miniprogram_api.work_orders.service.acts import Decide

FOLLOWERS_KEPT = 200
"""Every household of an estate like 道路队小区 can follow one order; beyond it the bulletin serves."""


class WorkOrderAnswers:
    """Urge, follow, instruct, rate, reply, call back (REP-02, REP-03, REP-04, REP-09)."""

    def __init__(self, orders: Orders, sealer: Sealer) -> None:
        self._orders = orders
        self._acts = OrderActs(orders)
        self._sealer = sealer

    def urge(self, principal: Principal, territory: Territory, found: Outcome, now: datetime) -> Outcome:
        """Ask again, at most once an hour.

        Raises:
            WrongPerson, NothingToAnswer, UrgedRecently: see the rule.
        """
        actor = _actor(principal, territory)
        return self._run(found, actor, "urge_work_order", now, lambda order: urge(order, actor, now))

    def follow(self, principal: Principal, found: Outcome, now: datetime) -> Outcome:
        """Be told how a matter on common parts goes on, in place of reporting it again; following twice is once.

        Raises:
            FollowersFull: too many follow it already.
            OrderUnknown: the order has ended.
        """
        me = principal.account_id

        def decide(order: Order) -> tuple[Order, Step | None]:
            if not order.is_open:
                raise OrderUnknown("该事项已办结，如仍有问题请提交新的工单。")
            if len(order.followers) >= FOLLOWERS_KEPT:
                raise FollowersFull
            return replace(order, followers=(*order.followers, me)), None

        if me in found.order.followers or me == found.order.reporter_id:
            return found
        return self._acts.run(found, decide, by=me, verb="follow_work_order", at=now)

    def instruct(
        self, principal: Principal, territory: Territory, found: Outcome, note: str, key: str, now: datetime
    ) -> Outcome:
        """The community or street gives an escalated order back to the estate with its instruction 督办.

        Raises:
            NotAllowed: only officials whom the order climbed to.
            NothingToAnswer: it did not climb, or was given back already.
        """
        actor = _official(principal, territory)
        act_id = derived_id("act", actor.account_id, found.order.id, key)
        request = Request(act_id, self._sealer.index(note, "instruct"))
        if repeated(found, request):
            return found
        return self._acts.run(
            found, lambda order: instruct(order, note, actor, now, request), by=actor.account_id,
            verb="instruct_work_order", at=now, request=request,
        )  # fmt: skip

    def rate(
        self, principal: Principal, territory: Territory, found: Outcome, rating: Rating, now: datetime
    ) -> Outcome:
        """Keep the reporter's rating, once; a third party's average moves in the same act (REP-06, REP-09).

        Raises:
            WrongPerson, NotRatable, AlreadyRated: see the rule.
        """
        actor = _actor(principal, territory)
        vendor_id = found.order.vendor_id
        vendor = None if vendor_id is None else self._orders.find_vendor(found.order.estate_id, vendor_id)

        def average(act: Transaction, _: Order, __: Order) -> None:
            if vendor is not None:
                marks = vendor.marks + rating.speed + rating.quality + rating.attitude
                act.change(VENDOR, vendor, replace(vendor, rated=vendor.rated + 1, marks=marks))

        return self._acts.run(
            found, lambda order: rate(order, rating, actor, now), by=actor.account_id, verb="rate_work_order", at=now,
            extra=average,
        )  # fmt: skip

    def reply_to_rating(
        self, principal: Principal, territory: Territory, found: Outcome, text: str, now: datetime
    ) -> Outcome:
        """Answer a rating, once.

        Raises:
            NothingToAnswer: no rating waits for an answer.
        """
        actor = _actor(principal, territory)
        return self._run(
            found, actor, "reply_to_rating", now, lambda order: reply_to_rating(order, text, actor, now)
        )  # fmt: skip

    def call_back(
        self, principal: Principal, territory: Territory, found: Outcome, note: str, now: datetime
    ) -> Outcome:
        """The community records what a dissatisfied reporter said; the reporter may reopen the order.

        Raises:
            NotAllowed: nobody of the company calls back about its own work.
            NothingToAnswer: no call-back waits.
        """
        actor = _official(principal, territory)
        return self._run(found, actor, "call_back", now, lambda order: called_back(order, note, actor, now))

    def _run(self, found: Outcome, actor: Actor, verb: str, now: datetime, decide: Decide) -> Outcome:
        return self._acts.run(found, decide, by=actor.account_id, verb=verb, at=now)


def _actor(principal: Principal, territory: Territory) -> Actor:
    return Actor(principal.account_id, principal.display_name, principal.roles_in(territory))


def _official(principal: Principal, territory: Territory) -> Actor:
    actor = _actor(principal, territory)
    if actor.roles.isdisjoint(OFFICIALS_CALLED):
        raise NotAllowed
    return actor

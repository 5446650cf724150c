"""Take the steps of the loop: each with what it needs to know of others, read before the rule decides."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import DESK_STAFF, FIELD_STAFF, Principal, demand
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.place import PlaceKind
from miniprogram_api.work_orders.category import CATALOGUE, Category
from miniprogram_api.work_orders.effects import SYSTEM, Actor, Given
from miniprogram_api.work_orders.loop import LOOPS, StepName
from miniprogram_api.work_orders.moves import Request, check_step, record, take_step
from miniprogram_api.work_orders.payer import propose_payer
from miniprogram_api.work_orders.refusals import CategoryUnknown, MergeRefused, OrderMoved, StaffUnknown, VendorUnknown
from miniprogram_api.work_orders.rota import Candidate, Hand, whose_turn
from miniprogram_api.work_orders.rules import Order, OrderKind, OrderState, Payer, Step, desk_of
from miniprogram_api.work_orders.service.acts import OrderActs, Outcome, repeated
from miniprogram_api.work_orders.store import JOB_LINK, ORDER, STEP, Orders
from miniprogram_api.work_orders.vendor import JOB_LINK_LASTS, JobLink, hash_of

if TYPE_CHECKING:
    from miniprogram_api.kernel.access import Role, Territory
    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.storage.transaction import Transaction
    from miniprogram_api.work_orders.service.acts import Extra
    from miniprogram_api.work_orders.service.ports import FacilityRegister, PhotoAlbum, StaffRegister
    from miniprogram_api.work_orders.service.settings import WorkOrderCategories

_WORKERS = FIELD_STAFF | DESK_STAFF


@dataclass(frozen=True, slots=True)
class Stepped:
    """The outcome of a step; ``job_token`` is shown this once, for the worker of a third party."""

    outcome: Outcome
    job_token: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request for a step, as its parts pass it on."""

    principal: Principal
    estate_id: str
    order: Order
    name: str
    given: Given
    request: Request
    actor: Actor
    category: Category
    now: datetime


class WorkOrderSteps:
    """The closed loop 受理 处置 核查 登记 反馈 with its side paths (REP-02, REP-06, REP-07)."""

    def __init__(
        self,
        orders: Orders,
        categories: WorkOrderCategories,
        photos: PhotoAlbum,
        staff: StaffRegister,
        facilities: FacilityRegister,
        sealer: Sealer,
    ) -> None:
        self._orders = orders
        self._acts = OrderActs(orders)
        self._categories = categories
        self._photos = photos
        self._staff = staff
        self._facilities = facilities
        self._sealer = sealer

    def take(
        self,
        principal: Principal,
        territory: Territory,
        found: Outcome,
        wanted: StepName,
        given: Given,
        *,
        seen_steps: int | None,
        key: str,
        now: datetime,
    ) -> Stepped:
        """Take a step on an order that this person was allowed to see whole; the same key never takes it twice.

        ``seen_steps`` is how many steps the person had before them: if one more was taken since, theirs is refused.

        Raises:
            NotAllowed: no role of this person allows the step.
            OrderMoved: somebody was faster.
            IllegalTransition, InputMissing, SamePersonRefused, WrongPerson, ReopenTooLate: the loop refuses.
            StaffUnknown, VendorUnknown, MergeRefused, CategoryUnknown: what was chosen does not fit.
            KeyReused: the key came before with different content.
        """
        content = json.dumps([wanted, asdict(given)], default=str, sort_keys=True)
        token = self._sealer.index(f"{found.order.id}:{principal.account_id}:{key}", "job_link")
        shown = token if wanted is StepName.SEND_VENDOR else None
        request = Request(
            derived_id("act", principal.account_id, found.order.id, key), self._sealer.index(content, "work_order_step")
        )
        if repeated(found, request):
            return Stepped(found, shown)
        name = "assign" if wanted is StepName.ROTATE else wanted.value
        self._demand(principal, territory, found.order, name)
        if seen_steps is not None and seen_steps != found.order.steps:
            raise OrderMoved
        estate_id = found.order.estate_id
        category = self._categories.category_of(estate_id, found.order.category)
        actor = Actor(principal.account_id, principal.display_name, principal.roles_in(territory))
        asked = _Asked(principal, estate_id, found.order, name, given, request, actor, category, now)
        asked = replace(asked, given=self._filled(asked, wanted))

        def decide(order: Order) -> tuple[Order, Step]:
            return take_step(order, name, asked.given, actor, now, category, request)

        check_step(found.order, name, asked.given, actor)
        extra = self._extra(asked, token)
        outcome = self._acts.run(
            found, decide, by=actor.account_id, verb=f"work_order_{name}", at=now, request=request, extra=extra
        )
        return Stepped(outcome, shown)

    def _demand(self, principal: Principal, territory: Territory, order: Order, name: str) -> None:
        for transition in LOOPS[order.kind].transitions:
            if transition.name == name and transition.permission is not None:
                demand(principal, transition.permission, territory)

    def _filled(self, asked: _Asked, wanted: StepName) -> Given:
        """Return what was given, completed with what only the registers know."""
        given = asked.given
        match wanted:
            case StepName.ACCEPT if given.scope is not None:
                return replace(given, proposed_payer=self._proposal(asked))
            case StepName.ROTATE:
                next_one = self._next_by_rota(asked)
                return replace(given, to_account_id=next_one.account_id, to_name=next_one.name)
            case StepName.ASSIGN | StepName.TRANSFER if given.to_account_id is not None:
                return replace(given, to_name=self._name_of(asked, given.to_account_id))
            case StepName.CONVERT:
                return replace(given, into=repair_of(asked.order))
            case StepName.SEND_VENDOR if given.vendor_id is not None:
                vendor = self._orders.find_vendor(asked.estate_id, given.vendor_id)
                if vendor is None or not vendor.in_use:
                    raise VendorUnknown
                return replace(given, note=given.note or vendor.name)
            case _:
                return given

    def _proposal(self, asked: _Asked) -> Payer | None:
        place = asked.order.place
        scope = asked.given.scope
        if scope is None:
            return None
        warranty = None
        if place.facility_id is not None:
            warranty = self._facilities.get_facility(asked.estate_id, place.facility_id).warranty_until
        return propose_payer(scope, place.kind, warranty_until=warranty, today=date_of(asked.now))

    def _colleagues(self, estate_id: str, roles: frozenset[Role], now: datetime) -> dict[str, str]:
        """Return who holds one of the roles at the estate now: account id -> name."""
        posted = self._staff.people_at(estate_id=estate_id, roles=roles, now=now)
        return {held.account_id: held.display_name for held in posted}

    def hands(self, estate_id: str, now: datetime) -> list[Hand]:
        """Return who can be given an order at the estate, the freest first: one count for each of the few."""
        roles: dict[str, set[Role]] = {}
        names: dict[str, str] = {}
        for held in self._staff.people_at(estate_id=estate_id, roles=_WORKERS, now=now):
            roles.setdefault(held.account_id, set()).add(held.grant.role)
            names[held.account_id] = held.display_name
        found = [Hand(one, names[one], tuple(sorted(roles[one])), self._orders.count_held_by(one)) for one in names]
        return sorted(found, key=lambda one: (one.open_orders, one.name, one.account_id))

    def _name_of(self, asked: _Asked, account_id: str) -> str:
        colleagues = self._colleagues(asked.estate_id, _WORKERS, asked.now)
        if account_id not in colleagues:
            raise StaffUnknown
        return colleagues[account_id]

    def _next_by_rota(self, asked: _Asked) -> Candidate:
        """Two queries for each of the few who hold the role."""
        people = self._colleagues(asked.estate_id, frozenset({asked.category.handler_role}), asked.now)
        return whose_turn(
            [
                Candidate(one, name, self._orders.count_held_by(one), self._orders.last_given_to(one))
                for one, name in people.items()
            ]
        )

    def _extra(self, asked: _Asked, token: str) -> Extra:
        """Return what the same transaction writes besides the order and its step."""
        target = self._merge_target(asked) if asked.name == "merge" else None
        if asked.name == "convert" and asked.given.category not in CATALOGUE:
            raise CategoryUnknown

        def parts(act: Transaction, before: Order, after: Order) -> None:
            if asked.given.photo_ids:
                self._photos.attach(act, asked.estate_id, asked.given.photo_ids, before.id, "work_order")
            if asked.name == "send_vendor":
                self._add_link(act, asked, after, token)
            if asked.name == "convert":
                self._add_repair(act, asked, before)
            if target is not None:
                self._join(act, asked, before, target)

        return parts

    def _add_link(self, act: Transaction, asked: _Asked, order: Order, token: str) -> None:
        link = JobLink(
            hash_of(token), order.estate_id, order.id, order.loop, asked.given.vendor_id or "",
            asked.given.note, asked.now + JOB_LINK_LASTS,
        )  # fmt: skip
        act.add(JOB_LINK, link)

    def _add_repair(self, act: Transaction, asked: _Asked, feedback: Order) -> None:
        """Open the repair that a feedback turned out to be; both know of each other (REP-05)."""
        repair = replace(
            feedback,
            id=repair_of(feedback),
            kind=OrderKind.REPAIR,
            feedback_kind=None,
            category=asked.given.category or "other",
            state=OrderState.SUBMITTED,
            state_since=asked.now,
            opened_at=asked.now,
            loop_started_at=asked.now,
            next_look_at=asked.now,
            holder=desk_of(feedback.estate_id),
            steps=1,
            loop=1,
            progress=0,
            progress_phase="accept",
            stopped_seconds=0,
            overdue=False,
            first_answered_at=None,
            made_from=feedback.id,
            last_step="open",
            last_label="由反馈转入",
            version=0,
        )
        act.add(ORDER, repair)
        act.add(STEP, Step(
            repair.estate_id, repair.id, 1, 1, "open", "由反馈转入", repair.state, asked.actor.account_id,
            asked.actor.name, asked.now, asked.now, asked.given.note,
        ))  # fmt: skip

    def _merge_target(self, asked: _Asked) -> Order:
        target = self._orders.find(asked.estate_id, asked.given.into or "")
        order = asked.order
        fits = (
            target is not None
            and target.is_open
            and target.id != order.id
            and target.kind is order.kind
            and PlaceKind.HOME not in {target.place.kind, order.place.kind}
        )
        if target is None or not fits:
            raise MergeRefused
        return target

    def _join(self, act: Transaction, asked: _Asked, order: Order, target: Order) -> None:
        """Let everybody who reported or followed the merged order follow the one that goes on (REP-03)."""
        reporter = [] if order.reporter_id is None else [order.reporter_id]
        people = dict.fromkeys([*target.followers, *reporter, *order.followers])
        people.pop(target.reporter_id or SYSTEM, None)
        joined = replace(target, followers=tuple(people))
        after, step = record(joined, "merge_in", "并入重复工单", asked.actor, asked.now, note=order.number)
        act.add(STEP, step, otherwise=OrderMoved)
        act.change(ORDER, target, after, otherwise=OrderMoved)


def repair_of(feedback: Order) -> str:
    """Return the id of the repair that a feedback is turned into; there is at most one in each of its loops."""
    return derived_id("wo", feedback.id, "converted", str(feedback.loop))

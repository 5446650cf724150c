"""What people see."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from miniprogram_api.work_orders.rules import (
    STATE_LABELS,
    FeedbackKind,
    Level,
    Order,
    OrderKind,
    OrderState,
    Payer,
    Rating,
    ServiceScope,
    Source,
    Step,
    Urgency,
)
from miniprogram_api.work_orders.visibility import Sight

if TYPE_CHECKING:
    from miniprogram_api.work_orders.bulletin import BulletinLine
    from miniprogram_api.work_orders.visibility import Seen


class PlaceShown(msgspec.Struct, frozen=True):
    """Where it is."""

    kind: PlaceKind
    label: str
    building_id: str | None = None
    entrance: str | None = None
    room_id: str | None = None
    facility_id: str | None = None

    @classmethod
    def of(cls, place: PlaceInEstate) -> PlaceShown:
        """Return the place as it is shown."""
        return cls(place.kind, place.label, place.building_id, place.entrance, place.room_id, place.facility_id)


class StepShown(msgspec.Struct, frozen=True):
    """One line of the timeline; neighbours see it without person, note and photos."""

    number: int
    loop: int
    name: str
    label: str
    state: OrderState
    at: datetime
    by: str | None = None
    note: str | None = None
    photo_ids: list[str] = []

    @classmethod
    def of(cls, step: Step, sight: Sight) -> StepShown:
        """Return the step as this sight allows."""
        if sight is not Sight.WHOLE:
            return cls(step.number, step.loop, step.name, step.label, step.state, step.at)
        return cls(
            step.number, step.loop, step.name, step.label, step.state, step.at, step.by_name, step.note or None,
            list(step.photo_ids),
        )  # fmt: skip


class RatingShown(msgspec.Struct, frozen=True):
    """A rating with its answer."""

    speed: int
    quality: int
    attitude: int
    text: str
    at: datetime
    reply: str | None = None
    replied_at: datetime | None = None

    @classmethod
    def of(cls, rating: Rating) -> RatingShown:
        """Return the rating as it is shown."""
        return cls(
            rating.speed, rating.quality, rating.attitude, rating.text, rating.at, rating.reply, rating.replied_at
        )


class WorkOrderLine(msgspec.Struct, frozen=True):
    """One order in a list."""

    id: str
    number: str
    estate_id: str
    kind: OrderKind
    category: str
    place: PlaceShown
    text: str
    state: OrderState
    state_label: str
    urgency: Urgency
    source: Source
    opened_at: datetime
    loop: int
    level: Level
    overdue: bool
    urges: int
    holder: str | None = None
    next_look_at: datetime | None = None

    @classmethod
    def of(cls, order: Order) -> WorkOrderLine:
        """Return the order as a line."""
        return cls(
            order.id, order.number, order.estate_id, order.kind, order.category, PlaceShown.of(order.place), order.text,
            order.state, STATE_LABELS[order.state], order.urgency, order.source, order.opened_at, order.loop,
            order.level, order.overdue, order.urges, None if order.holder is None else order.holder.name,
            order.next_look_at,
        )  # fmt: skip


class FiveTimes(msgspec.Struct, frozen=True):
    """When each step of 受理 处置 核查 登记 反馈 was done in the present loop."""

    accepted_at: datetime | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    registered_at: datetime | None = None
    closed_at: datetime | None = None


class NextStep(msgspec.Struct, frozen=True):
    """A step this person may take now, and what has to be given with it (REP-02)."""

    name: str
    label: str
    needs: list[str]


class WorkOrderShown(msgspec.Struct, frozen=True):
    """One order as this person sees it, with who holds it now and its whole timeline.

    ``whole`` is false for neighbours: no text, person, note or photo. ``steps_taken`` goes back as ``seen_steps``.
    ``job_token`` is shown once, to whoever sends a third party. ``next_steps`` are those this person may take;
    ``acts`` what they may say besides: ``instruct``, ``call_back``, ``reply_to_rating``.
    """

    id: str
    number: str
    estate_id: str
    kind: OrderKind
    category: str
    state: OrderState
    state_label: str
    opened_at: datetime
    loop: int
    level: Level
    overdue: bool
    urges: int
    followers: int
    whole: bool
    steps_taken: int
    times: FiveTimes
    timeline: list[StepShown]
    place: PlaceShown | None = None
    holder: str | None = None
    text: str | None = None
    feedback_kind: FeedbackKind | None = None
    urgency: Urgency | None = None
    source: Source | None = None
    photo_ids: list[str] = []
    wished_at: datetime | None = None
    phone: str | None = None
    caller: str | None = None
    handler: str | None = None
    scope: ServiceScope | None = None
    scope_reason: str | None = None
    proposed_payer: Payer | None = None
    payer: Payer | None = None
    payer_reason: str | None = None
    operator: str | None = None
    operator_contact: str | None = None
    operator_answer: str | None = None
    remind_on: date | None = None
    vendor_id: str | None = None
    merged_into: str | None = None
    converted_to: str | None = None
    made_from: str | None = None
    rating: RatingShown | None = None
    call_back_waits: bool = False
    job_token: str | None = None
    is_reporter: bool = False
    next_steps: list[NextStep] = []
    acts: list[str] = []

    @classmethod
    def of(cls, seen: Seen, job_token: str | None = None) -> WorkOrderShown:
        """Return the order as its reader's sight allows."""
        order, sight = seen.order, seen.sight
        whole = sight is Sight.WHOLE
        times = FiveTimes(order.accepted_at, order.handled_at, order.verified_at, order.registered_at, order.closed_at)
        progress = cls(
            id=order.id, number=order.number, estate_id=order.estate_id, kind=order.kind, category=order.category,
            state=order.state, state_label=STATE_LABELS[order.state], opened_at=order.opened_at, loop=order.loop,
            level=order.level, overdue=order.overdue, urges=order.urges, followers=len(order.followers), whole=whole,
            steps_taken=order.steps, times=times, timeline=[StepShown.of(step, sight) for step in seen.steps],
            place=PlaceShown.of(order.place),
        )  # fmt: skip
        return msgspec.structs.replace(progress, **_details(seen, job_token)) if whole else progress


def _details(seen: Seen, job_token: str | None) -> dict[str, object]:
    order = seen.order
    operator, call_back = order.operator, order.call_back
    return {
        "holder": None if order.holder is None else order.holder.name,
        "text": order.text,
        "feedback_kind": order.feedback_kind,
        "urgency": order.urgency,
        "source": order.source,
        "photo_ids": list(order.photo_ids),
        "wished_at": order.wished_at,
        "phone": seen.phone,
        "caller": seen.caller,
        "handler": order.handler_name,
        "scope": order.scope,
        "scope_reason": order.scope_reason,
        "proposed_payer": order.proposed_payer,
        "payer": order.payer,
        "payer_reason": order.payer_reason,
        "operator": None if operator is None else operator.unit,
        "operator_contact": None if operator is None else operator.contact,
        "operator_answer": None if operator is None else operator.answer or None,
        "remind_on": order.paused_until if operator is None else operator.remind_on,
        "vendor_id": order.vendor_id,
        "merged_into": order.merged_into,
        "converted_to": order.converted_to,
        "made_from": order.made_from,
        "rating": None if order.rating is None else RatingShown.of(order.rating),
        "call_back_waits": call_back is not None and call_back.done_at is None,
        "job_token": job_token,
        "is_reporter": seen.is_reporter,
        "next_steps": [NextStep(step.name, step.label, sorted(step.requires)) for step in seen.next_steps],
        "acts": list(seen.acts),
    }


class BulletinShown(msgspec.Struct, frozen=True):
    """What neighbours see of a matter on common parts; no person, text or photo."""

    order_id: str
    number: str
    category: str
    state: OrderState
    state_label: str
    opened_at: datetime
    level: Level
    overdue: bool
    loop: int
    followers: int
    building_id: str | None = None
    entrance: str | None = None
    facility_id: str | None = None
    closed_at: datetime | None = None

    @classmethod
    def of(cls, line: BulletinLine) -> BulletinShown:
        """Return the line as it is shown."""
        return cls(
            line.order_id, line.number, line.category, line.state, STATE_LABELS[line.state], line.opened_at, line.level,
            line.overdue, line.loop, line.followers, line.building_id, line.entrance, line.facility_id, line.closed_at,
        )  # fmt: skip

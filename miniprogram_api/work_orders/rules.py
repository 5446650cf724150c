"""Work orders 工单: what they are made of, their states, and how the room says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.place import PlaceInEstate


class OrderKind(StrEnum):
    """A repair runs the five-step loop (REP-02); feedback is a light form that must be answered (REP-05)."""

    REPAIR = "repair"
    FEEDBACK = "feedback"


class FeedbackKind(StrEnum):
    """What somebody wants to say without asking for a repair (REP-05)."""

    SUGGESTION = "suggestion"  # 建议
    QUESTION = "question"  # 咨询
    HIDDEN_DANGER = "hidden_danger"  # 隐患


class Source(StrEnum):
    """Through which door a request came in; all of them lead to one intake (REP-03)."""

    MINI_PROGRAM = "mini_program"
    CARD = "card"
    PHONE = "phone"
    COUNTER = "counter"
    GRID_WORKER = "grid_worker"
    RECEPTION_DAY = "reception_day"
    PATROL = "patrol"
    DEVICE = "device"
    ONE_CALL = "one_call"


class Urgency(StrEnum):
    """How soon the reporter thinks it must be done."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class OrderState(StrEnum):
    """Where in its loop an order stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_HANDLING = "in_handling"
    PAUSED = "paused"
    WITH_OPERATOR = "with_operator"
    HANDLED = "handled"
    VERIFIED = "verified"
    REGISTERED = "registered"
    ANSWERED = "answered"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    CONVERTED = "converted"


STATE_LABELS: dict[OrderState, str] = {
    OrderState.SUBMITTED: "待受理",
    OrderState.RETURNED: "待补充信息",
    OrderState.ACCEPTED: "已受理",
    OrderState.ASSIGNED: "已派单",
    OrderState.IN_HANDLING: "处置中",
    OrderState.PAUSED: "已暂停",
    OrderState.WITH_OPERATOR: "已转专营单位",
    OrderState.HANDLED: "待核查",
    OrderState.VERIFIED: "已核查",
    OrderState.REGISTERED: "已登记",
    OrderState.ANSWERED: "已答复",
    OrderState.CLOSED: "已办结",
    OrderState.REJECTED: "不予受理",
    OrderState.WITHDRAWN: "已撤回",
    OrderState.MERGED: "已合并",
    OrderState.CONVERTED: "已转报修",
}
"""What people read instead of the state's name."""

ENDED = frozenset(
    {OrderState.CLOSED, OrderState.REJECTED, OrderState.WITHDRAWN, OrderState.MERGED, OrderState.CONVERTED}
)
"""Nobody has to do anything about an order in these states, so it is in nobody's hands."""


class Level(StrEnum):
    """How high an unanswered matter has climbed (REP-04)."""

    ESTATE = "estate"
    COMMUNITY = "community"
    STREET = "street"


class ServiceScope(StrEnum):
    """Whose duty the matter is (REP-08, IDR-17); company duties end at the contract."""

    IN_CONTRACT = "in_contract"
    GOVERNMENT_TASK = "government_task"
    PUBLIC_SERVICE = "public_service"
    PROFESSIONAL_OPERATOR = "professional_operator"
    OWNERS_OWN = "owners_own"


class Payer(StrEnum):
    """Who pays for the repair (REP-10)."""

    COMPANY = "company"  # 物业费
    WARRANTY = "warranty"  # 建设单位保修
    THIRD_PARTY = "third_party"  # 责任人
    MAINTENANCE_FUND = "maintenance_fund"  # 维修资金
    PUBLIC_REVENUE = "public_revenue"  # 公共收益
    OWNER = "owner"  # 业主自付


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is responsible now: one person, or everybody with a role at an estate or unit."""

    name: str
    account_id: str | None = None
    estate_id: str | None = None
    unit_id: str | None = None
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class OperatorJob:
    """A matter handed to a line operator for water, power, gas or network (REP-07)."""

    unit: str
    contact: str
    remind_on: date
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """What the reporter says of the result: three marks from 1 to 5 and a text, once (REP-09)."""

    speed: int
    quality: int
    attitude: int
    text: str
    by: str
    at: datetime
    reply: str | None = None
    replied_at: datetime | None = None

    @property
    def is_low(self) -> bool:
        """Whether any mark is 2 or less; our reading of "low", the texts give none."""
        return min(self.speed, self.quality, self.attitude) <= 2


@dataclass(frozen=True, slots=True)
class CallBack:
    """The community asks a dissatisfied reporter what is wrong (REP-09)."""

    since: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One work order.

    ``contact`` and ``caller_name`` are sealed. ``reporter_id`` is None for a caller without an account. ``steps``
    counts the steps taken: it is the lock between two people. ``hands`` are all who handled it in this loop.
    ``next_look_at`` is the next instant at which something may be due; at intake nobody has read the estate's settings
    yet, so the first look comes with the next sweep. ``progress`` counts the due events already handled in
    ``progress_phase``, ``reminders`` those sent while it waits outside. Seconds in ``stopped_seconds`` do not count
    against the service level. ``overdue`` says that a limit was missed in this loop.
    """

    id: str
    estate_id: str
    units: tuple[str, ...]
    kind: OrderKind
    category: str
    place: PlaceInEstate
    text: str
    source: Source
    opened_by: str
    opened_at: datetime
    loop_started_at: datetime
    state_since: datetime
    digest: str
    holder: Holder | None
    next_look_at: datetime | None
    state: OrderState = OrderState.SUBMITTED
    loop: int = 1
    steps: int = 1
    company_id: str | None = None
    feedback_kind: FeedbackKind | None = None
    urgency: Urgency = Urgency.NORMAL
    photo_ids: tuple[str, ...] = ()
    wished_at: datetime | None = None
    reporter_id: str | None = None
    contact: str | None = None
    contact_masked: str | None = None
    caller_name: str | None = None
    caller_masked: str | None = None
    progress_phase: str = "accept"
    progress: int = 0
    reminders: int = 0
    stopped_seconds: int = 0
    overdue: bool = False
    level: Level = Level.ESTATE
    first_answered_at: datetime | None = None
    accepted_at: datetime | None = None
    handled_at: datetime | None = None
    verified_at: datetime | None = None
    registered_at: datetime | None = None
    closed_at: datetime | None = None
    handler_id: str | None = None
    handler_name: str | None = None
    hands: tuple[str, ...] = ()
    verified_by: str | None = None
    vendor_id: str | None = None
    scope: ServiceScope | None = None
    scope_reason: str | None = None
    proposed_payer: Payer | None = None
    payer: Payer | None = None
    payer_reason: str | None = None
    operator: OperatorJob | None = None
    paused_until: date | None = None
    merged_into: str | None = None
    converted_to: str | None = None
    made_from: str | None = None
    followers: tuple[str, ...] = ()
    urges: int = 0
    urged_at: datetime | None = None
    rating: Rating | None = None
    call_back: CallBack | None = None
    last_step: str = "open"
    last_label: str = "提交"
    last_by: str = ""
    last_note: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state not in ENDED

    @property
    def number(self) -> str:
        """Return the short number people read out on the phone: the last six characters of the id."""
        return number_of(self.id)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an order's timeline: who did what, when, with which note and photos. Never changed.

    ``act_id`` and ``digest`` say which request made it, so that a repeated request finds its own step.
    ``assigned_to`` names the person a job was given to. ``opened_at`` is when the order was opened.
    """

    estate_id: str
    order_id: str
    number: int
    loop: int
    name: str
    label: str
    state: OrderState
    by: str
    by_name: str
    at: datetime
    opened_at: datetime
    note: str = ""
    photo_ids: tuple[str, ...] = ()
    assigned_to: str | None = None
    act_id: str = ""
    digest: str = ""
    version: int = 0


def number_of(order_id: str) -> str:
    """Return the short number of an order; 30 bits, so a search by number may rarely find two."""
    return order_id[-6:].upper()


DESK = (Role.MANAGER, Role.DISPATCHER)
"""Who looks after orders that no single person holds yet."""


def desk_of(estate_id: str) -> Holder:
    """Return the desk of an estate as the responsible party: its manager and dispatchers."""
    return Holder("项目经理、调度", estate_id=estate_id, roles=DESK)


def holder_at(level: Level, estate_id: str, units: tuple[str, ...]) -> Holder | None:
    """Return who is responsible at a level, or None where the tree has no such unit."""
    if level is Level.ESTATE:
        return desk_of(estate_id)
    if level is Level.COMMUNITY:
        return Holder("社区", unit_id=units[-1], roles=(Role.COMMUNITY,)) if units else None
    return Holder("街道", unit_id=units[-2], roles=(Role.STREET,)) if len(units) > 1 else None

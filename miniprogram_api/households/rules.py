"""Household bindings: asked for, matched with the roster or decided by a person, ended in one act (IDR-03)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Grant, Permission, Role, Scope, ScopeKind
from miniprogram_api.kernel.clock import start_of
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.workflow import Transition, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

MAXIMUM_ROOMS = 20
"""Rooms one person is bound to or asks for at a time; all of them end in one act when the person leaves."""


class Relation(StrEnum):
    """What somebody is to a room; the role that comes with it bears the same name."""

    OWNER = "owner"
    CO_OWNER = "co_owner"
    FAMILY = "family"
    TENANT = "tenant"

    @property
    def role(self) -> Role:
        """Return the role: a tenant's carries no right of an owner."""
        return Role(self.value)

    @property
    def owns(self) -> bool:
        """Whether it is a relation of ownership."""
        return self in {Relation.OWNER, Relation.CO_OWNER}


RELATION_LABELS = {
    Relation.OWNER: "业主",
    Relation.CO_OWNER: "共有人",
    Relation.FAMILY: "家庭成员",
    Relation.TENANT: "使用人",
}


class OccupancyState(StrEnum):
    """How far a binding has come."""

    WAITING = "waiting"
    MORE_PROOF = "more_proof"
    LIVE = "live"
    REJECTED = "rejected"
    ENDED = "ended"


_S = OccupancyState
_DECIDE = Permission.BINDING_DECIDE

BINDING = Workflow(
    "binding",
    _S.WAITING,
    (
        Transition("ask", "申请绑定", frozenset({_S.WAITING, _S.REJECTED, _S.ENDED}), _S.WAITING),
        Transition("match", "名册匹配", frozenset({_S.WAITING, _S.MORE_PROOF, _S.REJECTED, _S.ENDED}), _S.LIVE),
        Transition("approve", "通过", frozenset({_S.WAITING, _S.MORE_PROOF}), _S.LIVE, _DECIDE),
        Transition(
            "reject", "不通过", frozenset({_S.WAITING, _S.MORE_PROOF}), _S.REJECTED, _DECIDE, frozenset({"reason"})
        ),
        Transition("ask_proof", "补充材料", frozenset({_S.WAITING}), _S.MORE_PROOF, _DECIDE, frozenset({"reason"})),
        Transition("give_proof", "已补充材料", frozenset({_S.MORE_PROOF}), _S.WAITING, requires=frozenset({"photos"})),
        Transition("end", "解除绑定", frozenset({_S.WAITING, _S.MORE_PROOF, _S.LIVE}), _S.ENDED),
    ),
)
"""The life of a binding; who may end one depends on the room, not on a permission alone (see Households.end)."""

OPEN_STATES = frozenset({_S.WAITING, _S.MORE_PROOF, _S.LIVE})


class BindingUnknown(NotFound):
    """There is no such binding, or it is nothing the person may know of."""

    code = "binding_unknown"
    message = "没有找到该住户绑定，请刷新后再试。"


class BindingDecided(Conflict):
    """Somebody else decided about the binding first."""

    code = "binding_decided"
    message = "该绑定申请已有变化，请刷新后查看结果。"


class AlreadyBound(Conflict):
    """The person is bound to the room already, in another relation."""

    code = "already_bound"
    message = "您已绑定该房屋，如需变更关系请先解除绑定。"


class PhoneNotProved(Conflict):
    """Binding needs a proved phone number: the roster is matched by it, and whoever decides may have to call."""

    code = "phone_not_proved"
    message = "请先验证手机号，再绑定房屋。"


class TooManyRooms(Conflict):
    """The person is bound to, or asks for, as many rooms as one account may."""

    code = "too_many_rooms"
    message = "绑定房屋已达 20 套上限，请先解除不再使用的房屋。"


class ShareUnclear(Invalid):
    """The share is no fraction between nothing and the whole."""

    code = "share_unclear"
    message = "产权份额有误，例如二分之一填写 1 和 2。"


class PeriodUnclear(Invalid):
    """The period ends before it begins, or is over."""

    code = "period_unclear"
    message = "起止日期有误，结束日期不能早于开始日期或今天。"


class OwnBinding(Forbidden):
    """Nobody decides about their own binding."""

    code = "own_binding"
    message = "不能审批本人的绑定申请，请由其他同事或社区办理。"


class ReasonMissing(Invalid):
    """Whoever ends another person's binding says why."""

    code = "reason_missing"
    message = "请填写解除绑定的原因。"


@dataclass(frozen=True, slots=True)
class Share:
    """A share in a room as an exact fraction (1/2), never a float."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 < self.numerator <= self.denominator:
            raise ShareUnclear


@dataclass(frozen=True, slots=True)
class Request:
    """What a person says about themselves and a room."""

    relation: Relation
    name: str
    share: Share | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    proof_photo_ids: tuple[str, ...] = ()

    def check(self, today: date) -> None:
        """Make sure that the period runs forward and is not over (``valid_until`` is its last day).

        Raises:
            PeriodUnclear: it does not.
        """
        last = self.valid_until
        if last is not None and (last < today or (self.valid_from is not None and last < self.valid_from)):
            raise PeriodUnclear


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The relation of one account to one room; asking twice finds the same one.

    ``name`` and ``phone`` are sealed. ``estate_name`` and ``room_label`` say where it is in words. ``decided_by`` is
    "roster" where the phone number was found in the room roster.
    """

    estate_id: str
    room_id: str
    account_id: str
    relation: Relation
    asked_at: datetime
    estate_name: str
    room_label: str
    state: OccupancyState = OccupancyState.WAITING
    share: Share | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    proof_photo_ids: tuple[str, ...] = ()
    name: str | None = None
    name_masked: str | None = None
    phone: str | None = None
    phone_masked: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def grant_id(self) -> str:
        """The id of the grant that comes with the binding."""
        return derived_id("grt", "room", self.estate_id, self.room_id, self.account_id)

    @property
    def is_open(self) -> bool:
        """Whether the binding is asked for or holds."""
        return self.state in OPEN_STATES

    def grant(self) -> Grant:
        """Return the role that comes with the binding, for its period and no longer."""
        return Grant(
            id=self.grant_id,
            role=self.relation.role,
            scope=Scope(ScopeKind.ESTATE, self.estate_id),
            label=f"{self.estate_name} {self.room_label}",
            room_id=self.room_id,
            valid_from=None if self.valid_from is None else start_of(self.valid_from),
            valid_until=None if self.valid_until is None else start_of(self.valid_until + timedelta(days=1)),
        )

    def step(self, name: str, actor: str, at: datetime, given: Mapping[str, object] | None = None) -> Occupancy:
        """Return the binding after one step.

        Raises:
            IllegalTransition: its state does not allow the step.
            InputMissing: a reason or a photo is missing.
        """
        given = given or {}
        step = BINDING.step(self.state, name, given=given, actor=actor, participants={})
        reason = given.get("reason")
        ended = at if step.target is OccupancyState.ENDED else None
        return replace(
            self,
            state=step.target,
            decided_by=actor,
            decided_at=at,
            reason=str(reason) if reason else None,
            ended_at=ended,
        )

    def without_person(self) -> Occupancy:
        """Return what stays when the person deletes their account: the fact that somebody was bound."""
        return replace(
            self, name=None, name_masked=None, phone=None, phone_masked=None, proof_photo_ids=(), reason=None
        )

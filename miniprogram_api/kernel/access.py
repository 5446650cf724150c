"""Who may do what, where: role x scope, as one table (IDR-02, IDR-08; requirements section 5).

A person holds *grants*: a role within a scope. A thing lies in a *territory*: its estate, the organisation tree above
it and the company under contract. A grant reaches a territory when its scope contains it. ``PERMISSIONS`` is the only
place that says which roles may do an act; whatever it does not name is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from miniprogram_api.kernel.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(StrEnum):
    """What a person is within a scope."""

    REGISTERED = "registered"  # 注册用户: anybody who signed in; reaches every estate with what a card allows
    OWNER = "owner"  # 业主
    CO_OWNER = "co_owner"  # 共有人
    FAMILY = "family"  # 家庭成员
    TENANT = "tenant"  # 使用人
    BUILDING_HEAD = "building_head"  # 楼道长、居民代表
    COMMITTEE = "committee"  # 业委会、物管会成员
    MANAGER = "manager"  # 项目经理 (and the deputy)
    DISPATCHER = "dispatcher"  # 调度
    REPAIRER = "repairer"  # 维修工
    PATROLLER = "patroller"  # 巡检员
    FINANCE = "finance"  # 财务、收费员
    GUARD = "guard"  # 秩序维护员
    COMPANY_ADMIN = "company_admin"  # 物业企业负责人
    COMMUNITY = "community"  # 社区
    STREET = "street"  # 街道、物管站
    BUREAU = "bureau"  # 区、市住建局
    OPERATOR = "operator"  # 平台运维: sets up the tree and its first officials, sees no resident's data


class Permission(StrEnum):
    """An act that a route guards."""

    ESTATE_READ = "estate.read"
    ESTATE_EDIT = "estate.edit"
    ESTATE_CREATE = "estate.create"
    ROSTER_READ = "estate.roster.read"
    ROSTER_IMPORT = "estate.roster.import"
    FACILITY_EDIT = "estate.facility.edit"
    FILING_READ = "filing.read"
    FILING_SUBMIT = "filing.submit"
    FILING_REVIEW = "filing.review"
    ORG_READ = "org.read"
    ORG_EDIT = "org.edit"
    OFFICIAL_EDIT = "org.official.edit"
    COMPANY_READ = "company.read"
    COMPANY_EDIT = "company.edit"
    COMPANY_CONFIRM = "company.confirm"
    STAFF_READ = "staff.read"
    STAFF_EDIT = "staff.edit"
    DUTY_EDIT = "duty.edit"
    COMMITTEE_EDIT = "committee.edit"
    BINDING_REQUEST = "binding.request"
    BINDING_READ = "binding.read"
    BINDING_DECIDE = "binding.decide"
    ACCOUNT_SUSPEND = "account.suspend"
    CARD_READ = "card.read"
    CARD_ISSUE = "card.issue"
    CARD_HAND_OUT = "card.hand_out"
    CARD_STATISTICS = "card.statistics"
    GAPS_READ = "gaps.read"
    ROUND_READ = "round.read"
    ROUND_PLAN = "round.plan"
    ROUND_CHECK_IN = "round.check_in"
    LINKAGE_READ = "linkage.read"
    LINKAGE_OPEN = "linkage.open"
    LINKAGE_FILL = "linkage.fill"
    WORK_ORDER_OPEN = "work_order.open"
    WORK_ORDER_OPEN_FOR = "work_order.open_for"
    WORK_ORDER_READ = "work_order.read"
    WORK_ORDER_BOARD = "work_order.board"
    WORK_ORDER_ANSWER = "work_order.answer"
    WORK_ORDER_ACCEPT = "work_order.accept"
    WORK_ORDER_DISPATCH = "work_order.dispatch"
    WORK_ORDER_HANDLE = "work_order.handle"
    WORK_ORDER_VERIFY = "work_order.verify"
    WORK_ORDER_REGISTER = "work_order.register"
    WORK_ORDER_SETTINGS = "work_order.settings"
    PHOTO_UPLOAD = "photo.upload"
    PHOTO_DECIDE = "photo.decide"
    VENDOR_EDIT = "vendor.edit"
    PATROL_READ = "patrol.read"
    PATROL_PLAN = "patrol.plan"
    PATROL_CHECK = "patrol.check"
    SEASON_TASK_ORDER = "season_task.order"
    SEASON_TASK_DO = "season_task.do"
    SEASON_TASK_READ = "season_task.read"
    MATTER_READ = "practical_matter.read"
    MATTER_EDIT = "practical_matter.edit"
    MESSAGES_UNDELIVERED = "message.undelivered"
    PRICE_LIMIT_READ = "price.limit.read"
    PRICE_LIMIT_EDIT = "price.limit.edit"
    PRICE_READ = "price.read"
    PRICE_OFFER = "price.offer"
    PRICE_COUNTER = "price.counter"
    PRICE_AGREE = "price.agree"
    PRICE_FILE = "price.file"
    PRICE_APPRAISE = "price.appraise"
    TARIFF_READ = "tariff.read"
    TARIFF_EDIT = "tariff.edit"
    TARIFF_APPROVE = "tariff.approve"
    METER_READ = "meter.read"
    METER_ENTER = "meter.enter"
    BILL_READ_OWN = "bill.read_own"
    BILL_PAY = "bill.pay"
    BILL_READ = "bill.read"
    BILL_ISSUE = "bill.issue"
    BILL_ADJUST = "bill.adjust"
    BILL_APPROVE = "bill.approve"
    COLLECTION_READ = "collection.read"
    CREDIT_READ = "credit.read"
    CREDIT_ENTER = "credit.enter"
    PAYMENT_READ = "payment.read"
    PAYMENT_RECORD = "payment.record"
    PAYMENT_RESOLVE = "payment.resolve"
    REFUND_REQUEST = "refund.request"
    REFUND_APPROVE = "refund.approve"
    MERCHANT_READ = "merchant.read"
    MERCHANT_EDIT = "merchant.edit"
    MERCHANT_CONFIRM = "merchant.confirm"
    RECEIPT_READ = "receipt.read"
    RECEIPT_VOID = "receipt.void"
    INVOICE_ASK = "invoice.ask"
    INVOICE_HANDLE = "invoice.handle"
    FUND_READ = "fund.read"
    FUND_READ_OPEN = "fund.read_open"
    FUND_ASK = "fund.ask"
    FUND_ANSWER = "fund.answer"
    FUND_ACCOUNT = "fund.account"
    FUND_BOOK = "fund.book"
    FUND_CHECK = "fund.check"
    FUND_PUBLISH = "fund.publish"
    FUND_CLOSE = "fund.close"
    FUND_SPEND = "fund.spend"
    FUND_DECIDE = "fund.decide"
    FUND_PAY = "fund.pay"
    FUND_LIMIT = "fund.limit"
    BALLOT_READ = "ballot.read"
    BALLOT_DRAFT = "ballot.draft"
    BALLOT_CHECK = "ballot.check"
    BALLOT_ROLL = "ballot.roll"
    BALLOT_DELIVER = "ballot.deliver"
    BALLOT_VOTE = "ballot.vote"
    BALLOT_PAPER = "ballot.paper"
    BALLOT_MANDATE = "ballot.mandate"
    BALLOT_OBJECT = "ballot.object"
    BALLOT_ANSWER = "ballot.answer"
    BALLOT_CERTIFY = "ballot.certify"
    DECISION_READ = "decision.read"
    DECISION_RECORD = "decision.record"
    DECISION_ORDER = "decision.order"
    DECISION_CORRECT = "decision.correct"
    ASSEMBLY_READ = "assembly.read"
    ASSEMBLY_CONVENE = "assembly.convene"
    ASSEMBLY_ATTEND = "assembly.attend"
    HOUSE_RULES_EDIT = "house_rules.edit"
    HOUSE_RULES_CONFIRM = "house_rules.confirm"
    CONSULTATION_READ = "consultation.read"
    CONSULTATION_PROPOSE = "consultation.propose"
    CONSULTATION_LEAD = "consultation.lead"
    CONSULTATION_SIGN = "consultation.sign"
    CONSULTATION_RATE = "consultation.rate"
    CONDUCT_READ = "conduct.read"
    CONDUCT_PLEDGE = "conduct.pledge"
    CONDUCT_REPORT = "conduct.report"
    CONDUCT_CHECK = "conduct.check"
    CONDUCT_CATALOGUE = "conduct.catalogue"


RESIDENTS = frozenset({Role.OWNER, Role.CO_OWNER, Role.FAMILY, Role.TENANT})
FIELD_STAFF = frozenset({Role.REPAIRER, Role.PATROLLER, Role.GUARD})
DESK_STAFF = frozenset({Role.MANAGER, Role.DISPATCHER, Role.COMPANY_ADMIN})
STAFF = FIELD_STAFF | DESK_STAFF | {Role.FINANCE}
OFFICIALS = frozenset({Role.COMMUNITY, Role.STREET, Role.BUREAU})
NEIGHBOURS = RESIDENTS | {Role.BUILDING_HEAD, Role.COMMITTEE}
EVERYBODY_THERE = NEIGHBOURS | STAFF | OFFICIALS
_LEADERS = frozenset({Role.MANAGER, Role.COMPANY_ADMIN})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.ESTATE_READ: EVERYBODY_THERE,
    Permission.ESTATE_EDIT: _LEADERS | {Role.COMMUNITY},
    Permission.ESTATE_CREATE: frozenset({Role.COMMUNITY, Role.STREET, Role.BUREAU, Role.OPERATOR}),
    Permission.ROSTER_READ: DESK_STAFF | {Role.FINANCE, Role.COMMUNITY},
    Permission.ROSTER_IMPORT: DESK_STAFF | {Role.COMMUNITY},
    Permission.FACILITY_EDIT: _LEADERS | {Role.COMMITTEE, Role.PATROLLER},
    Permission.FILING_READ: EVERYBODY_THERE,
    Permission.FILING_SUBMIT: frozenset({Role.COMPANY_ADMIN}),
    Permission.FILING_REVIEW: OFFICIALS,
    Permission.ORG_READ: OFFICIALS | {Role.OPERATOR},
    Permission.ORG_EDIT: frozenset({Role.BUREAU, Role.OPERATOR}),
    Permission.OFFICIAL_EDIT: frozenset({Role.STREET, Role.BUREAU, Role.OPERATOR}),
    Permission.COMPANY_READ: frozenset({Role.COMPANY_ADMIN, Role.MANAGER, Role.BUREAU, Role.OPERATOR}),
    Permission.COMPANY_EDIT: frozenset({Role.COMPANY_ADMIN, Role.BUREAU, Role.OPERATOR}),
    Permission.COMPANY_CONFIRM: frozenset({Role.BUREAU}),
    Permission.STAFF_READ: DESK_STAFF | OFFICIALS,
    Permission.STAFF_EDIT: _LEADERS,
    Permission.DUTY_EDIT: _LEADERS,
    Permission.COMMITTEE_EDIT: frozenset({Role.COMMUNITY, Role.STREET}),
    Permission.BINDING_REQUEST: EVERYBODY_THERE | {Role.REGISTERED},
    Permission.BINDING_READ: DESK_STAFF | {Role.COMMUNITY},
    Permission.BINDING_DECIDE: _LEADERS | {Role.COMMUNITY},
    Permission.ACCOUNT_SUSPEND: frozenset({Role.COMMUNITY, Role.BUREAU}),
    Permission.CARD_READ: DESK_STAFF | OFFICIALS | {Role.COMMITTEE, Role.BUILDING_HEAD},
    Permission.CARD_ISSUE: DESK_STAFF | {Role.COMMUNITY},
    Permission.CARD_HAND_OUT: DESK_STAFF | FIELD_STAFF | {Role.COMMUNITY, Role.COMMITTEE, Role.BUILDING_HEAD},
    Permission.CARD_STATISTICS: DESK_STAFF | OFFICIALS | {Role.COMMITTEE},
    Permission.GAPS_READ: DESK_STAFF | OFFICIALS | {Role.COMMITTEE},
    Permission.ROUND_READ: EVERYBODY_THERE,
    Permission.ROUND_PLAN: DESK_STAFF,
    Permission.ROUND_CHECK_IN: DESK_STAFF | FIELD_STAFF,
    Permission.LINKAGE_READ: EVERYBODY_THERE,
    Permission.LINKAGE_OPEN: frozenset({Role.COMMUNITY}),
    Permission.LINKAGE_FILL: frozenset({Role.COMMUNITY, Role.COMMITTEE, Role.MANAGER, Role.BUILDING_HEAD}),
    Permission.WORK_ORDER_OPEN: EVERYBODY_THERE | {Role.REGISTERED},
    Permission.WORK_ORDER_OPEN_FOR: DESK_STAFF | FIELD_STAFF | {Role.COMMUNITY, Role.BUILDING_HEAD},
    Permission.WORK_ORDER_READ: EVERYBODY_THERE | {Role.REGISTERED},
    Permission.WORK_ORDER_BOARD: DESK_STAFF | FIELD_STAFF | OFFICIALS | {Role.COMMITTEE},
    Permission.WORK_ORDER_ANSWER: EVERYBODY_THERE | {Role.REGISTERED},
    Permission.WORK_ORDER_ACCEPT: DESK_STAFF,
    Permission.WORK_ORDER_DISPATCH: DESK_STAFF | {Role.COMMUNITY, Role.STREET},
    Permission.WORK_ORDER_HANDLE: DESK_STAFF | FIELD_STAFF,
    Permission.WORK_ORDER_VERIFY: DESK_STAFF | {Role.COMMITTEE, Role.COMMUNITY},
    Permission.WORK_ORDER_REGISTER: DESK_STAFF,
    Permission.WORK_ORDER_SETTINGS: _LEADERS | {Role.COMMUNITY},
    Permission.PHOTO_UPLOAD: EVERYBODY_THERE | {Role.REGISTERED},
    Permission.PHOTO_DECIDE: DESK_STAFF,
    Permission.VENDOR_EDIT: _LEADERS,
    Permission.PATROL_READ: DESK_STAFF | FIELD_STAFF | {Role.COMMITTEE, Role.COMMUNITY},
    Permission.PATROL_PLAN: DESK_STAFF,
    Permission.PATROL_CHECK: DESK_STAFF | FIELD_STAFF,
    Permission.SEASON_TASK_ORDER: DESK_STAFF | OFFICIALS,
    Permission.SEASON_TASK_DO: DESK_STAFF | FIELD_STAFF,
    Permission.SEASON_TASK_READ: EVERYBODY_THERE,
    Permission.MATTER_READ: OFFICIALS | DESK_STAFF,
    Permission.MATTER_EDIT: OFFICIALS | _LEADERS,
    Permission.MESSAGES_UNDELIVERED: DESK_STAFF | {Role.COMMUNITY},
    # Prices and fees (requirements section 5, column FEE): owners counter, the committee agrees, officials file.
    Permission.PRICE_LIMIT_READ: OFFICIALS | _LEADERS | {Role.FINANCE, Role.COMMITTEE},
    Permission.PRICE_LIMIT_EDIT: frozenset({Role.BUREAU}),
    Permission.PRICE_READ: EVERYBODY_THERE,
    Permission.PRICE_OFFER: _LEADERS,
    Permission.PRICE_COUNTER: frozenset({Role.OWNER, Role.CO_OWNER}),
    Permission.PRICE_AGREE: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Permission.PRICE_FILE: OFFICIALS,
    Permission.PRICE_APPRAISE: OFFICIALS,
    Permission.TARIFF_READ: EVERYBODY_THERE,
    Permission.TARIFF_EDIT: _LEADERS | {Role.FINANCE},
    Permission.TARIFF_APPROVE: _LEADERS | OFFICIALS,
    Permission.METER_READ: DESK_STAFF | FIELD_STAFF | {Role.FINANCE},
    Permission.METER_ENTER: DESK_STAFF | FIELD_STAFF | {Role.FINANCE},
    Permission.BILL_READ_OWN: RESIDENTS,
    Permission.BILL_PAY: RESIDENTS,
    Permission.BILL_READ: DESK_STAFF | {Role.FINANCE},
    Permission.BILL_ISSUE: _LEADERS | {Role.FINANCE},
    Permission.BILL_ADJUST: _LEADERS | {Role.FINANCE},
    Permission.BILL_APPROVE: _LEADERS,
    Permission.COLLECTION_READ: DESK_STAFF | OFFICIALS | {Role.FINANCE, Role.COMMITTEE},
    Permission.CREDIT_READ: RESIDENTS | _LEADERS | {Role.FINANCE},
    Permission.CREDIT_ENTER: _LEADERS | {Role.FINANCE},
    Permission.PAYMENT_READ: _LEADERS | {Role.FINANCE},
    Permission.PAYMENT_RECORD: _LEADERS | {Role.FINANCE},
    Permission.PAYMENT_RESOLVE: _LEADERS | {Role.FINANCE},
    Permission.REFUND_REQUEST: _LEADERS | {Role.FINANCE},
    Permission.REFUND_APPROVE: _LEADERS,
    Permission.MERCHANT_READ: frozenset({Role.COMPANY_ADMIN, Role.BUREAU, Role.OPERATOR}),
    Permission.MERCHANT_EDIT: frozenset({Role.COMPANY_ADMIN}),
    Permission.MERCHANT_CONFIRM: frozenset({Role.OPERATOR}),
    Permission.RECEIPT_READ: RESIDENTS | _LEADERS | {Role.FINANCE},
    Permission.RECEIPT_VOID: _LEADERS | {Role.FINANCE},
    Permission.INVOICE_ASK: RESIDENTS,
    Permission.INVOICE_HANDLE: _LEADERS | {Role.FINANCE},
    # Common money (column FND): keeping, deciding and paying are three permissions, and never one person (FND-03).
    Permission.FUND_READ: EVERYBODY_THERE,
    Permission.FUND_READ_OPEN: _LEADERS | OFFICIALS | {Role.FINANCE, Role.COMMITTEE},
    Permission.FUND_ASK: RESIDENTS,
    Permission.FUND_ANSWER: _LEADERS | {Role.FINANCE, Role.COMMITTEE, Role.STREET},
    Permission.FUND_ACCOUNT: _LEADERS | {Role.COMMITTEE, Role.COMMUNITY, Role.STREET},
    Permission.FUND_BOOK: _LEADERS | {Role.FINANCE, Role.COMMITTEE, Role.STREET},
    Permission.FUND_CHECK: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.FUND_PUBLISH: _LEADERS | {Role.COMMITTEE, Role.COMMUNITY, Role.STREET},
    Permission.FUND_CLOSE: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.FUND_SPEND: _LEADERS | {Role.FINANCE, Role.COMMITTEE},
    Permission.FUND_DECIDE: frozenset({Role.COMMITTEE, Role.STREET}),
    Permission.FUND_PAY: frozenset({Role.FINANCE, Role.COMPANY_ADMIN}),
    Permission.FUND_LIMIT: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    # Votes (column VOT): owners decide; the company reads what is published and touches nothing. Who votes for a room
    # is decided by the frozen roll, not by a role: a flat sold after the freeze is voted for by who owned it then.
    Permission.BALLOT_READ: EVERYBODY_THERE,
    Permission.BALLOT_DRAFT: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.BALLOT_CHECK: frozenset({Role.COMMUNITY, Role.STREET}),
    Permission.BALLOT_ROLL: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.BALLOT_DELIVER: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.BUILDING_HEAD}),
    Permission.BALLOT_VOTE: RESIDENTS | {Role.REGISTERED},
    Permission.BALLOT_PAPER: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.BUILDING_HEAD}),
    Permission.BALLOT_MANDATE: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Permission.BALLOT_OBJECT: frozenset({Role.OWNER, Role.CO_OWNER}),
    Permission.BALLOT_ANSWER: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.BALLOT_CERTIFY: frozenset({Role.COMMUNITY, Role.STREET}),
    Permission.DECISION_READ: EVERYBODY_THERE,
    Permission.DECISION_RECORD: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Permission.DECISION_ORDER: frozenset({Role.STREET, Role.BUREAU}),
    Permission.DECISION_CORRECT: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Permission.ASSEMBLY_READ: EVERYBODY_THERE,
    Permission.ASSEMBLY_CONVENE: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.STREET}),
    Permission.ASSEMBLY_ATTEND: frozenset({Role.COMMITTEE, Role.COMMUNITY, Role.BUILDING_HEAD}),
    Permission.HOUSE_RULES_EDIT: frozenset({Role.COMMITTEE, Role.COMMUNITY}),
    Permission.HOUSE_RULES_CONFIRM: frozenset({Role.COMMUNITY, Role.STREET}),
    Permission.CONSULTATION_READ: EVERYBODY_THERE,
    Permission.CONSULTATION_PROPOSE: NEIGHBOURS | {Role.COMMUNITY},
    Permission.CONSULTATION_LEAD: _LEADERS | {Role.COMMITTEE, Role.COMMUNITY},
    Permission.CONSULTATION_SIGN: _LEADERS | {Role.COMMITTEE, Role.COMMUNITY},
    Permission.CONSULTATION_RATE: RESIDENTS,
    Permission.CONDUCT_READ: EVERYBODY_THERE,
    Permission.CONDUCT_PLEDGE: frozenset({Role.COMMITTEE}),
    Permission.CONDUCT_REPORT: EVERYBODY_THERE,
    Permission.CONDUCT_CHECK: frozenset({Role.COMMUNITY, Role.STREET}),
    Permission.CONDUCT_CATALOGUE: frozenset({Role.STREET, Role.BUREAU}),
}


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    EVERYWHERE = "everywhere"
    UNIT = "unit"  # a node of the organisation tree and everything below it
    COMPANY = "company"  # every estate whose contract is with the company now
    ESTATE = "estate"


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the world in which a role counts; ``id`` names the unit, company or estate."""

    kind: ScopeKind
    id: str = ""


@dataclass(frozen=True, slots=True)
class Territory:
    """Where a thing lies: its estate, the units above it from the city down, and the company under contract."""

    estate_id: str | None = None
    units: tuple[str, ...] = ()
    company_id: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person within one scope, live from ``valid_from`` until ``valid_until`` unless suspended.

    A resident's grant also names the room it comes from. A staff grant names the company it comes from, so that it
    ends at once where that company's contract ends.
    """

    id: str
    role: Role
    scope: Scope
    label: str = ""
    room_id: str | None = None
    company_id: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    suspended: bool = False

    def is_live(self, now: datetime) -> bool:
        """Say whether the grant counts at the instant ``now``."""
        started = self.valid_from is None or self.valid_from <= now
        ended = self.valid_until is not None and self.valid_until <= now
        return started and not ended and not self.suspended

    def reaches(self, territory: Territory) -> bool:
        """Say whether the territory lies within the scope of this grant."""
        if self.scope.kind is ScopeKind.EVERYWHERE:
            return True
        if self.scope.kind is ScopeKind.UNIT:
            return self.scope.id in territory.units
        if self.scope.kind is ScopeKind.COMPANY:
            return self.scope.id == territory.company_id
        if self.company_id is not None and self.company_id != territory.company_id:
            return False
        return self.scope.id == territory.estate_id


@dataclass(frozen=True, slots=True)
class Principal:
    """The person who asks, with every grant that counts now.

    ``display_name`` is what other people may see (王经理, 张**). ``verified`` says that a household binding or an
    appointment proved who they are (IDR-01).
    """

    account_id: str
    display_name: str = ""
    verified: bool = False
    grants: tuple[Grant, ...] = field(default=())

    def roles_in(self, territory: Territory) -> frozenset[Role]:
        """Return the roles this person holds in the territory; everybody signed in is at least registered."""
        return frozenset({Role.REGISTERED} | {grant.role for grant in self.grants if grant.reaches(territory)})

    def may(self, permission: Permission, territory: Territory) -> bool:
        """Say whether some role of this person allows the act in the territory."""
        return not PERMISSIONS[permission].isdisjoint(self.roles_in(territory))

    def belongs_to(self, territory: Territory) -> bool:
        """Say whether any grant of this person reaches the territory."""
        return any(grant.reaches(territory) for grant in self.grants)

    def rooms_in(self, estate_id: str) -> frozenset[str]:
        """Return the rooms of the estate in which this person is owner, family or tenant."""
        return frozenset(
            grant.room_id
            for grant in self.grants
            if grant.room_id is not None and grant.scope == Scope(ScopeKind.ESTATE, estate_id)
        )

    def within(self, grant_id: str) -> Principal:
        """Return this person acting in one workspace only, the one of the grant (IDR-02).

        Raises:
            WorkspaceUnknown: the person holds no such grant now.
        """
        chosen = tuple(grant for grant in self.grants if grant.id == grant_id)
        if not chosen:
            raise WorkspaceUnknown
        return replace(self, grants=chosen)


class WorkspaceUnknown(Forbidden):
    """The workspace asked for is none of this person's, or its term has ended."""

    code = "workspace_unknown"
    message = "该身份已失效，请重新选择工作台。"


class NotAllowed(Forbidden):
    """The person belongs to the place, but no role of theirs allows the act."""

    code = "not_allowed"
    message = "您的身份不能进行此操作，如有需要请联系项目经理。"


class PlaceUnknown(NotFound):
    """There is no such estate, unit or company, or the person does not belong to it (the answer is the same)."""

    code = "place_unknown"
    message = "没有找到该小区或单位，或您不属于这里。"


def demand(principal: Principal, permission: Permission, territory: Territory) -> None:
    """Let the act pass, or say why not without telling a stranger that the place exists.

    Raises:
        PlaceUnknown: nobody of the place is asking.
        NotAllowed: the person belongs there, but their roles do not allow the act.
    """
    if principal.may(permission, territory):
        return
    if principal.belongs_to(territory):
        raise NotAllowed(permission=permission.value)
    raise PlaceUnknown


def live(grants: Iterable[Grant], now: datetime) -> tuple[Grant, ...]:
    """Return the grants that count at the instant ``now``."""
    return tuple(grant for grant in grants if grant.is_live(now))

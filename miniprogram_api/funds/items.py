"""What may be booked: one catalogue of items, one table of what each purpose accepts (FND-01, FND-16)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from miniprogram_api.funds.ledger import AccountKind, PostingKind
from miniprogram_api.kernel.errors import Invalid


class ItemClass(StrEnum):
    """What an item is by its nature; the table speaks of these, so that a new item needs no new rule."""

    OPERATION = "operation"  # 经营收入: advertising, leases, stands
    PARKING = "parking"
    SUPPORT = "support"  # 补助、捐赠、让利
    INTEREST = "interest"
    DEPOSIT = "deposit"  # 维修资金归集
    PARKING_COST = "parking_cost"  # 停车日常管理成本
    COMMON_REPAIR = "common_repair"  # 共用部位、共用设施设备维修养护
    OWNERS_MATTER = "owners_matter"  # 业主共同事务: committee office, activities, audit
    CHARGE = "charge"  # 手续费、税费: taken by bank or tax office, decided by nobody


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the catalogue."""

    code: str
    label: str
    item_class: ItemClass


CATALOGUE: tuple[Item, ...] = (
    Item("advertising", "电梯及场地广告费", ItemClass.OPERATION),
    Item("lease", "公共用房租金", ItemClass.OPERATION),
    Item("stand", "场地摊位费", ItemClass.OPERATION),
    Item("locker", "快递柜、售水机进场费", ItemClass.OPERATION),
    Item("charging", "充电桩收入", ItemClass.OPERATION),
    Item("telecom", "通信设施占用费", ItemClass.OPERATION),
    Item("recycling", "废品回收收入", ItemClass.OPERATION),
    Item("other_operation", "其他经营收入", ItemClass.OPERATION),
    Item("parking_fee", "停车费", ItemClass.PARKING),
    Item("subsidy", "政府补助", ItemClass.SUPPORT),
    Item("donation", "捐赠", ItemClass.SUPPORT),
    Item("interest", "利息", ItemClass.INTEREST),
    Item("fund_deposit", "维修资金交存", ItemClass.DEPOSIT),
    Item("fund_top_up", "维修资金续筹", ItemClass.DEPOSIT),
    Item("fund_return", "维修资金退回", ItemClass.DEPOSIT),
    Item("parking_staff", "停车管理人工", ItemClass.PARKING_COST),
    Item("parking_equipment", "停车设备运行", ItemClass.PARKING_COST),
    Item("parking_other", "停车管理其他成本", ItemClass.PARKING_COST),
    Item("repair_structure", "共用部位维修", ItemClass.COMMON_REPAIR),
    Item("repair_equipment", "共用设施设备维修养护", ItemClass.COMMON_REPAIR),
    Item("repair_lift", "电梯维修", ItemClass.COMMON_REPAIR),
    Item("repair_fire", "消防设施维修", ItemClass.COMMON_REPAIR),
    Item("repair_pipe", "管网疏通维修", ItemClass.COMMON_REPAIR),
    Item("repair_road", "道路围墙修缮", ItemClass.COMMON_REPAIR),
    Item("committee_office", "业委会办公经费", ItemClass.OWNERS_MATTER),
    Item("activity", "社区文化活动", ItemClass.OWNERS_MATTER),
    Item("audit", "审计及法律费用", ItemClass.OWNERS_MATTER),
    Item("greening", "绿化改造", ItemClass.OWNERS_MATTER),
    Item("ceded_share", "让渡物业企业的收益", ItemClass.OWNERS_MATTER),
    Item("bank_charge", "银行手续费", ItemClass.CHARGE),
    Item("tax", "税费", ItemClass.CHARGE),
)
ITEMS: dict[str, Item] = {item.code: item for item in CATALOGUE}

MAY_BE_BOOKED: dict[tuple[PostingKind, AccountKind], frozenset[ItemClass]] = {
    (PostingKind.INCOME, AccountKind.PARKING_GROSS): frozenset({ItemClass.PARKING, ItemClass.INTEREST}),
    (PostingKind.INCOME, AccountKind.PARKING_SURPLUS): frozenset({ItemClass.INTEREST}),
    (PostingKind.INCOME, AccountKind.PUBLIC_INCOME): frozenset(
        {ItemClass.OPERATION, ItemClass.SUPPORT, ItemClass.INTEREST}
    ),
    (PostingKind.INCOME, AccountKind.MAINTENANCE): frozenset({ItemClass.DEPOSIT, ItemClass.INTEREST}),
    (PostingKind.EXPENSE, AccountKind.PARKING_GROSS): frozenset({ItemClass.PARKING_COST, ItemClass.CHARGE}),
    (PostingKind.EXPENSE, AccountKind.PARKING_SURPLUS): frozenset({ItemClass.COMMON_REPAIR}),
    (PostingKind.EXPENSE, AccountKind.PUBLIC_INCOME): frozenset(
        {ItemClass.COMMON_REPAIR, ItemClass.OWNERS_MATTER, ItemClass.CHARGE}
    ),
    (PostingKind.EXPENSE, AccountKind.MAINTENANCE): frozenset({ItemClass.COMMON_REPAIR}),
}
"""What each purpose takes in and pays out; whatever is not here is refused. The surplus of parking pays for the repair
and upkeep of common parts and equipment only (FND-16, 004:80), the maintenance fund likewise."""

UNDECIDED = frozenset({ItemClass.PARKING_COST, ItemClass.CHARGE})
"""Expenses nobody decides on: the daily cost of parking, and what bank and tax office take. All others need a decided
request, so that nobody books past the three-way control (FND-03)."""


class ItemUnknown(Invalid):
    """The catalogue has no such item."""

    code = "fund_item_unknown"
    message = "没有这个收支项目，请从项目列表中选择。"


class UseRefused(Invalid):
    """Money of that purpose does not take such an item (FND-16)."""

    code = "fund_use_refused"
    message = "这类资金不能用于所选项目，请更换项目或改用其他资金。"


class RepairPlaceMissing(Invalid):
    """The surplus of parking pays for a common part or piece of equipment of this very estate: it must be named."""

    code = "repair_place_missing"
    message = "停车结余只能用于本小区共用部位和设施设备，请选择要维修的设施。"


class DecisionMissing(Invalid):
    """An expense on the owners' money needs a decided request."""

    code = "decision_missing"
    message = "这笔支出须先提出用款申请并经决定，再由付款人付款入账。"


def may_be_booked(kind: PostingKind, purpose: AccountKind, code: str, facility_id: str | None = None) -> Item:
    """Return the item if money of the purpose may take it.

    Raises:
        ItemUnknown: the catalogue has no such item.
        UseRefused: the purpose does not take it.
        RepairPlaceMissing: an expense from the surplus of parking names no facility.
    """
    item = ITEMS.get(code)
    if item is None:
        raise ItemUnknown
    if item.item_class not in MAY_BE_BOOKED.get((kind, purpose), frozenset()):
        raise UseRefused(purpose=purpose.value, item=code)
    if kind is PostingKind.EXPENSE and purpose is AccountKind.PARKING_SURPLUS and facility_id is None:
        raise RepairPlaceMissing
    return item

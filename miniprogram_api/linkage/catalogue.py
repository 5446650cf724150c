"""The works that flowing property has been seen to do, with what each usually takes (CARD-09, 003:69).

The six kinds are the text's; which parties pay and whether the residents' consent is asked are OURS, as starting
values that the community changes case by case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """The five parties of 003:69. 五方协商议事 (003:43) is something else and shares none of this (trap 5)."""

    COMMUNITY = "community"  # 社区协调
    ORIGINAL = "original"  # 原公司投资: a free organisation, the text does not say which (trap 4)
    COMMITTEE = "committee"  # 物管会发动
    RESIDENTS = "residents"  # 居民参与
    PROVIDER = "provider"  # 流动物业承接


PARTY_LABELS = {
    Party.COMMUNITY: "社区协调",
    Party.ORIGINAL: "原公司投资",
    Party.COMMITTEE: "物管会发动",
    Party.RESIDENTS: "居民参与",
    Party.PROVIDER: "流动物业承接",
}


class CostSource(StrEnum):
    """Who usually pays."""

    ORIGINAL = "original"  # 原公司出资
    RESIDENTS = "residents"  # 居民自筹
    PROVIDER = "provider"  # 物业承担
    PUBLIC_INCOME = "public_income"  # 公共收益
    GOVERNMENT = "government"  # 政府补助


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of work: default tasks of the parties (a party not named is usually not needed), money, consent."""

    code: str
    name: str
    tasks: dict[Party, str]
    cost_source: CostSource
    needs_consent: bool
    needs_photos: bool = True


def _tasks(original: str, committee: str, residents: str, provider: str) -> dict[Party, str]:
    named = {
        Party.COMMUNITY: "召集各方，形成协调记录",
        Party.ORIGINAL: original,
        Party.COMMITTEE: committee,
        Party.RESIDENTS: residents,
        Party.PROVIDER: provider,
    }
    return {party: task for party, task in named.items() if task}


WORK_KINDS = (
    WorkKind(
        "door_access",
        "安装门禁",
        _tasks("承诺并拨付安装费用", "入户征求意见", "配合登记门禁信息", "安装、调试并负责日后维修"),
        CostSource.ORIGINAL,
        needs_consent=True,
    ),
    WorkKind(
        "charging_pile",
        "安装充电桩",
        _tasks("提供场地或出资", "商定位置、征求意见", "报名使用，停止飞线充电", "安装并负责日常检查"),
        CostSource.ORIGINAL,
        needs_consent=True,
    ),
    WorkKind(
        "septic_tank",
        "清理化粪池",
        _tasks("承诺并拨付清掏费用", "通知停用时间", "配合停用、清理杂物", "组织清掏并复查"),
        CostSource.ORIGINAL,
        needs_consent=False,
    ),
    WorkKind(
        "dirty_corner",
        "清理卫生死角",
        _tasks("", "发动居民清理自家堆物", "报名参加清理", "清运垃圾并定期保洁"),
        CostSource.PROVIDER,
        needs_consent=False,
    ),
    WorkKind(
        "public_board",
        "制作公益宣传栏",
        _tasks("承担制作费用", "商定位置和内容", "提供内容和意见", "制作、安装并更换内容"),
        CostSource.ORIGINAL,
        needs_consent=False,
    ),
    WorkKind(
        "illegal_structure",
        "拆除乱搭乱建",
        _tasks("", "逐户做工作", "自行拆除或同意拆除", "协助拆除并清运"),
        CostSource.GOVERNMENT,
        needs_consent=False,
    ),
    WorkKind(
        "other",
        "其他事项",
        _tasks("承诺并拨付费用", "发动居民", "报名参加", "承接并安排施工"),
        CostSource.ORIGINAL,
        needs_consent=False,
        needs_photos=False,
    ),
)

KINDS_BY_CODE = {kind.code: kind for kind in WORK_KINDS}

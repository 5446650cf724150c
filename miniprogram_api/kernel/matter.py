"""What owners decide together 业主共同决定事项 (民法典 278), as every room names it."""

from __future__ import annotations

from enum import StrEnum


class Matter(StrEnum):
    """A matter of 民法典 278 (1) to (9). Which share of votes it needs stands in ``ballots/law.py``."""

    RULES = "rules"  # (1) 业主大会议事规则
    COVENANT = "covenant"  # (2) 管理规约
    COMMITTEE = "committee"  # (3) 选举业主委员会或者更换业主委员会成员
    MANAGER = "manager"  # (4) 选聘和解聘物业服务企业或者其他管理人
    FUND_USE = "fund_use"  # (5) 使用建筑物及其附属设施的维修资金
    FUND_RAISE = "fund_raise"  # (6) 筹集建筑物及其附属设施的维修资金
    REBUILD = "rebuild"  # (7) 改建、重建建筑物及其附属设施
    COMMON_PARTS = "common_parts"  # (8) 改变共有部分的用途或者利用共有部分从事经营活动
    OTHER = "other"  # (9) 有关共有和共同管理权利的其他重大事项


MATTER_LABELS: dict[Matter, str] = {
    Matter.RULES: "制定或修改业主大会议事规则",
    Matter.COVENANT: "制定或修改管理规约",
    Matter.COMMITTEE: "选举业主委员会或更换委员",
    Matter.MANAGER: "选聘或解聘物业服务企业",
    Matter.FUND_USE: "使用维修资金",
    Matter.FUND_RAISE: "筹集维修资金",
    Matter.REBUILD: "改建、重建建筑物及其附属设施",
    Matter.COMMON_PARTS: "改变共有部分用途或利用共有部分经营",
    Matter.OTHER: "其他重大事项",
}

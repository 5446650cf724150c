"""What an exclusive part 专有部分 is for and where its area is read, as every room of the house names it.

Owners' votes count on both (民法典 278). Source: 最高人民法院关于审理建筑物区分所有权纠纷案件适用法律若干问题的解释
(2020), articles 2, 8 and 9.
"""

from __future__ import annotations

from enum import StrEnum

AREA_UNKNOWN = 0
"""The area of a part whose area is not known. Nothing is worked out from it: who needs an area stops and says so."""


class RoomUse(StrEnum):
    """What a part is used for.

    A parking space may be an exclusive part (article 2 of the interpretation); whether parking and storage count in a
    vote is said by the estate's own rules.
    """

    DWELLING = "dwelling"  # 住宅
    SHOP = "shop"  # 商铺，以及其他非住宅
    PARKING = "parking"  # 车位、车库
    STORAGE = "storage"  # 储藏室


class AreaSource(StrEnum):
    """Where an area is read: in the register, else the survey, else the sale contract (article 8)."""

    REGISTERED = "registered"  # 不动产登记
    SURVEYED = "surveyed"  # 实测
    CONTRACT = "contract"  # 买卖合同

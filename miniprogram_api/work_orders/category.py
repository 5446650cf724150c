"""Categories of requests with their service levels (REP-04, REP-16).

The seeds name the nuisances (004:74, 000:49, 000:50, 000:145, 003:69) but give no hours anywhere
(requirements, trap 6): every figure below is OURS, and an estate replaces it by a setting that has an owner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Invalid
from miniprogram_api.kernel.place import PlaceKind

OWN_PREFIX = "own_"
"""Codes that an estate adds itself begin like this; all others are in the catalogue."""

_HOUR = 60
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Category:
    """One category and its limits in minutes, counted around the clock.

    ``warn_minutes`` before a limit the holder is warned; ``escalate_minutes`` after it the next level is called, and
    after as much again the one above. ``settings_by`` names the owner of an estate's own figures; None means the
    product's defaults. ``operator`` tells that a line operator usually has to act (REP-07).
    """

    code: str
    name: str
    place: PlaceKind = PlaceKind.COMMON
    handler_role: Role = Role.REPAIRER
    accept_minutes: int = 4 * _HOUR
    close_minutes: int = 3 * _DAY
    warn_minutes: int = 1 * _HOUR
    escalate_minutes: int = 1 * _DAY
    operator: str | None = None
    in_use: bool = True
    settings_by: str | None = None
    settings_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CategorySetting:
    """What one estate has set for one category."""

    estate_id: str
    category: Category
    version: int = 0


class LimitsRefused(Invalid):
    """The limits contradict each other."""

    code = "limits_refused"
    message = "时限设置有误：预警时间须短于受理时限，受理时限须短于办结时限。"


def _urgent(category: Category) -> Category:
    return replace(
        category, accept_minutes=30, close_minutes=_DAY, warn_minutes=10, escalate_minutes=2 * _HOUR
    )  # fmt: skip


_LISTED = (
    Category("unit_door", "单元门、门锁", PlaceKind.FACILITY),
    Category("advert", "小广告", handler_role=Role.PATROLLER),
    _urgent(Category("flooding", "积水、内涝")),
    Category("junk", "杂物堆积", handler_role=Role.PATROLLER),
    Category("refuse", "垃圾堆放点", handler_role=Role.PATROLLER),
    Category("septic", "化粪池、下水堵塞", PlaceKind.FACILITY),
    Category("lighting", "楼道、路灯照明", PlaceKind.FACILITY),
    Category("road", "道路破损、扬尘泥泞"),
    Category("roof_leak", "屋面、外墙渗漏"),
    _urgent(Category("lift", "电梯故障", PlaceKind.FACILITY)),
    _urgent(Category("fire", "消防设施、通道堵塞", PlaceKind.FACILITY, Role.GUARD)),
    Category("parking", "车辆乱停、通道占用", handler_role=Role.GUARD),
    Category("greenery", "绿化养护"),
    Category("home_leak", "户内渗漏水", PlaceKind.HOME),
    Category("home_electric", "户内水电维修", PlaceKind.HOME),
    Category("water", "供水", PlaceKind.FACILITY, operator="供水公司"),
    Category("power", "供电", PlaceKind.FACILITY, operator="供电公司"),
    _urgent(Category("gas", "燃气", PlaceKind.FACILITY, operator="燃气公司")),
    Category("heating", "供热", PlaceKind.FACILITY, operator="供热公司"),
    Category("network", "通信网络", PlaceKind.FACILITY, operator="通信运营商"),
    Category("other", "其他问题"),
)

CATALOGUE: dict[str, Category] = {category.code: category for category in _LISTED}


def known(code: str, setting: Category | None) -> Category:
    """Return the category as it counts in an estate: its setting, else the catalogue's default."""
    return setting or CATALOGUE.get(code) or replace(CATALOGUE["other"], code=code)


def check_limits(category: Category) -> None:
    """Make sure that warning, acceptance and completion come in this order.

    Raises:
        LimitsRefused: they do not.
    """
    if not category.warn_minutes < category.accept_minutes < category.close_minutes:
        raise LimitsRefused

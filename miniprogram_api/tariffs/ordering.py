"""What a household orders beside the package: parking spaces, items of the menu (FEE-05, FEE-08)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound
from miniprogram_api.tariffs.tariff import Hand


class OrderUnknown(NotFound):
    """The room has no such order, or it is not one of this person's rooms (the answer is the same)."""

    code = "order_unknown"
    message = "没有找到该订购记录，请刷新列表。"


class OrderMoved(Conflict):
    """Somebody else ended the order at the same moment, or the key came before with different content."""

    code = "order_moved"
    message = "该订购刚刚有变化，或与之前提交的内容不一致，请刷新后再操作。"


class NotOffered(Conflict):
    """No tariff in force offers the charge to this room on the first day."""

    code = "charge_not_offered"
    message = "该收费项目未对本房屋开放或尚无收费标准，请刷新菜单后重新选择。"


class OrderBackdated(Invalid):
    """An order begins today at the earliest and ends yesterday at the earliest; what was used stays charged."""

    code = "order_backdated"
    message = "开始日期不能早于今天，终止日期不能早于昨天，请重新选择。"


@dataclass(frozen=True, slots=True)
class Subscription:
    """So many of a charge for a room between two days, both included; without ``last_on`` until further notice.

    An order that ends before it began was called off and never counts.
    """

    id: str
    estate_id: str
    building_id: str
    room_id: str
    charge: str
    label: str
    kind: BillKind
    count: int
    first_on: date
    entered: Hand
    last_on: date | None = None
    note: str = ""
    version: int = 0

    def holds(self, day: date) -> bool:
        """Say whether it is ordered on a day."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def touches(self, first_on: date, last_on: date) -> bool:
        """Say whether it is ordered on some day between the two, both included."""
        return self.first_on <= last_on and self.holds(max(first_on, self.first_on))


def ended(order: Subscription, last_on: date, today: date) -> Subscription:
    """Return the order with its last day; yesterday ends it from today on.

    Raises:
        OrderBackdated: the day has passed, or the order ended before it.
    """
    if last_on < today - timedelta(days=1) or (order.last_on is not None and order.last_on < last_on):
        raise OrderBackdated
    return replace(order, last_on=last_on)

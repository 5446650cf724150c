"""What is sent and shown of a household's orders."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.tariffs.schemas.tariffs import Code, Text

if TYPE_CHECKING:
    from miniprogram_api.tariffs.ordering import Subscription

Count = Annotated[int, msgspec.Meta(ge=1, le=100)]


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many of a charge from a day on."""

    charge: Code
    count: Count
    first_on: date


class NewOrderByStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same with a note, such as which parking space."""

    charge: Code
    count: Count
    first_on: date
    note: Text = ""


class EndOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day on which it is ordered."""

    last_on: date


class SubscriptionShown(msgspec.Struct, frozen=True):
    """One order of a room."""

    id: str
    charge: str
    label: str
    kind: BillKind
    count: int
    first_on: date
    note: str
    entered_by_name: str
    last_on: date | None = None

    @classmethod
    def of(cls, order: Subscription) -> SubscriptionShown:
        """Return what is shown of an order."""
        return cls(
            id=order.id,
            charge=order.charge,
            label=order.label,
            kind=order.kind,
            count=order.count,
            first_on=order.first_on,
            note=order.note,
            entered_by_name=order.entered.by_name,
            last_on=order.last_on,
        )

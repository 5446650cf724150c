"""What a person takes along of their work orders, and what stays when they leave (design section 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.work_orders.refusals import StillHolding
from miniprogram_api.work_orders.store import ORDER, Orders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from miniprogram_api.storage.sealing import Sealer
    from miniprogram_api.work_orders.rules import Order

_PAGE = 100


class WorkOrderRecords:
    """Work orders as part of a person's own data."""

    def __init__(self, orders: Orders, sealer: Sealer) -> None:
        self._orders = orders
        self._sealer = sealer

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what the person reported, in the clear."""
        return [self._exported(order) for order in self._reported(account_id)]

    def part_with(self, _: Transaction, account_id: str, /) -> None:
        """Let nobody leave while they hold orders, because somebody must be responsible at every moment.

        Raises:
            StillHolding: the person holds open orders.
        """
        if self._orders.count_held_by(account_id):
            raise StillHolding

    def forget(self, account_id: str, now: datetime) -> None:
        """Remove the person and their number from what they reported; the matter itself stays."""
        # Read before the first change: each change takes its order out of the list that is being read.
        for order in list(self._reported(account_id)):
            act = Transaction("system", "forget_reporter", now)
            left = replace(order, reporter_id=None, opened_by="", contact=None, contact_masked=None)
            act.change(ORDER, order, left)
            self._orders.commit(act)

    def _reported(self, account_id: str) -> Iterator[Order]:
        cursor: str | None = None
        while True:
            page = self._orders.list_reported_by(account_id, _PAGE, cursor)
            for listed in page.items:
                # An index may lag; the order itself does not.
                order = self._orders.find(listed.estate_id, listed.id)
                if order is not None and order.reporter_id == account_id:
                    yield order
            cursor = page.next
            if cursor is None:
                return

    def _exported(self, order: Order) -> dict[str, Any]:
        return {
            "number": order.number,
            "category": order.category,
            "place": order.place.label,
            "text": order.text,
            "state": order.state.value,
            "opened_at": order.opened_at,
            "closed_at": order.closed_at,
            "phone": None if order.contact is None else self._sealer.open(order.contact, "phone"),
            "rating": None if order.rating is None else order.rating.text,
        }

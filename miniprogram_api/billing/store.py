"""Where bills lie in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, parse_bill_id
from miniprogram_api.storage import fee_keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.storage.table import Table


def _bill_indexes(bill: Bill) -> dict[str, Key]:
    order = f"{bill.building_id}#{bill.room_order}"
    entries = {"gsi1": fee_keys.bill_of_period(bill.estate_id, bill.period, bill.kind.value, order, bill.id)}
    if bill.is_open:
        entries["gsi2"] = fee_keys.bill_unpaid(bill.estate_id, bill.due_on, bill.id)
        if bill.next_notice_at is not None:
            entries["gsi3"] = fee_keys.bill_notice(bill.next_notice_at, bill.id)
    return entries


BILL = Kind(
    "bill",
    Bill,
    lambda bill: fee_keys.bill(bill.estate_id, bill.room_id, bill.period, bill.kind.value, bill.number),
    _bill_indexes,
)


class BillStore:
    """Bills in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find_bills(self, estate_id: str, bill_ids: Iterable[str]) -> dict[str, Bill]:
        """Return the bills of the estate by id, those that exist, in one consistent round trip a hundred."""
        found = self._table.find_all(BILL, (_key_of(estate_id, bill_id) for bill_id in bill_ids))
        return {bill.id: bill for bill in found.values()}

    def list_room(self, estate_id: str, room_id: str) -> list[Bill]:
        """List the bills of a room by period, read consistently."""
        return self._table.all_of(BILL, fee_keys.bills_of_room(estate_id, room_id))


def _key_of(estate_id: str, bill_id: str) -> Key:
    room_id, period, kind, number = parse_bill_id(bill_id)
    return fee_keys.bill(estate_id, room_id, period, kind.value, number)

"""Bills as other rooms read them and write them as part of their own acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, BillChanged, BillUnknown
from miniprogram_api.billing.store import BILL, BillStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.storage.transaction import Transaction


class Bills:
    """The bills of all estates."""

    def __init__(self, store: BillStore) -> None:
        self._store = store

    def access_bills_by_id(self, principal: Principal, estate_id: str, bill_ids: Iterable[str]) -> list[Bill]:
        """Return bills of rooms the person is bound to, in the order asked for.

        Raises:
            BillUnknown: one does not exist or is of a room that is not theirs.
        """
        wanted = list(dict.fromkeys(bill_ids))
        rooms = principal.rooms_in(estate_id)
        found = self.find_bills(estate_id, wanted)
        if any(bill_id not in found or found[bill_id].room_id not in rooms for bill_id in wanted):
            raise BillUnknown
        return [found[bill_id] for bill_id in wanted]

    def find_bills(self, estate_id: str, bill_ids: Iterable[str]) -> dict[str, Bill]:
        """Return the bills of the estate by id, those that exist, read consistently."""
        return self._store.find_bills(estate_id, bill_ids)

    def list_room(self, estate_id: str, room_id: str) -> list[Bill]:
        """List the bills of a room by period, read consistently."""
        return self._store.list_room(estate_id, room_id)

    def write(self, act: Transaction, before: Bill, after: Bill) -> Bill:
        """Make a change of a bill part of an act.

        Raises:
            BillChanged: when the act is committed, if somebody else changed the bill meanwhile.
        """
        return act.change(BILL, before, after, otherwise=BillChanged)

"""Which usage stands on bills, for who corrects a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, BillState
from miniprogram_api.kernel.period import Period
from miniprogram_api.tariffs.tariff import Method

if TYPE_CHECKING:
    from miniprogram_api.billing.service import Bills
    from miniprogram_api.tariffs.store import TariffStore


class UsageOnBills:
    """Finds metered lines on the bills of a room."""

    def __init__(self, store: TariffStore, bills: Bills) -> None:
        self._store = store
        self._bills = bills

    def is_billed(self, estate_id: str, room_id: str, meter_kind: str, month: Period) -> bool:
        """Say whether a bill that holds charges the room by this kind of meter for a period around the month."""
        metered = {
            tariff.id
            for tariff in self._store.list_tariffs(estate_id)
            if tariff.pricing.method is Method.METERED and tariff.pricing.meter == meter_kind
        }
        around = [bill for bill in self._bills.list_room(estate_id, room_id) if _holds_around(bill, month)]
        return any(line.tariff_id in metered for bill in around for line in bill.lines)


def _holds_around(bill: Bill, month: Period) -> bool:
    period = Period.parse(bill.period)
    return bill.state is not BillState.VOID and period.first_on <= month.first_on <= period.last_on

"""Bills over HTTP, for households and for staff; reminders of them."""

from __future__ import annotations

from miniprogram_api.billing.bill import BillUnknown
from miniprogram_api.billing.schemas.bills import (
    BillLine,
    BillShown,
    PeriodQuery,
    PrepaidUsed,
    ReminderSetting,
    RoomBills,
)
from miniprogram_api.billing.service import Bills, PrepaidOffsets
from miniprogram_api.billing.service.reminding import FeeReminders
from miniprogram_api.edge.guards import in_estate, signed_in
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.period import Period, PeriodUnreadable

routes = Routes("bills", tag="账单与收缴")

_ROOM = "/v1/estates/<estate_id>/rooms/<room_id>"
_ACCOUNT = "/v1/estates/<estate_id>/room-accounts/<room_id>"


@routes.get(f"{_ROOM}/bills", guard=in_estate(Permission.BILL_READ_OWN))
def list_own_bills(call: Call, estate_id: str, room_id: str) -> RoomBills:
    """Return what one's own room owes, with the working of every line, and its bills before (FEE-01)."""
    bills = call.service(Bills).access_room_by_id(call.principal, estate_id, room_id)
    return RoomBills.of(bills, call.now)


@routes.get(f"{_ROOM}/bills/<bill_id>", guard=in_estate(Permission.BILL_READ_OWN), errors=(BillUnknown,))
def read_own_bill(call: Call, estate_id: str, room_id: str, bill_id: str) -> BillShown:
    """Return one bill of one's own room."""
    (bill,) = call.service(Bills).access_bills_by_id(call.principal, estate_id, [bill_id])
    if bill.room_id != room_id:
        raise BillUnknown
    return BillShown.of(bill, call.now)


@routes.post(f"{_ROOM}/prepaid-use", guard=in_estate(Permission.BILL_PAY), errors=(RoomUnknown, Conflict))
def use_own_prepaid(call: Call, estate_id: str, room_id: str) -> PrepaidUsed:
    """Pay the open bills of one's own room from its prepaid money, the oldest due first."""
    if room_id not in call.principal.rooms_in(estate_id):
        raise RoomUnknown
    by = call.principal
    offsets = call.service(PrepaidOffsets)
    return PrepaidUsed(offsets.apply(by.account_id, by.display_name, estate_id, room_id, call.now))


@routes.get("/v1/estates/<estate_id>/bills", guard=in_estate(Permission.BILL_READ), errors=(PeriodUnreadable,))
def list_bills(call: Call, estate_id: str, query: PeriodQuery) -> PageOf[BillLine]:
    """List the bills of a period and kind in the order of the rooms; of one state only, a page may hold fewer."""
    period, kind = str(Period.parse(query.period)), query.kind.value
    page = call.service(Bills).list_period(estate_id, period, kind, query.limit, query.cursor)
    wanted = [bill for bill in page.items if query.state in {None, bill.state}]
    return PageOf([BillLine.of(bill, call.now) for bill in wanted], page.next)


@routes.get("/v1/estates/<estate_id>/unpaid-bills", guard=in_estate(Permission.BILL_READ))
def list_unpaid_bills(call: Call, estate_id: str, query: ListQuery) -> PageOf[BillLine]:
    """List what is unpaid, the longest due first; only staff sees it, never neighbours (FEE-14)."""
    page = call.service(Bills).list_unpaid(estate_id, query.limit, query.cursor)
    return PageOf([BillLine.of(bill, call.now) for bill in page.items], page.next)


@routes.get("/v1/estates/<estate_id>/bills/<bill_id>", guard=in_estate(Permission.BILL_READ), errors=(BillUnknown,))
def read_bill(call: Call, estate_id: str, bill_id: str) -> BillShown:
    """Return one bill, for staff."""
    return BillShown.of(call.service(Bills).get_bill(estate_id, bill_id), call.now)


@routes.get(f"{_ACCOUNT}/bills", guard=in_estate(Permission.BILL_READ))
def list_bills_of_room(call: Call, estate_id: str, room_id: str) -> RoomBills:
    """Return what a room owes and its bills before, for staff."""
    return RoomBills.of(call.service(Bills).list_room(estate_id, room_id), call.now)


@routes.post(f"{_ACCOUNT}/prepaid-use", guard=in_estate(Permission.PAYMENT_RECORD), errors=(Conflict,))
def use_prepaid(call: Call, estate_id: str, room_id: str) -> PrepaidUsed:
    """Pay the open bills of a room from its prepaid money, the oldest due first."""
    by = call.principal
    offsets = call.service(PrepaidOffsets)
    return PrepaidUsed(offsets.apply(by.account_id, by.display_name, estate_id, room_id, call.now))


@routes.get("/v1/me/fee-reminders", guard=signed_in())
def read_fee_reminders(call: Call) -> ReminderSetting:
    """Say whether one is reminded of fees before and after they are due (FEE-11)."""
    return ReminderSetting(call.service(FeeReminders).wants_reminders(call.principal.account_id))


@routes.put("/v1/me/fee-reminders", guard=signed_in(), errors=(Conflict,))
def choose_fee_reminders(call: Call, body: ReminderSetting) -> ReminderSetting:
    """Choose whether to be reminded of fees; of a bill itself everybody is told (FEE-11)."""
    return ReminderSetting(call.service(FeeReminders).choose(call.principal.account_id, body.wanted, call.now))

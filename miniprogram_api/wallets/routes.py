"""Prepaid money, credits and their vendors over HTTP."""

from __future__ import annotations

from miniprogram_api.billing.bill import BillBeingPaid, BillChanged, BillUnknown, NothingDue
from miniprogram_api.edge.guards import in_estate
from miniprogram_api.edge.operations import Call, ListQuery, PageOf, Routes
from miniprogram_api.estates.rules import RoomUnknown
from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.errors import Invalid, TooLarge
from miniprogram_api.kernel.period import PeriodUnreadable
from miniprogram_api.wallets.credit import (
    CreditChanged,
    CreditUnknown,
    NothingUsable,
    OrderEnteredBefore,
    OrderRefused,
    ServiceFeeOnly,
)
from miniprogram_api.wallets.rules import WalletUnknown
from miniprogram_api.wallets.schemas import (
    AddVendor,
    CreditImportShown,
    CreditShown,
    CreditVendorShown,
    EnterOrder,
    FindingShown,
    MonthQuery,
    MovementShown,
    OffsetBill,
    OffsetShown,
    SettleVendor,
    TakeBackCredit,
    TermsOfVendor,
    VendorEntryShown,
    VendorMonthShown,
    WalletShown,
)
from miniprogram_api.wallets.service import Wallets
from miniprogram_api.wallets.service.credits import Credits
from miniprogram_api.wallets.service.importing import CreditImports
from miniprogram_api.wallets.service.vendors import CreditVendors
from miniprogram_api.wallets.vendor import (
    NoCompany,
    SettlementTooMuch,
    VendorChanged,
    VendorOver,
    VendorThere,
    VendorUnknown,
)

routes = Routes("wallets", tag="预存款与消费抵扣")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAXIMUM_FILE = 1024 * 1024
_ROOM = "/v1/estates/<estate_id>/rooms/<room_id>"
_OFFSETS = "/v1/estates/<estate_id>/bills/<bill_id>/credit-offsets"
_VENDORS = "/v1/estates/<estate_id>/credit-vendors"
_VENDOR = f"{_VENDORS}/<vendor_id>"


@routes.get(f"{_ROOM}/wallet", guard=in_estate(Permission.CREDIT_READ), errors=(WalletUnknown,))
def read_wallet(call: Call, estate_id: str, room_id: str) -> WalletShown:
    """Return what a room has prepaid and which credits it can use now (FEE-01, FEE-10)."""
    wallet = call.service(Wallets).access_wallet_by_id(call.principal, call.territory, room_id)
    usable = call.service(Credits).usable_of(estate_id, room_id, call.now)
    return WalletShown.of(room_id, wallet.prepaid_fen, usable)


@routes.get(f"{_ROOM}/wallet/movements", guard=in_estate(Permission.CREDIT_READ), errors=(WalletUnknown,))
def list_wallet_movements(call: Call, estate_id: str, room_id: str, query: ListQuery) -> PageOf[MovementShown]:  # noqa: ARG001  the guard's
    """List the movements of a room's prepaid money, newest first; it goes back to the payer by a refund only."""
    wallets = call.service(Wallets)
    page = wallets.list_movements(call.principal, call.territory, room_id, query.limit, query.cursor)
    return PageOf([MovementShown.of(movement) for movement in page.items], page.next)


@routes.get(f"{_ROOM}/credits", guard=in_estate(Permission.CREDIT_READ), errors=(WalletUnknown,))
def list_credits(call: Call, estate_id: str, room_id: str, query: ListQuery) -> PageOf[CreditShown]:  # noqa: ARG001  the guard's
    """List what a room's orders earned, newest first."""
    page = call.service(Credits).list_room(call.principal, call.territory, room_id, query.limit, query.cursor)
    return PageOf([CreditShown.of(credit) for credit in page.items], page.next)


@routes.post(
    _OFFSETS,
    guard=in_estate(Permission.BILL_PAY),
    status=201,
    repeatable=True,
    errors=(BillUnknown, BillBeingPaid, BillChanged, NothingDue, ServiceFeeOnly, NothingUsable, CreditChanged),
)
def offset_bill(call: Call, estate_id: str, bill_id: str, body: OffsetBill) -> OffsetShown:
    """Let a room's credits pay its bill for the service fee, the first to expire first (FEE-10)."""
    credits_ = call.service(Credits)
    return OffsetShown.of(credits_.offset(call.principal, estate_id, bill_id, body.fen, call.key, call.now))


@routes.post(
    f"{_OFFSETS}/<offset_id>/return",
    guard=in_estate(Permission.CREDIT_ENTER),
    errors=(CreditUnknown, CreditChanged, BillChanged, VendorChanged),
)
def return_offset(call: Call, estate_id: str, bill_id: str, offset_id: str) -> OffsetShown:
    """Take a use of credits off its bill: the bill is due again, the credits are there again, until they expire."""
    return OffsetShown.of(call.service(Credits).give_back(call.principal, estate_id, bill_id, offset_id, call.now))


@routes.get(_VENDORS, guard=in_estate(Permission.CREDIT_READ))
def list_credit_vendors(call: Call, estate_id: str) -> list[CreditVendorShown]:
    """List where buying earns credits, and on which terms."""
    return [CreditVendorShown.of(vendor) for vendor in call.service(CreditVendors).list_vendors(estate_id)]


@routes.post(
    _VENDORS, guard=in_estate(Permission.CREDIT_ENTER), status=201, errors=(NoCompany, VendorThere, VendorUnknown)
)
def add_credit_vendor(call: Call, estate_id: str, body: AddVendor) -> CreditVendorShown:
    """Begin the programme with a vendor (FEE-10); its name is its identity, so that repeating finds it there."""
    vendors = call.service(CreditVendors)
    return CreditVendorShown.of(vendors.add(call.principal, estate_id, body.name, body.terms.terms(), call.now))


@routes.put(f"{_VENDOR}/terms", guard=in_estate(Permission.CREDIT_ENTER), errors=(VendorUnknown, VendorChanged))
def change_credit_terms(call: Call, estate_id: str, vendor_id: str, body: TermsOfVendor) -> CreditVendorShown:
    """Let later orders earn on other terms; what was earned stays as it is."""
    vendors = call.service(CreditVendors)
    return CreditVendorShown.of(vendors.change_terms(call.principal, estate_id, vendor_id, body.terms(), call.now))


@routes.post(f"{_VENDOR}/end", guard=in_estate(Permission.CREDIT_ENTER), errors=(VendorUnknown, VendorChanged))
def end_credit_vendor(call: Call, estate_id: str, vendor_id: str) -> CreditVendorShown:
    """End the programme with a vendor; what was earned can still be used, what it owes stays owed."""
    return CreditVendorShown.of(call.service(CreditVendors).end(call.principal, estate_id, vendor_id, call.now))


@routes.post(
    f"{_VENDOR}/orders",
    guard=in_estate(Permission.CREDIT_ENTER),
    status=201,
    errors=(VendorUnknown, VendorOver, RoomUnknown, OrderRefused, OrderEnteredBefore),
)
def enter_credit_order(call: Call, estate_id: str, vendor_id: str, body: EnterOrder) -> CreditShown:
    """Enter an order; it earns a credit that waits until the goods can no longer be returned (FEE-10)."""
    credit = call.service(Credits).enter(call.principal, estate_id, vendor_id, body.order(), call.now)
    return CreditShown.of(credit)


@routes.post(
    f"{_VENDOR}/orders.xlsx",
    guard=in_estate(Permission.CREDIT_ENTER),
    consumes=XLSX,
    maximum_bytes=MAXIMUM_FILE,
    errors=(Invalid, TooLarge, VendorUnknown, VendorOver),
)
def import_credit_orders(call: Call, estate_id: str, vendor_id: str, body: bytes) -> CreditImportShown:
    """Enter the orders of the vendor's Excel table; a row that cannot be read stops the whole file, and is named."""
    made = call.service(CreditImports).enter(call.principal, estate_id, vendor_id, body, call.now)
    return CreditImportShown(made.entered, made.there, [FindingShown.of(finding) for finding in made.findings])


@routes.post(
    f"{_VENDOR}/orders/<order_id>/return",
    guard=in_estate(Permission.CREDIT_ENTER),
    errors=(CreditUnknown, CreditChanged, VendorChanged),
)
def take_back_credit(call: Call, estate_id: str, vendor_id: str, order_id: str, body: TakeBackCredit) -> CreditShown:
    """Take back what an order earned, because the goods went back; ``order_id`` is the vendor's order number.

    What paid a bill stays paid: it becomes a claim on the vendor at the next settlement (FEE-10).
    """
    credits_ = call.service(Credits)
    return CreditShown.of(credits_.take_back(call.principal, estate_id, vendor_id, order_id, body.reason, call.now))


@routes.get(f"{_VENDOR}/statement", guard=in_estate(Permission.CREDIT_ENTER), errors=(VendorUnknown, PeriodUnreadable))
def read_vendor_statement(call: Call, estate_id: str, vendor_id: str, query: MonthQuery) -> VendorMonthShown:
    """Return what a vendor came to owe in a month, order by order, and what it paid."""
    vendor, month = call.service(CreditVendors).month(estate_id, vendor_id, query.month)
    return VendorMonthShown.of(vendor, query.month, month)


@routes.post(
    f"{_VENDOR}/settlements",
    guard=in_estate(Permission.CREDIT_ENTER),
    status=201,
    repeatable=True,
    errors=(VendorUnknown, VendorChanged, SettlementTooMuch),
)
def settle_vendor(call: Call, estate_id: str, vendor_id: str, body: SettleVendor) -> VendorEntryShown:
    """Note that a vendor paid to the bank what it owes for credits, or part of it."""
    vendors = call.service(CreditVendors)
    return VendorEntryShown.of(
        vendors.settle(call.principal, estate_id, vendor_id, body.fen, body.reference, call.key, call.now)
    )

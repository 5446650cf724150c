"""What is sent and shown of prepaid money, credits and vendors; amounts in fen."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.wallets.credit import STATE_LABELS, CreditState, Funder, Order, Terms
from miniprogram_api.wallets.vendor import ENTRY_LABELS, EntryKind

if TYPE_CHECKING:
    from miniprogram_api.wallets.credit import Credit, Offset
    from miniprogram_api.wallets.order_sheet import Finding
    from miniprogram_api.wallets.rules import Movement
    from miniprogram_api.wallets.vendor import Vendor, VendorEntry, VendorMonth

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
OrderNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")]
Fen = Annotated[int, msgspec.Meta(ge=1, le=10_000_000_000)]


class TermsOfVendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What orders earn: ``rate`` in basis points (5 % is 500), usable after the days of return, for so many days."""

    rate: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    return_days: Annotated[int, msgspec.Meta(ge=0, le=90)]
    expiry_days: Annotated[int, msgspec.Meta(ge=1, le=1_095)]
    funder: Funder

    def terms(self) -> Terms:
        """Return the terms."""
        return Terms(self.rate, self.return_days, self.expiry_days, self.funder)

    @classmethod
    def of(cls, terms: Terms) -> TermsOfVendor:
        """Return the terms as they are shown."""
        return cls(terms.rate, terms.return_days, terms.expiry_days, terms.funder)


class AddVendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vendor and its terms."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
    terms: TermsOfVendor


class EnterOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purchase of a room as the vendor reports it."""

    room_id: Id
    order_number: OrderNumber
    fen: Fen
    ordered_on: date

    def order(self) -> Order:
        """Return the order."""
        return Order(self.room_id, self.order_number, self.fen, self.ordered_on)


class TakeBackCredit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the purchase was taken back."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=100)]


class OffsetBill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most to use; without it, as much as is due and there."""

    fen: Fen | None = None


class SettleVendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a vendor paid, and the bank's number of the transfer."""

    fen: Fen
    reference: Annotated[str, msgspec.Meta(min_length=4, max_length=40, pattern=r"^[0-9A-Za-z_-]+$")]


class MonthQuery(msgspec.Struct, frozen=True):
    """Which month, ``2026-11``."""

    month: Annotated[str, msgspec.Meta(max_length=7)]


class WalletShown(msgspec.Struct, frozen=True):
    """What a room has in hand: prepaid money for every bill, credits for the service fee."""

    room_id: str
    prepaid_fen: int
    usable_credit_fen: int
    first_expires_at: datetime | None = None

    @classmethod
    def of(cls, room_id: str, prepaid_fen: int, usable: list[Credit]) -> WalletShown:
        """Return it as it is shown; ``usable`` are the credits, the first to expire first."""
        first = usable[0].expires_at if usable else None
        return cls(room_id, prepaid_fen, sum(credit.left_fen for credit in usable), first)


class MovementShown(msgspec.Struct, frozen=True):
    """One movement of prepaid money: plus came in, minus went out."""

    fen: int
    left_fen: int
    summary: str
    at: datetime

    @classmethod
    def of(cls, movement: Movement) -> MovementShown:
        """Return the movement as it is shown."""
        return cls(movement.fen, movement.left_fen, movement.summary, movement.at)


class CreditShown(msgspec.Struct, frozen=True):
    """What one order earned; ``left_fen`` can still be used, once ``state`` is usable."""

    vendor_id: str
    vendor_name: str
    order_number: str
    ordered_on: date
    order_fen: int
    earned_fen: int
    used_fen: int
    left_fen: int
    state: CreditState
    state_label: str
    usable_at: datetime
    expires_at: datetime
    funder: Funder

    @classmethod
    def of(cls, credit: Credit) -> CreditShown:
        """Return the credit as it is shown."""
        return cls(
            credit.vendor_id,
            credit.vendor_name,
            credit.order.number,
            credit.order.ordered_on,
            credit.order.fen,
            credit.earned_fen,
            credit.used_fen,
            credit.left_fen,
            credit.state,
            STATE_LABELS[credit.state],
            credit.usable_at,
            credit.expires_at,
            credit.funder,
        )


class OffsetShown(msgspec.Struct, frozen=True):
    """One use of credits on a bill."""

    id: str
    bill_id: str
    fen: int
    at: datetime
    returned_at: datetime | None = None

    @classmethod
    def of(cls, offset: Offset) -> OffsetShown:
        """Return the use as it is shown."""
        return cls(offset.id, offset.bill_id, offset.fen, offset.at, offset.returned_at)


class FindingShown(msgspec.Struct, frozen=True):
    """What is wrong with a row of the file."""

    row: int
    problem: str

    @classmethod
    def of(cls, finding: Finding) -> FindingShown:
        """Return the finding as it is shown."""
        return cls(finding.row, finding.problem)


class CreditImportShown(msgspec.Struct, frozen=True):
    """What became of a file of orders."""

    entered: int
    there: int
    findings: list[FindingShown]


class CreditVendorShown(msgspec.Struct, frozen=True):
    """A vendor; ``owed_fen`` is what it owes for credits now, below zero what it is owed."""

    id: str
    name: str
    terms: TermsOfVendor
    owed_fen: int
    since: datetime
    ended_at: datetime | None = None

    @classmethod
    def of(cls, vendor: Vendor) -> CreditVendorShown:
        """Return the vendor as it is shown."""
        terms = TermsOfVendor.of(vendor.terms)
        return cls(vendor.id, vendor.name, terms, vendor.owed_fen, vendor.since, vendor.ended_at)


class VendorEntryShown(msgspec.Struct, frozen=True):
    """One change of what a vendor owes."""

    kind: EntryKind
    kind_label: str
    fen: int
    at: datetime
    order_number: str | None = None
    reference: str | None = None

    @classmethod
    def of(cls, entry: VendorEntry) -> VendorEntryShown:
        """Return the entry as it is shown."""
        return cls(entry.kind, ENTRY_LABELS[entry.kind], entry.fen, entry.at, entry.order_number, entry.reference)


class VendorMonthShown(msgspec.Struct, frozen=True):
    """A vendor's month: opening + entries = closing."""

    vendor_id: str
    vendor_name: str
    month: str
    opening_fen: int
    closing_fen: int
    entries: list[VendorEntryShown]

    @classmethod
    def of(cls, vendor: Vendor, name: str, month: VendorMonth) -> VendorMonthShown:
        """Return the month as it is shown."""
        entries = [VendorEntryShown.of(entry) for entry in month.entries]
        return cls(vendor.id, vendor.name, name, month.opening_fen, month.closing_fen, entries)

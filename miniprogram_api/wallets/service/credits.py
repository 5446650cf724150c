"""Credits from the vendor's order to the bill they pay, each step one act with its posting (FEE-10)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import BillBeingPaid, NothingDue, Paid, with_money_back, with_payment
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, Leg, PostingKind
from miniprogram_api.kernel.charge import BillKind, Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import spoken_period
from miniprogram_api.storage.transaction import Transaction
from miniprogram_api.wallets.credit import (
    Credit,
    CreditChanged,
    CreditState,
    CreditUnknown,
    NothingUsable,
    Offset,
    OffsetPart,
    Order,
    OrderEnteredBefore,
    Position,
    ServiceFeeOnly,
    Use,
    entered,
    moved_on,
    position,
    shares,
    taken_back,
    unused,
    used,
)
from miniprogram_api.wallets.service import access_room
from miniprogram_api.wallets.store import CREDIT, OFFSET, VENDOR, VENDOR_ENTRY, CreditStore
from miniprogram_api.wallets.vendor import EntryKind, VendorChanged, VendorEntry, VendorOver, VendorUnknown, owing

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.billing.bill import Bill
    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.wallets.vendor import Vendor

CREDITS_A_BILL = 20
"""One use takes at most so many credits, the first to expire first; a second use takes the next."""

SWEPT_OF_A_SHARD = 25


@dataclass(frozen=True, slots=True)
class Event:
    """Why credits change: the source that names it once, its kind for the ledger and the vendor, a sentence."""

    source: str
    posting: PostingKind
    entry: EntryKind
    summary: str


class Credits:
    """The credits of all rooms."""

    def __init__(self, store: CreditStore, bills: Bills, ledger: Ledger, estates: Estates) -> None:
        self._store = store
        self._bills = bills
        self._ledger = ledger
        self._estates = estates

    # Earning

    def enter(self, principal: Principal, estate_id: str, vendor_id: str, order: Order, now: datetime) -> Credit:
        """Enter an order of a room at a vendor; the same order entered again finds its credit there.

        Raises:
            VendorUnknown, VendorOver: there is no such vendor, or no more.
            RoomUnknown: the estate has no such room.
            OrderRefused: see the rule.
            OrderEnteredBefore: the order was entered with other facts.
        """
        vendor = self.get_open_vendor(estate_id, vendor_id)
        self._estates.get_room(estate_id, order.room_id)
        credit, _ = self.enter_order(principal, vendor, order, now)
        return credit

    def get_open_vendor(self, estate_id: str, vendor_id: str) -> Vendor:
        """Return a vendor whose orders earn credits, or raise VendorUnknown or VendorOver."""
        vendor = self._store.find_vendor(estate_id, vendor_id)
        if vendor is None:
            raise VendorUnknown
        if vendor.ended_at is not None:
            raise VendorOver
        return vendor

    def enter_order(self, principal: Principal, vendor: Vendor, order: Order, now: datetime) -> tuple[Credit, bool]:
        """Enter an order of a room that is known to exist; say also whether it is new. Raises as ``enter`` does."""
        there = self._store.find_credit(vendor.estate_id, vendor.id, order.number)
        if there is not None:
            return _same_order(there, order), False
        credit = entered(vendor, order, principal.account_id, now)
        act = Transaction(principal.account_id, "enter_credit", now)
        act.add(CREDIT, credit, otherwise=OrderEnteredBefore)
        self._store.commit(act)
        return credit, True

    def take_back(
        self, principal: Principal, estate_id: str, vendor_id: str, number: str, reason: str, now: datetime
    ) -> Credit:
        """Take back what an order earned because the purchase was taken back; repeating it changes nothing.

        What is left can no longer be used. What paid a bill stays paid and becomes a claim on the vendor.

        Raises:
            CreditUnknown: no such order was entered.
            CreditChanged: it expired, or changed in the same moment.
        """
        before = self._store.find_credit(estate_id, vendor_id, number)
        if before is None:
            raise CreditUnknown
        if before.state is CreditState.REVERSED:
            return before
        act = Transaction(principal.account_id, "take_back_credit", now)
        event = Event(_source(before), PostingKind.CREDIT, EntryKind.TAKEN_BACK, f"退货收回抵扣金 {_of(before)}")
        (after,) = self._change(act, [(before, taken_back(before, reason))], event, principal.display_name)
        self._store.commit(act)
        return after

    def sweep(self, now: datetime) -> int:
        """Make credits usable whose goods can no longer be returned, and end those whose time is over.

        At most 200 a run; one that changed in the same moment waits for the next.
        """
        moved = 0
        for listed in self._store.list_due(now, SWEPT_OF_A_SHARD):
            with suppress(Conflict):
                moved += self._move_on(listed, now)
        return moved

    def _move_on(self, listed: Credit, now: datetime) -> int:
        before = self._store.find_credit(listed.estate_id, listed.vendor_id, listed.order.number)
        if before is None or moved_on(before, now) == before:
            return 0
        after = moved_on(before, now)
        act = Transaction("system", "move_credit", now)
        granted = after.state is CreditState.USABLE
        kind, label = (EntryKind.GRANTED, "抵扣金到账") if granted else (EntryKind.EXPIRED, "抵扣金过期")
        self._change(act, [(before, after)], Event(_source(before), PostingKind.CREDIT, kind, f"{label} {_of(before)}"))
        self._store.commit(act)
        return 1

    # Paying

    def offset(
        self, principal: Principal, estate_id: str, bill_id: str, fen: int | None, key: str, now: datetime
    ) -> Offset:
        """Let a room's credits pay (part of) its bill for the service fee, the first to expire first.

        ``fen`` is the most to use; without it, as much as is due and there. A late fee is not paid by credits. The same
        act finds its use there.

        Raises:
            BillUnknown: it is not a bill of one of the person's rooms.
            ServiceFeeOnly: it is a bill of another kind.
            BillBeingPaid, NothingDue, BillChanged: see the bill.
            NothingUsable: the room has no credit for it now.
            CreditChanged: a credit changed in the same moment, or the key came before with another amount.
        """
        (bill,) = self._bills.access_bills_by_id(principal, estate_id, [bill_id])
        offset_id = derived_id("off", principal.account_id, estate_id, "offset_bill", bill_id, key)
        there = self._store.find_offset(estate_id, bill_id, offset_id)
        if there is not None:
            return _same_offset(there, fen)
        parts = self._parts(bill, fen, now)
        made = Offset(
            id=offset_id,
            estate_id=estate_id,
            room_id=bill.room_id,
            bill_id=bill_id,
            parts=tuple(OffsetPart(credit.vendor_id, credit.order.number, part) for credit, part in parts),
            wanted_fen=fen,
            at=now,
            by=principal.account_id,
        )
        act = Transaction(principal.account_id, "offset_bill", now)
        act.add(OFFSET, made, otherwise=CreditChanged)
        paid = Paid(offset_id, Means.CREDIT, made.fen, 0, now)
        self._bills.write(act, bill, with_payment(bill, paid, date_of(now)))
        changes = [(credit, used(credit, Use(offset_id, part), now)) for credit, part in parts]
        event = Event(
            offset_id,
            PostingKind.OFFSET,
            EntryKind.RETURNED,
            f"消费抵扣 {bill.room_label} {spoken_period(bill.period)}",
        )
        self._change(act, changes, event, principal.display_name)
        self._store.commit(act)
        return made

    def _parts(self, bill: Bill, fen: int | None, now: datetime) -> list[tuple[Credit, int]]:
        if bill.kind is not BillKind.SERVICE:
            raise ServiceFeeOnly
        if bill.being_paid(now) is not None:
            raise BillBeingPaid
        due = bill.due(date_of(now)).principal_fen
        listed = self._store.list_usable(bill.estate_id, bill.room_id, CREDITS_A_BILL)
        fit = (one for one in listed if one.company_id == bill.company_id and _can_pay(one, now))
        parts = shares(fit, due if fen is None else min(fen, due))
        if not parts:
            raise NothingUsable if due else NothingDue
        return parts

    def give_back(self, principal: Principal, estate_id: str, bill_id: str, offset_id: str, now: datetime) -> Offset:
        """Take a use of credits off its bill: the bill is due, the credits can be used again; repeating does nothing.

        Raises:
            CreditUnknown: there is no such use.
            BillChanged, CreditChanged: something changed in the same moment.
        """
        made = self._store.find_offset(estate_id, bill_id, offset_id)
        if made is None:
            raise CreditUnknown
        if made.returned_at is not None:
            return made
        bill = self._bills.find_bills(estate_id, [bill_id])[bill_id]
        act = Transaction(principal.account_id, "return_offset", now)
        after = act.change(OFFSET, made, replace(made, returned_at=now), otherwise=CreditChanged)
        back = Paid(f"{offset_id}:back", Means.CREDIT, -made.fen, 0, now)
        self._bills.write(act, bill, with_money_back(bill, back))
        found = self._store.find_credits(estate_id, ((part.vendor_id, part.order_number) for part in made.parts))
        changes = [(credit, unused(credit, offset_id)) for credit in found]
        event = Event(f"{offset_id}:back", PostingKind.OFFSET, EntryKind.RETURNED, f"抵扣退回 {bill.room_label}")
        self._change(act, changes, event, principal.display_name)
        self._store.commit(act)
        return after

    # Reading

    def list_room(
        self, principal: Principal, territory: Territory, room_id: str, limit: int, cursor: str | None
    ) -> Page[Credit]:
        """List the credits of a room, newest first, for who may see what it has in hand."""
        return self._store.list_credits(access_room(principal, territory, room_id), room_id, limit, cursor)

    def usable_of(self, estate_id: str, room_id: str, now: datetime) -> list[Credit]:
        """Return the credits a room's next use would take, the first to expire first."""
        listed = self._store.list_usable(estate_id, room_id, CREDITS_A_BILL)
        return [credit for credit, _ in shares((one for one in listed if _can_pay(one, now)), _EVERYTHING)]

    # Writing

    def _change(
        self, act: Transaction, changes: list[tuple[Credit, Credit]], event: Event, by_name: str = "系统"
    ) -> list[Credit]:
        """Make changes of credits part of an act, with the one posting and the vendors' debts that follow from them."""
        legs = []
        debts: dict[str, tuple[int, str]] = {}
        written = []
        for before, after in changes:
            written.append(act.change(CREDIT, before, after, otherwise=CreditChanged))
            moved = position(after).since(position(before))
            legs += _legs(moved, before.vendor_id)
            owed, _ = debts.get(before.vendor_id, (0, ""))
            debts[before.vendor_id] = (owed + moved.vendor_fen, before.order.number)
        first = changes[0][0]
        for vendor_id, (fen, number) in debts.items():
            if fen:
                self._owe(act, first.estate_id, vendor_id, fen, event, number)
        if legs:
            entry = Entry(event.source, event.posting, event.summary, tuple(legs), room_id=first.order.room_id)
            self._ledger.book(act, first.estate_id, entry, by_name)
        return written

    def _owe(self, act: Transaction, estate_id: str, vendor_id: str, fen: int, event: Event, number: str) -> None:
        vendor = self._store.find_vendor(estate_id, vendor_id)
        if vendor is None:
            raise VendorUnknown
        act.change(VENDOR, vendor, owing(vendor, fen), otherwise=VendorChanged)
        entry_id = derived_id("cve", event.source, vendor_id)
        entry = VendorEntry(entry_id, estate_id, vendor_id, event.entry, fen, act.at, number)
        act.add(VENDOR_ENTRY, entry, otherwise=VendorChanged)


_EVERYTHING = 10**12


def _legs(moved: Position, vendor_id: str) -> list[Leg]:
    """Return the legs of a move; accounts that do not move have none."""
    amounts = (
        (Account(AccountKind.CREDIT), moved.credit_fen),
        (Account(AccountKind.COMPANY_FEES), moved.fees_fen),
        (Account(AccountKind.VENDOR, vendor_id), moved.vendor_fen),
    )
    return [account.debit(fen) for account, fen in amounts if fen]


def _can_pay(credit: Credit, now: datetime) -> bool:
    return credit.state is CreditState.USABLE and now < credit.expires_at


def _source(credit: Credit) -> str:
    """Return what names the next change of a credit once."""
    return f"{credit.id}:{credit.version + 1}"


def _of(credit: Credit) -> str:
    return f"{credit.vendor_name} 订单{credit.order.number}"


def _same_order(there: Credit, order: Order) -> Credit:
    if there.order != order:
        raise OrderEnteredBefore
    return there


def _same_offset(there: Offset, fen: int | None) -> Offset:
    if there.wanted_fen != fen:
        raise CreditChanged
    return there

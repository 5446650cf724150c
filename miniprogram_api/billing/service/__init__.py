"""Bills as other rooms read them and write them as part of their own acts; prepaid money that pays them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.billing.bill import Bill, BillChanged, BillUnknown, Paid, split, with_payment
from miniprogram_api.billing.store import BILL, BillStore
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind, received_by
from miniprogram_api.kernel.charge import BILL_KIND_LABELS, Means
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import spoken_period
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.clock import Clock
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.wallets.service import Wallets

_MEETINGS = 4


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

    def get_bill(self, estate_id: str, bill_id: str) -> Bill:
        """Return a bill of the estate for its staff, or raise BillUnknown."""
        found = self.find_bills(estate_id, [bill_id])
        if bill_id not in found:
            raise BillUnknown
        return found[bill_id]

    def find_bills(self, estate_id: str, bill_ids: Iterable[str]) -> dict[str, Bill]:
        """Return the bills of the estate by id, those that exist, read consistently."""
        return self._store.find_bills(estate_id, bill_ids)

    def list_room(self, estate_id: str, room_id: str) -> list[Bill]:
        """List the bills of a room by period, read consistently."""
        return self._store.list_room(estate_id, room_id)

    def access_room_by_id(self, principal: Principal, estate_id: str, room_id: str) -> list[Bill]:
        """List the bills of a room the person is bound to; another room has none they may know of."""
        return self.list_room(estate_id, room_id) if room_id in principal.rooms_in(estate_id) else []

    def list_period(self, estate_id: str, period: str, kind: str, limit: int, cursor: str | None) -> Page[Bill]:
        """List the bills of a period and kind in the order of the rooms."""
        return self._store.list_period(estate_id, period, kind, limit, cursor)

    def list_unpaid(self, estate_id: str, limit: int, cursor: str | None) -> Page[Bill]:
        """List the bills of an estate on which something is due, the longest due first."""
        return self._store.list_unpaid(estate_id, limit, cursor)

    def write(self, act: Transaction, before: Bill, after: Bill) -> Bill:
        """Make a change of a bill part of an act.

        Raises:
            BillChanged: when the act is committed, if somebody else changed the bill meanwhile.
        """
        return act.change(BILL, before, after, otherwise=BillChanged)


class PrepaidOffsets:
    """Prepaid money pays a room's open bills by itself, the oldest due first; one act a bill."""

    def __init__(self, bills: Bills, store: BillStore, wallets: Wallets, ledger: Ledger, clock: Clock) -> None:
        self._bills = bills
        self._store = store
        self._wallets = wallets
        self._ledger = ledger
        self._clock = clock

    def follow(self, before: Bill | None, after: Bill | None, _at: datetime) -> None:
        """Pay a bill that was issued from what its room has prepaid; that was some time ago, the money moves now."""
        if before is None and after is not None and after.is_open:
            self.apply("system", "系统", after.estate_id, after.room_id, self._clock())

    def apply(self, by: str, by_name: str, estate_id: str, room_id: str, now: datetime) -> int:
        """Pay the open bills of a room as far as its prepaid money goes, and return how many fen were used.

        A bill somebody is paying just now is left alone. It may run any number of times, and several at once.

        Raises:
            Conflict: others kept changing the same bills; nothing of the last try was written.
        """
        used = meetings = 0
        while True:
            bill = self._next(estate_id, room_id, now)
            left = self._wallets.wallet_of(estate_id, room_id).prepaid_fen if bill is not None else 0
            if bill is None or left <= 0:
                return used
            try:
                used += self._pay(by, by_name, bill, left, now)
            except Conflict:
                meetings += 1
                if meetings == _MEETINGS:
                    raise

    def _next(self, estate_id: str, room_id: str, now: datetime) -> Bill | None:
        bills = self._bills.list_room(estate_id, room_id)
        payable = (bill for bill in bills if bill.is_open and bill.being_paid(now) is None)
        return min(payable, key=lambda bill: (bill.due_on, bill.id), default=None)

    def _pay(self, by: str, by_name: str, bill: Bill, left: int, now: datetime) -> int:
        due = bill.due(date_of(now))
        fen = min(left, due.fen)
        principal_fen, late_fee_fen = split(due, fen)
        # What stands on the bill already numbers the payment: a repeated one is the same one.
        ref = derived_id("off", bill.id, str(len(bill.payments)))
        after = with_payment(bill, Paid(ref, Means.PREPAID, principal_fen, late_fee_fen, now), date_of(now))
        summary = f"预存款抵缴 {bill.room_label} {spoken_period(bill.period)} {BILL_KIND_LABELS[bill.kind]}"
        prepaid, owner = Account(AccountKind.PREPAID), received_by(bill.kind, bill.building_id, bill.room_id)
        legs = (prepaid.debit(fen), owner.credit(fen))
        act = Transaction(by, "apply_prepaid", now)
        self._bills.write(act, bill, after)
        self._wallets.move(act, bill.estate_id, bill.room_id, -fen, ref, summary)
        entry = Entry(ref, PostingKind.OFFSET, summary, legs, room_id=bill.room_id)
        self._ledger.book(act, bill.estate_id, entry, by_name)
        self._store.commit(act)
        return fen

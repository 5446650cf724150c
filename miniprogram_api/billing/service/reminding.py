"""Remind people of bills by the clock, and let each person choose not to be reminded (FEE-11)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from miniprogram_api.billing.bill import BillChanged
from miniprogram_api.billing.reminding import ReminderChoice, may_remind, reminded
from miniprogram_api.billing.store import CHOICE, BillStore
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.billing.bill import Bill
    from miniprogram_api.billing.service import Bills

REMINDED_AT_ONCE = 120
"""Bills of one shard a run: with twelve runs an hour, 120,000 in the eleven hours of a day."""


class FeeReminders:
    """What people are told by the clock."""

    def __init__(self, store: BillStore, bills: Bills) -> None:
        self._store = store
        self._bills = bills

    def sweep(self, now: datetime) -> int:
        """Mark the bills whose reminder is due; the notices follow from the marks. At night nothing happens."""
        if not may_remind(now):
            return 0
        done = 0
        for listed in self._store.each_to_remind(now, REMINDED_AT_ONCE):
            # The index may lag behind a payment: who paid a second ago is not reminded.
            bill = self._bills.find_bills(listed.estate_id, [listed.id])[listed.id]
            if bill.next_notice_at is not None and bill.next_notice_at <= now:
                done += self._remind(bill, now)
        return done

    def _remind(self, bill: Bill, now: datetime) -> int:
        act = Transaction("system", "remind", now)
        self._bills.write(act, bill, reminded(bill, now))
        with suppress(BillChanged):  # paid at this very moment; if not in full, the next run sees it
            self._store.commit(act)
            return 1
        return 0

    def wants_reminders(self, account_id: str) -> bool:
        """Say whether a person wants to be reminded of fees; everybody does who never said otherwise."""
        choice = self._store.find_choice(account_id)
        return choice is None or choice.wanted

    def choose(self, account_id: str, wanted: bool, now: datetime) -> bool:
        """Write down whether a person wants to be reminded.

        Raises:
            Conflict: they chose on two devices at once.
        """
        before = self._store.find_choice(account_id)
        act = Transaction(account_id, "choose_fee_reminders", now)
        after = ReminderChoice(account_id, wanted, 0 if before is None else before.version)
        if before is None:
            act.add(CHOICE, after, otherwise=Conflict)
        elif before != after:
            act.change(CHOICE, before, after, otherwise=Conflict)
        self._store.commit(act)
        return wanted

    # Of a person who leaves

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return what the person chose."""
        choice = self._store.find_choice(account_id)
        return [] if choice is None else [{"fee_reminders": choice.wanted}]

    def part_with(self, act: Transaction, account_id: str, /) -> None:
        """Remove the choice in the act that ends the account."""
        choice = self._store.find_choice(account_id)
        if choice is not None:
            act.remove(CHOICE.key(choice))

    def forget(self, account_id: str, now: datetime) -> None:
        """Nothing is left to forget: the choice went with the account."""

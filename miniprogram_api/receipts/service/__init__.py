"""Receipts: as part of the act that takes or gives back the money, and as people read and correct them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.kernel.access import Permission
from miniprogram_api.kernel.clock import date_of
from miniprogram_api.receipts.rules import (
    Correction,
    Counter,
    GivenBack,
    NumberTaken,
    Receipt,
    ReceiptChanged,
    ReceiptDraft,
    ReceiptState,
    ReceiptUnknown,
    corrected,
    gaps,
    parse_receipt_id,
    voided_by_hand,
    with_money_back,
)
from miniprogram_api.receipts.store import COUNTER, RECEIPT, ReceiptStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.kernel.page import Page

NUMBERS_AT_ONCE = 5_000
"""So many receipts are checked for gaps in one request: about 5 MB."""

_TRIES = 4
"""Payments of the same company take numbers at the same moment; a correction that meets them begins again."""


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """Which numbers of a company and year were looked at, and which of them no receipt has."""

    last: int
    first_checked: int
    last_checked: int
    gaps: tuple[int, ...]


def access_rooms(principal: Principal, territory: Territory, room_id: str) -> None:
    """Let staff see the papers of every room, and people those of their own.

    Raises:
        ReceiptUnknown: the room is somebody else's.
    """
    if principal.may(Permission.PAYMENT_READ, territory):
        return
    if territory.estate_id is None or room_id not in principal.rooms_in(territory.estate_id):
        raise ReceiptUnknown


class InvoiceDesk(Protocol):
    """Is told when an invoice no longer fits its receipts."""

    def money_went_back(self, receipt_id: str, now: datetime) -> None:
        """Take the consequence for the request a receipt is on, if any; may be repeated."""
        ...


class Receipts:
    """The receipts of all companies."""

    def __init__(self, store: ReceiptStore, invoices: Callable[[], InvoiceDesk]) -> None:
        self._store = store
        self._invoices = invoices

    def get_receipt(self, receipt_id: str) -> Receipt:
        """Return a receipt, or raise ReceiptUnknown."""
        receipt = self._store.find_receipt(*parse_receipt_id(receipt_id))
        if receipt is None:
            raise ReceiptUnknown
        return receipt

    def issue(self, act: Transaction, drafts: Sequence[ReceiptDraft]) -> list[Receipt]:
        """Make receipts under the company's next numbers part of an act; all drafts are of one company.

        The number moves in the very act that takes the money, so there is neither a gap nor a repeat.

        Raises:
            NumberTaken: when the act is committed, if another act took the number; build the act anew.
        """
        return self._number(act, drafts)

    def _number(
        self, act: Transaction, drafts: Sequence[ReceiptDraft], replaced: Receipt | None = None
    ) -> list[Receipt]:
        if not drafts:
            return []
        (company_id,) = {draft.company_id for draft in drafts}
        year = date_of(act.at).year
        before = self._store.find_counter(company_id, year)
        last = 0 if before is None else before.last
        made = [Receipt(year, last + at, draft, act.at, act.by) for at, draft in enumerate(drafts, start=1)]
        if replaced is not None:
            made = [replace(one, replaces=replaced.id, given_back=replaced.given_back) for one in made]
        if before is None:
            act.add(COUNTER, Counter(company_id, year, len(made)), otherwise=NumberTaken)
        else:
            after = Counter(company_id, year, last + len(made), before.version)
            act.change(COUNTER, before, after, otherwise=NumberTaken)
        for receipt in made:
            act.add(RECEIPT, receipt, otherwise=NumberTaken)
        return made

    def give_back(self, act: Transaction, receipt: Receipt, back: GivenBack) -> Receipt:
        """Note on a receipt, as part of an act, that money of it goes back; without a rest it is void.

        Raises:
            ReceiptChanged: at once or when the act is committed, if the receipt no longer allows it.
        """
        return act.change(RECEIPT, receipt, with_money_back(receipt, back, act.by), otherwise=ReceiptChanged)

    def follow_receipt(self, before: Receipt | None, after: Receipt | None, at: datetime) -> None:
        """Let a request for an invoice follow its receipt when money went back or it became void.

        Follows from the table's stream, because one refund may change several receipts of one request.
        """
        if before is None or after is None:
            return
        if (before.given_back, before.state) != (after.given_back, after.state):
            self._invoices().money_went_back(after.id, at)

    def of_source(self, source: str) -> list[Receipt]:
        """Return the receipts that stand for one payment, one a room; one issued a moment ago may still be missing."""
        return [one for one in self._store.list_source(source) if one.state is ReceiptState.ISSUED]

    # Reading

    def access_receipt_by_id(self, principal: Principal, territory: Territory, receipt_id: str) -> Receipt:
        """Return a receipt of the estate: people see those of their rooms, staff all.

        Raises:
            ReceiptUnknown: there is none, or it is of another estate or of somebody else's room.
        """
        receipt = self.get_receipt(receipt_id)
        if receipt.draft.estate_id != territory.estate_id:
            raise ReceiptUnknown
        access_rooms(principal, territory, receipt.draft.room_id)
        return receipt

    def list_room(
        self, principal: Principal, territory: Territory, room_id: str, limit: int, cursor: str | None
    ) -> Page[Receipt]:
        """List the receipts of a room, newest first, as ``access_receipt_by_id`` allows."""
        access_rooms(principal, territory, room_id)
        return self._store.list_room(str(territory.estate_id), room_id, limit, cursor)

    def list_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of an estate, newest first."""
        return self._store.list_estate(estate_id, limit, cursor)

    def list_numbers(self, company_id: str, year: int, limit: int, cursor: str | None) -> Page[Receipt]:
        """List the receipts of a company and year by number, void ones among them."""
        return self._store.list_numbers(company_id, year, limit, cursor)

    def list_room_between(self, estate_id: str, room_id: str, first: datetime, end: datetime) -> list[Receipt]:
        """Return a room's receipts issued from one instant until just before another."""
        return self._store.list_room_between(estate_id, room_id, first, end)

    def check_numbers(self, company_id: str, year: int, first: int) -> NumberCheck:
        """Prove from the receipts themselves that a company's numbers of a year have no gap.

        At most 5,000 from ``first`` on; the counter is read first, so that one given meanwhile is no gap.
        """
        counter = self._store.find_counter(company_id, year)
        last = 0 if counter is None else counter.last
        end = min(last, first + NUMBERS_AT_ONCE - 1)
        there = self._store.list_between(company_id, year, first, end) if first <= end else []
        return NumberCheck(last, first, end, gaps((receipt.number for receipt in there), first, end))

    # Correcting

    def void(
        self,
        principal: Principal,
        territory: Territory,
        receipt_id: str,
        reason: str,
        correction: Correction | None,
        now: datetime,
    ) -> Receipt:
        """Void a receipt by hand; with a correction, a new one under the next number takes its place in the same act.

        No money moves: what was paid stays paid, and what goes back goes back by a refund. Repeating it changes
        nothing.

        Raises:
            ReceiptUnknown: see ``access_receipt_by_id``.
            VoidByRefundOnly: the money came through WeChat.
            ReceiptChanged: it is void for another reason.
            CorrectionEmpty: see the rule.
            NumberTaken: payments kept taking the next number; trying again is right.
        """
        for _ in range(_TRIES):
            before = self.access_receipt_by_id(principal, territory, receipt_id)
            if _is_done(before, principal.account_id, reason, correction):
                return before
            act = Transaction(principal.account_id, "void_receipt", now)
            after = voided_by_hand(before, reason, principal.account_id, now)
            if correction is not None:
                after = replace(after, replaced_by=self._replacement(act, before, correction).id)
            after = act.change(RECEIPT, before, after, otherwise=ReceiptChanged)
            with suppress(NumberTaken):
                self._store.commit(act)
                return after
        raise NumberTaken

    def _replacement(self, act: Transaction, before: Receipt, correction: Correction) -> Receipt:
        """Number the receipt that takes another's place; what went back of the money stays noted on it."""
        (made,) = self._number(act, [corrected(before.draft, correction)], before)
        return made


def _is_done(receipt: Receipt, by: str, reason: str, correction: Correction | None) -> bool:
    """Say whether this very voiding was done before."""
    same = (receipt.voided_by, receipt.void_reason) == (by, reason)
    return same and (receipt.replaced_by is None) == (correction is None)

"""Ask for a change of what a room owes, and let another person decide; what was paid too much stays the room's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.billing.adjusting import (
    OF_A_BILL,
    Abated,
    Adjustment,
    AdjustmentKeyReused,
    AdjustmentKind,
    AdjustmentMoved,
    AdjustmentState,
    AdjustmentUnknown,
    Wanted,
    check,
    decided,
)
from miniprogram_api.billing.bill import Bill, BillChanged, Origin
from miniprogram_api.billing.correcting import AbatementUnknown, ended, planned, reduced, voided
from miniprogram_api.billing.reminding import announced
from miniprogram_api.billing.run import NoCompany
from miniprogram_api.billing.store import ABATED, ADJUSTMENT, BILL, BillStore
from miniprogram_api.funds.ledger import Account, AccountKind, Entry, PostingKind, received_by
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.kernel.period import Period, spoken_period
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import date, datetime

    from miniprogram_api.billing.bill import Paid
    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.rules import Room
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.funds.service import Ledger
    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.kernel.charge import BillKind, ChargeLine
    from miniprogram_api.kernel.page import Page
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.photos.service import Photos
    from miniprogram_api.wallets.service import Wallets


class BillAdjusting:
    """The requests of all estates."""

    def __init__(
        self, store: BillStore, bills: Bills, estates: Estates, photos: Photos, wallets: Wallets, ledger: Ledger
    ) -> None:
        self._store = store
        self._bills = bills
        self._estates = estates
        self._photos = photos
        self._wallets = wallets
        self._ledger = ledger

    def get_adjustment(self, estate_id: str, adjustment_id: str) -> Adjustment:
        """Return a request of the estate, or raise AdjustmentUnknown."""
        found = self._store.find_adjustment(estate_id, adjustment_id)
        if found is None:
            raise AdjustmentUnknown
        return found

    def list_adjustments(self, estate_id: str, limit: int, cursor: str | None, *, waiting: bool) -> Page[Adjustment]:
        """List requests: those that wait, oldest first, or all, newest first."""
        return self._store.list_adjustments(estate_id, limit, cursor, waiting=waiting)

    def photos_of(self, found: Adjustment) -> list[PhotoShown]:
        """Return what is shown of the proof."""
        return self._photos.show(found.estate_id, found.photo_ids)

    def ask(
        self,
        principal: Principal,
        estate_id: str,
        wanted: Wanted,
        photo_ids: tuple[str, ...],
        key: str,
        now: datetime,
    ) -> Adjustment:
        """Ask for a change; what it would do is tried now, so that nobody approves what cannot be done.

        Raises:
            AdjustmentIncomplete, PeriodUnreadable: something is missing or unreadable.
            AdjustmentKeyReused: the key came before with different content.
            BillUnknown, RoomUnknown, AbatementUnknown, PhotoNotYours: there is no such thing.
            BillChanged, BillBeingPaid, ReductionTooLarge, PaidWithCredit, PlanUnfit, NothingDue: it cannot be done.
        """
        check(wanted)
        adjustment_id = derived_id("adj", principal.account_id, estate_id, "ask_adjustment", key)
        there = self._store.find_adjustment(estate_id, adjustment_id)
        if there is not None:
            return _same(there, wanted, photo_ids)
        room_id, room_label = self._room_of(estate_id, wanted)
        found = Adjustment(
            adjustment_id,
            estate_id,
            room_id,
            room_label,
            wanted,
            principal.account_id,
            principal.display_name,
            now,
            photo_ids,
        )
        self._carry_out(Transaction(principal.account_id, "try_adjustment", now), found, "")
        act = Transaction(principal.account_id, "ask_adjustment", now)
        act.add(ADJUSTMENT, found, otherwise=AdjustmentKeyReused)
        self._photos.attach(act, estate_id, photo_ids, found.id, "bill_adjustment")
        try:
            self._store.commit(act)
        except AdjustmentKeyReused:
            return _same(self.get_adjustment(estate_id, adjustment_id), wanted, photo_ids)
        return found

    def approve(self, principal: Principal, estate_id: str, adjustment_id: str, now: datetime) -> Adjustment:
        """Let a request take effect: the decision and all it does are one act; repeating one's own changes nothing.

        Raises:
            AdjustmentUnknown, IllegalTransition, SamePersonRefused, AdjustmentMoved: see there.
            BillChanged, BillBeingPaid, ReductionTooLarge, PaidWithCredit, PlanUnfit, NothingDue, NoCompany: it cannot
                be done (any more).
            WalletMoved: the room's prepaid money changed at the same moment.
        """
        found = self.get_adjustment(estate_id, adjustment_id)
        if _is_own(found, AdjustmentState.APPROVED, principal):
            return found
        by, name = principal.account_id, principal.display_name
        act = Transaction(by, "approve_adjustment", now)
        after = decided(found, "approve", by, name, "", now)
        after = act.change(ADJUSTMENT, found, after, otherwise=AdjustmentMoved)
        self._carry_out(act, found, name)
        self._store.commit(act)
        return after

    def refuse(self, principal: Principal, estate_id: str, adjustment_id: str, note: str, now: datetime) -> Adjustment:
        """Refuse a request with a reason; repeating one's own changes nothing.

        Raises:
            AdjustmentUnknown, IllegalTransition, SamePersonRefused, InputMissing, AdjustmentMoved: see there.
        """
        return self._decide(principal, estate_id, adjustment_id, "refuse", AdjustmentState.REFUSED, note, now)

    def withdraw(self, principal: Principal, estate_id: str, adjustment_id: str, now: datetime) -> Adjustment:
        """Take a request back before it is decided; repeating it changes nothing.

        Raises:
            AdjustmentUnknown, IllegalTransition, AdjustmentMoved: see there.
        """
        return self._decide(principal, estate_id, adjustment_id, "withdraw", AdjustmentState.WITHDRAWN, "", now)

    def _decide(
        self,
        principal: Principal,
        estate_id: str,
        adjustment_id: str,
        step: str,
        target: AdjustmentState,
        note: str,
        now: datetime,
    ) -> Adjustment:
        found = self.get_adjustment(estate_id, adjustment_id)
        if _is_own(found, target, principal):
            return found
        act = Transaction(principal.account_id, f"{step}_adjustment", now)
        after = decided(found, step, principal.account_id, principal.display_name, note, now)
        after = act.change(ADJUSTMENT, found, after, otherwise=AdjustmentMoved)
        self._store.commit(act)
        return after

    # What a request does

    def _room_of(self, estate_id: str, wanted: Wanted) -> tuple[str, str]:
        if wanted.kind in OF_A_BILL:
            bill = self._bills.get_bill(estate_id, wanted.bill_id)
            return bill.room_id, bill.room_label
        if wanted.kind is AdjustmentKind.ABATEMENT_END:
            abatement = self.get_adjustment(estate_id, wanted.ends)
            return abatement.room_id, abatement.room_label
        room = self._estates.get_room(estate_id, wanted.room_id)
        return room.id, room.label

    def _carry_out(self, act: Transaction, found: Adjustment, by_name: str) -> None:
        """Add to the act what the request does, or raise why it cannot be done."""
        match found.wanted.kind:
            case AdjustmentKind.ABATEMENT:
                self._abate(act, found)
            case AdjustmentKind.ABATEMENT_END:
                self._end_abatement(act, found)
            case AdjustmentKind.SINGLE:
                self._charge(act, found)
            case _:
                self._correct(act, found, by_name)

    def _correct(self, act: Transaction, found: Adjustment, by_name: str) -> None:
        wanted, now = found.wanted, act.at
        bill = self._bills.get_bill(found.estate_id, wanted.bill_id)
        back: Paid | None = None
        if wanted.kind is AdjustmentKind.INSTALMENTS:
            after = planned(bill, wanted.plan, now)
        elif wanted.kind is AdjustmentKind.REDUCTION:
            after, back = reduced(bill, found.id, wanted.fen, wanted.text, now)
        else:
            replacement = self._replacement(bill, wanted, now) if wanted.kind is AdjustmentKind.REPLACEMENT else None
            after, back = voided(bill, found.id, wanted.text, replacement.id if replacement else None, now)
            if replacement is not None:
                act.add(BILL, replacement, otherwise=BillChanged)
        self._bills.write(act, bill, after)
        if back is not None:
            self._give_to_room(act, bill, -(back.fen + back.late_fee_fen), found.id, by_name)

    def _abate(self, act: Transaction, found: Adjustment) -> None:
        wanted, room = found.wanted, self._estates.get_room(found.estate_id, found.room_id)
        if wanted.first_on is None:
            raise ValueError("an abatement was checked to begin on a day")
        act.add(
            ABATED,
            Abated(
                found.estate_id,
                room.building_id,
                room.id,
                found.id,
                wanted.charges,
                wanted.percent,
                wanted.first_on,
                wanted.last_on,
                wanted.text,
            ),
            otherwise=AdjustmentMoved,
        )

    def _end_abatement(self, act: Transaction, found: Adjustment) -> None:
        wanted, room = found.wanted, self._estates.get_room(found.estate_id, found.room_id)
        if wanted.last_on is None:
            raise ValueError("the end of an abatement was checked to be a day")
        there = self._store.find_abated(found.estate_id, room.building_id, room.id, wanted.ends)
        if there is None:
            raise AbatementUnknown
        act.change(ABATED, there, ended(there, wanted.last_on), otherwise=AdjustmentMoved)

    def _charge(self, act: Transaction, found: Adjustment) -> None:
        wanted, room = found.wanted, self._estates.get_room(found.estate_id, found.room_id)
        if wanted.bill_kind is None or wanted.due_on is None:
            raise ValueError("a charge was checked to have a kind and a due day")
        period = str(Period.parse(wanted.period))
        made = self._new_bill(room, wanted.bill_kind, period, wanted.lines, wanted.due_on, act.at)
        made = replace(made, origin=Origin.SINGLE, source=found.id)
        act.add(BILL, announced(made, act.at), otherwise=BillChanged)

    def _replacement(self, bill: Bill, wanted: Wanted, now: datetime) -> Bill:
        made = replace(
            bill,
            number=self._next_number(bill.estate_id, bill.room_id, bill.period, bill.kind),
            lines=wanted.lines,
            issued_at=now,
            due_on=wanted.due_on or bill.due_on,
            origin=Origin.REPLACEMENT,
            source=bill.source,
            late_fee_fen=0,
            late_fee_until=None,
            reductions=(),
            payments=(),
            paying=None,
            replaces=bill.id,
            told=(),
            plan=(),
            version=0,
        )
        return announced(made, now)

    def _new_bill(
        self,
        room: Room,
        kind: BillKind,
        period: str,
        lines: tuple[ChargeLine, ...],
        due_on: date,
        now: datetime,
    ) -> Bill:
        company_id = self._estates.get_estate(room.estate_id).company_id
        if company_id is None:
            raise NoCompany
        number = self._next_number(room.estate_id, room.id, period, kind)
        place = (room.estate_id, room.id, room.label, room.building_id, room.order)
        return Bill(*place, company_id, kind, period, number, lines, now, due_on)

    def _next_number(self, estate_id: str, room_id: str, period: str, kind: BillKind) -> int:
        """Return the next free number; 1 stays free for the run of the period."""
        bills = self._bills.list_room(estate_id, room_id)
        return max((bill.number for bill in bills if (bill.period, bill.kind) == (period, kind)), default=1) + 1

    def _give_to_room(self, act: Transaction, bill: Bill, fen: int, ref: str, by_name: str) -> None:
        """Move what was paid too much from whose money it had become into the room's prepaid money."""
        summary = f"{bill.room_label} {spoken_period(bill.period)}账单调整，多缴转入预存款"
        self._wallets.move(act, bill.estate_id, bill.room_id, fen, ref, summary)
        owner, prepaid = received_by(bill.kind, bill.building_id, bill.room_id), Account(AccountKind.PREPAID)
        legs = (owner.debit(fen), prepaid.credit(fen))
        # No transfer: lines of that kind are published word by word, and this one names a room.
        entry = Entry(ref, PostingKind.OFFSET, summary, legs, room_id=bill.room_id)
        self._ledger.book(act, bill.estate_id, entry, by_name)


def _same(there: Adjustment, wanted: Wanted, photo_ids: tuple[str, ...]) -> Adjustment:
    if (there.wanted, there.photo_ids) != (wanted, photo_ids):
        raise AdjustmentKeyReused
    return there


def _is_own(found: Adjustment, target: AdjustmentState, principal: Principal) -> bool:
    return found.state is target and found.decided_by == principal.account_id

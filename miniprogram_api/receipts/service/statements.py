"""Statements of rooms, computed from bills and movements each time somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.estates.rules import Room
from miniprogram_api.kernel.charge import BILL_KIND_LABELS
from miniprogram_api.kernel.clock import date_of, start_of
from miniprogram_api.kernel.period import spoken_period
from miniprogram_api.receipts.rules import Receipt, ReceiptUnknown
from miniprogram_api.receipts.service import access_rooms
from miniprogram_api.receipts.statement import (
    Fact,
    FactKind,
    Statement,
    StatementUnknown,
    printed_statement,
    statement,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from miniprogram_api.billing.bill import Bill, Paid
    from miniprogram_api.billing.service import Bills
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.receipts.service import Receipts
    from miniprogram_api.receipts.statement import PrintedStatement
    from miniprogram_api.wallets.service import Wallets


class StatementPress(Protocol):
    """Draws a statement; PaperUnprintable when the font lacks a character."""

    def statement_pdf(self, made: PrintedStatement) -> bytes:
        """Return a statement as pages of A4."""
        ...


@dataclass(frozen=True, slots=True)
class RoomStatement:
    """A statement, whose it is, and the receipts of the year."""

    room: Room
    made: Statement
    receipts: list[Receipt]


class Statements:
    """What rooms were charged and paid, year by year."""

    def __init__(
        self, bills: Bills, wallets: Wallets, receipts: Receipts, estates: Estates, press: StatementPress
    ) -> None:
        self._bills = bills
        self._wallets = wallets
        self._receipts = receipts
        self._estates = estates
        self._press = press

    def of_room(self, principal: Principal, territory: Territory, room_id: str, year: int) -> RoomStatement:
        """Return the statement of a room and year: people see their own rooms, staff all (FEE-12).

        Raises:
            StatementUnknown: there is no such room, or it is somebody else's.
        """
        estate_id = str(territory.estate_id)
        try:
            access_rooms(principal, territory, room_id)
        except ReceiptUnknown:
            raise StatementUnknown from None
        room = self._estates.find_rooms(estate_id, [room_id]).get(room_id)
        if room is None:
            raise StatementUnknown
        bills = self._bills.list_room(estate_id, room_id)
        moves = self._wallets.list_all_movements(estate_id, room_id)
        made = statement(
            year,
            (fact for bill in bills for fact in facts_of(bill)),
            ((date_of(move.at), move.fen) for move in moves),
        )
        begin, end = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
        return RoomStatement(room, made, self._receipts.list_room_between(estate_id, room_id, begin, end))

    def print(self, principal: Principal, territory: Territory, room_id: str, year: int, now: datetime) -> bytes:
        """Return the statement as PDF; raises as ``of_room`` does, and PaperUnprintable."""
        found = self.of_room(principal, territory, room_id, year)
        estate = self._estates.get_estate(found.room.estate_id)
        company = "" if estate.company_id is None else self._estates.get_company(estate.company_id).name
        place = f"{estate.name} {found.room.label}"
        return self._press.statement_pdf(printed_statement(found.made, company, place, date_of(now)))


def facts_of(bill: Bill) -> Iterator[Fact]:
    """Yield what a bill says of what is owed; a void one was never owed, but what was paid on it was paid.

    A reduction counts from the day of the bill; a late fee is owed on the day it is paid, because until then it grows.
    """
    issued_on, label = date_of(bill.issued_at), f"{BILL_KIND_LABELS[bill.kind]} {spoken_period(bill.period)}"
    if bill.void_reason is None:
        yield Fact(issued_on, FactKind.CHARGED, label, sum(line.fen for line in bill.lines))
        for reduction in bill.reductions:
            yield Fact(issued_on, FactKind.REDUCED, f"{label} {reduction.reason}", -reduction.fen)
    for paid in bill.payments:
        yield from _facts_of_payment(paid, label)


def _facts_of_payment(paid: Paid, label: str) -> Iterator[Fact]:
    on, fen = date_of(paid.at), paid.fen + paid.late_fee_fen
    if paid.late_fee_fen:
        yield Fact(on, FactKind.CHARGED, f"{label} 违约金", paid.late_fee_fen)
    yield Fact(on, FactKind.PAID if fen > 0 else FactKind.GIVEN_BACK, label, -fen)

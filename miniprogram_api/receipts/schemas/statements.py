"""What is shown of a room's year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from miniprogram_api.receipts.schemas.receipts import ReceiptShown
from miniprogram_api.receipts.statement import FACT_LABELS, FactKind

if TYPE_CHECKING:
    from miniprogram_api.receipts.rules import Receipt
    from miniprogram_api.receipts.statement import Line, Statement


class StatementLineShown(msgspec.Struct, frozen=True):
    """One thing that moved what is owed: ``fen`` plus when more is owed after it; ``owed_fen`` what is owed then."""

    on: date
    kind: FactKind
    kind_label: str
    label: str
    fen: int
    owed_fen: int

    @classmethod
    def of(cls, line: Line) -> StatementLineShown:
        """Return the line as it is shown."""
        fact = line.fact
        return cls(fact.on, fact.kind, FACT_LABELS[fact.kind], fact.label, fact.fen, line.owed_fen)


class StatementShown(msgspec.Struct, frozen=True):
    """A room's year in fen: opening + charged + given back - reduced - paid = closing."""

    room_id: str
    room_label: str
    year: int
    opening_fen: int
    charged_fen: int
    reduced_fen: int
    paid_fen: int
    given_back_fen: int
    closing_fen: int
    prepaid_opening_fen: int
    prepaid_closing_fen: int
    lines: list[StatementLineShown]
    receipts: list[ReceiptShown]

    @classmethod
    def of(cls, room_id: str, room_label: str, made: Statement, receipts: list[Receipt]) -> StatementShown:
        """Return the statement as it is shown."""
        return cls(
            room_id,
            room_label,
            made.year,
            made.opening_fen,
            made.sum_of(FactKind.CHARGED),
            made.sum_of(FactKind.REDUCED),
            made.sum_of(FactKind.PAID),
            made.sum_of(FactKind.GIVEN_BACK),
            made.closing_fen,
            made.prepaid_opening_fen,
            made.prepaid_closing_fen,
            [StatementLineShown.of(line) for line in made.lines],
            [ReceiptShown.of(receipt) for receipt in receipts],
        )

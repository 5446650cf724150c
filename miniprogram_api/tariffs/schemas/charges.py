"""What a room would be charged, as it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from miniprogram_api.kernel.charge import BillKind

if TYPE_CHECKING:
    from miniprogram_api.kernel.charge import ChargeLine
    from miniprogram_api.tariffs.charging import ChargeProblem


class ChargesQuery(msgspec.Struct, frozen=True):
    """Of which kind and period."""

    kind: BillKind
    period: Annotated[str, msgspec.Meta(max_length=8)]


class LineShown(msgspec.Struct, frozen=True):
    """One line with its working."""

    charge: str
    label: str
    fen: int
    quantity: str
    unit_price: str
    basis: str
    tariff_id: str | None

    @classmethod
    def of(cls, line: ChargeLine) -> LineShown:
        """Return what is shown of a line."""
        return cls(line.charge, line.label, line.fen, line.quantity, line.unit_price, line.basis, line.tariff_id)


class ProblemShown(msgspec.Struct, frozen=True):
    """Why a charge cannot be worked out."""

    code: str
    room_label: str
    text: str

    @classmethod
    def of(cls, problem: ChargeProblem) -> ProblemShown:
        """Return what is shown of a problem."""
        return cls(problem.code, problem.room_label, problem.text)


class ChargesShown(msgspec.Struct, frozen=True):
    """What a room would be charged."""

    total_fen: int
    lines: list[LineShown]
    problems: list[ProblemShown]

"""What an estate sets for its common money."""

from __future__ import annotations

from dataclasses import dataclass

from miniprogram_api.funds.maintenance import LOW_BALANCE_FEN

ANSWER_DAYS = 7
"""Our default: a question is answered within so many days; the source only says 监督 (000:83)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Days to answer a question, and below what a room's part of the maintenance fund is low (fen)."""

    estate_id: str
    answer_days: int = ANSWER_DAYS
    low_balance_fen: int = LOW_BALANCE_FEN
    version: int = 0

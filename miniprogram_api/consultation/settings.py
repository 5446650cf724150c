"""What an estate sets for its consultations; the source gives no number and no day (trap 6): the defaults are ours."""

from __future__ import annotations

from dataclasses import dataclass

SUPPORTERS = 5
"""Our default: with the support of so many rooms a topic is discussed."""

MOST_SUPPORTERS = 100
"""A topic carries its supporters until it is taken up; a higher bar would need another home for them."""

RATING_DAYS = 7
"""Our default: residents rate what was done for so many days."""

BAR_TENTHS = 30
"""Our default: below an average of 3.0 of 5 the topic goes back to be discussed."""

FEWEST_RATINGS = 3
"""Our default: fewer ratings send nothing back."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an estate: rooms that must support, days to rate, the bar in tenths and from how many ratings."""

    estate_id: str
    supporters: int = SUPPORTERS
    rating_days: int = RATING_DAYS
    bar_tenths: int = BAR_TENTHS
    fewest_ratings: int = FEWEST_RATINGS
    set_by: str = ""
    version: int = 0

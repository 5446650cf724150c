"""The result of the owners' vote on a price, against the law's thresholds; the counting itself happens elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from miniprogram_api.kernel.errors import Invalid


class VoteUnclear(Invalid):
    """The figures contradict each other: more yes than cast, more cast than there are, or nobody at all."""

    code = "vote_unclear"
    message = "表决数据有误：同意数不能大于参与数，参与数不能大于总数。"


@dataclass(frozen=True, slots=True)
class VoteBase:
    """One of the two bases of a vote: area in 0.01 m2, or heads."""

    total: int
    cast: int
    yes: int

    def __post_init__(self) -> None:
        if not (0 <= self.yes <= self.cast <= self.total and self.total > 0):
            raise VoteUnclear

    @property
    def has_quorum(self) -> bool:
        """Whether two thirds or more took part (民法典 278: 三分之二以上; 1259: 以上 includes the number)."""
        return 3 * self.cast >= 2 * self.total

    @property
    def has_majority(self) -> bool:
        """Whether more than half of those taking part agree (民法典 278: 过半数; exactly half is not enough)."""
        return 2 * self.yes > self.cast


@dataclass(frozen=True, slots=True)
class VoteResult:
    """What the owners decided, on which day, and where that is written (a ballot's id or a document).

    ``adopted`` is what a ballot counted here came to, by the estate's own rules where they ask for more than the law.
    """

    decided_on: date
    reference: str
    area: VoteBase
    heads: VoteBase
    adopted: bool | None = None

    @property
    def passed(self) -> bool:
        """Whether a price, an ordinary matter, was adopted: quorum and majority by area and by heads (民法典 278)."""
        if self.adopted is not None:
            return self.adopted
        return all(base.has_quorum and base.has_majority for base in (self.area, self.heads))

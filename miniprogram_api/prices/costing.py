"""The cost sheet 成本测算表 that explains an offer: yearly cost by item, profit, and what it is spread over."""

from __future__ import annotations

from dataclasses import dataclass

from miniprogram_api.kernel.errors import Invalid


class OfferUnexplained(Invalid):
    """The offer brings in more than the costs and the stated profit come to (FEE-06)."""

    code = "offer_unexplained"
    message = "报价高于成本测算得出的价格，请核对成本、利润率和计费面积。"


@dataclass(frozen=True, slots=True)
class CostLine:
    """What one item costs in a year, in fen."""

    item: str
    yearly_fen: int


@dataclass(frozen=True, slots=True)
class CostSheet:
    """Yearly costs, the profit on them in tenths of a percent, and what is charged every month.

    ``volume`` is the chargeable area in 0.01 m2; of a charge by space it is the number of spaces x 100.
    """

    lines: tuple[CostLine, ...]
    profit_permille: int
    volume: int

    @property
    def yearly_fen(self) -> int:
        """The costs of a year without profit."""
        return sum(line.yearly_fen for line in self.lines)

    @property
    def price(self) -> int:
        """The price in 0.0001 yuan a month and unit that just covers costs and profit, a part of it left off.

        Volume in hundredths x price in hundredths of a fen x 12 months is the income of a year in 0.0001 fen.
        """
        return self.yearly_fen * (1000 + self.profit_permille) * 10 // (self.volume * 12)

    def explains(self, price: int) -> None:
        """Make sure that an offer is not above what the sheet comes to.

        Raises:
            OfferUnexplained: it is.
        """
        if price > self.price:
            raise OfferUnexplained(explained=self.price)

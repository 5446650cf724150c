"""From the tariffs of a period and the facts of a room to the lines of its bill: exact, rounded once a line (FEE-01).

The days of a period are cut wherever something changes: at months, tariffs, orders and abatements. Each piece counts
with its share of its month (of what a meter read or a pool cost: of the period), and the sum is rounded once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.kernel.charge import BillKind, ChargeLine
from miniprogram_api.kernel.money import format_yuan, rounded
from miniprogram_api.kernel.period import Period, spoken_period
from miniprogram_api.tariffs.formula import FormulaWrong, names_in
from miniprogram_api.tariffs.methods import (
    BY_AREA,
    OF_PERIOD,
    Measure,
    quantity_text,
    unit_price_text,
    value,
    working,
)
from miniprogram_api.tariffs.ordering import Subscription
from miniprogram_api.tariffs.pieces import Piece, cut, days_text, groups, months_text
from miniprogram_api.tariffs.sharing import SHARE_LABELS, SharedCost
from miniprogram_api.tariffs.tariff import Method, Tariff

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Usage:
    """What a meter used in the period, in 0.001 units; ``basis`` says the working, ``photo_id`` shows the meter."""

    thousandths: int
    basis: str
    photo_id: str | None = None


@dataclass(frozen=True, slots=True)
class Abatement:
    """An approved reduction 减免 by percent between two days, both included; no charges named are all charges.

    Where several hold on a day, the highest counts; they do not add up.
    """

    ref: str
    charges: frozenset[str]
    percent: int
    first_on: date
    last_on: date | None
    reason: str

    def holds(self, day: date) -> bool:
        """Say whether it counts on a day."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What decides the amounts of one room. ``area`` is in 0.01 m2.

    ``usages`` are by kind of meter, ``shares`` by id of the shared cost in fen; ``subscriptions`` are the room's own
    orders of the book's kind.
    """

    room_id: str
    label: str
    building_id: str
    entrance: str
    floor: int | None
    area: int
    has_lift: bool
    usages: Mapping[str, Usage] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)
    subscriptions: tuple[Subscription, ...] = ()
    abatements: tuple[Abatement, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeProblem:
    """Why a charge of a room cannot be billed.

    ``code`` is one of area_missing, floor_missing, reading_missing, tariff_gap, charge_included, formula_wrong and
    zero_amount; ``text`` tells people what is wrong with which room.
    """

    code: str
    room_id: str
    room_label: str
    text: str


@dataclass(frozen=True, slots=True)
class Charged:
    """The lines of a room's bill, and why others could not be worked out."""

    lines: tuple[ChargeLine, ...]
    problems: tuple[ChargeProblem, ...]


class _Hindrance(Exception):
    """A charge cannot be worked out: the code of the problem, and what to tell."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class ChargeBook:
    """Every tariff of one estate and bill kind that touches a period, and the confirmed shared costs of the period.

    ``including`` are the tariffs of any kind that include other charges: a lift fee included in the service fee is
    not asked for on a bill of another kind either (FEE-04).
    """

    estate_id: str
    kind: BillKind
    period: Period
    tariffs: tuple[Tariff, ...]
    shared: tuple[SharedCost, ...] = ()
    including: tuple[Tariff, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all tariffs and shared costs that decide amounts; what a room brings along is not in it."""
        text = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def meter_kinds(self) -> frozenset[str]:
        """The kinds of meters whose usage it needs."""
        return frozenset(tariff.pricing.meter for tariff in self.tariffs if tariff.pricing.method is Method.METERED)

    def charge(self, facts: RoomFacts) -> Charged:
        """Return the lines and the problems of one room, in the order of the charges' codes, shared costs last."""
        lines: list[ChargeLine] = []
        problems: list[ChargeProblem] = []
        for charge in self._charges_of(facts):
            try:
                line = charge.line()
            except _Hindrance as hindrance:
                problems.append(ChargeProblem(hindrance.code, facts.room_id, facts.label, hindrance.text))
            else:
                lines += [] if line is None else [line]
        return Charged(tuple(lines), tuple(problems))

    def _charges_of(self, facts: RoomFacts) -> Iterator[_Charge]:
        """Yield what the room may have to pay: each charge that a tariff or an order names, and each shared cost."""
        here = [tariff for tariff in self.tariffs if _holds(tariff, facts)]
        labels = {order.charge: order.label for order in facts.subscriptions}
        labels |= {tariff.code: tariff.label for tariff in here if tariff.pricing.method is not Method.SHARED}
        for code in sorted(labels):
            yield self._charge(facts, here, code, labels[code], self.period)
        for cost in self.shared:
            if facts.shares.get(cost.id):
                period = Period.parse(cost.pool.period)
                yield self._charge(facts, here, cost.pool.charge, cost.pool.label, period, cost)

    def _charge(
        self,
        facts: RoomFacts,
        here: Sequence[Tariff],
        code: str,
        label: str,
        period: Period,
        cost: SharedCost | None = None,
    ) -> _Charge:
        tariffs = [tariff for tariff in here if tariff.code == code]
        orders = [order for order in facts.subscriptions if order.charge == code]
        abatements = [one for one in facts.abatements if not one.charges or code in one.charges]
        return _Charge(
            facts=facts,
            label=label,
            period=period,
            pieces=cut(period, tariffs, orders, abatements),
            only_ordered=cost is None and all(tariff.pricing.is_counted for tariff in tariffs),
            including=[one for one in self.including if code in one.includes and _holds(one, facts)],
            cost=cost,
        )


@dataclass(frozen=True, slots=True)
class _Charge:
    """One charge of one room in a period, of a shared cost where ``cost`` names one."""

    facts: RoomFacts
    label: str
    period: Period
    pieces: Sequence[Piece]
    only_ordered: bool
    including: Sequence[Tariff]
    cost: SharedCost | None

    def line(self) -> ChargeLine | None:
        """Return the line; None where nobody ordered it, everything is abated, or the meter did not move.

        Raises:
            _Hindrance: it cannot be worked out.
        """
        asked = [piece for piece in self.pieces if piece.percent_left and self._is_asked(piece)]
        due = [(piece, self._tariff_on(piece)) for piece in asked]
        for piece, tariff in due:
            self._check(piece, tariff)
        if not any(self._is_used(tariff) for _, tariff in due):
            return None
        fen = self._fen(due)
        if fen <= 0:
            raise _Hindrance("zero_amount", f"{self._whose}计算结果为0元，请核对单价和数量，或办理减免。")
        last, tariff = due[-1]
        meter = self._usage(tariff)
        return ChargeLine(
            charge=tariff.code,
            label=self.label if self.cost else tariff.label,
            fen=fen,
            quantity=quantity_text(tariff.pricing, self._measure(tariff, last)),
            unit_price="、".join(dict.fromkeys(unit_price_text(one.pricing) for _, one in due)),
            basis=self._basis(due),
            tariff_id=tariff.id,
            photo_id=meter.photo_id if meter else None,
        )

    @property
    def _whose(self) -> str:
        return f"{self.facts.label}的{self.label}"

    def _is_asked(self, piece: Piece) -> bool:
        """Say whether somebody has to pay for these days, were there a tariff or not."""
        if piece.tariff is None:
            return not piece.is_free and (piece.count > 0 or not self.only_ordered)
        return piece.count > 0 or not piece.tariff.pricing.is_counted

    def _tariff_on(self, piece: Piece) -> Tariff:
        if piece.tariff is None:
            text = f"{self._whose}在{days_text([piece])}没有收费标准，请先补充标准。"
            raise _Hindrance("tariff_gap", text)
        return piece.tariff

    def _check(self, piece: Piece, tariff: Tariff) -> None:
        """Make sure that the room brings along what the tariff needs, and that no other tariff includes the charge."""
        needs = names_in(tariff.pricing.formula)
        if any(one.touches(piece.first_on, piece.last_on) for one in self.including):
            raise _Hindrance("charge_included", f"{self._whose}已包含在其他收费标准中，不能另收，请核对标准。")
        if (tariff.pricing.method in BY_AREA or "area" in needs) and self.facts.area <= 0:
            raise _Hindrance("area_missing", f"{self.facts.label}没有建筑面积，请先在房屋名册中补充。")
        if (tariff.scope.needs_floor or "floor" in needs) and self.facts.floor is None:
            raise _Hindrance("floor_missing", f"{self.facts.label}没有楼层，请先在房屋名册中补充。")
        if tariff.pricing.method is Method.METERED and self._usage(tariff) is None:
            raise _Hindrance("reading_missing", f"{self._whose}没有本期抄表读数，请先抄表，或办理减免。")

    def _usage(self, tariff: Tariff) -> Usage | None:
        return self.facts.usages.get(tariff.pricing.meter)

    def _is_used(self, tariff: Tariff) -> bool:
        """Say whether there is something to pay for: a meter that did not move is no amount that came out wrong."""
        usage = self._usage(tariff)
        return tariff.pricing.method is not Method.METERED or (usage is not None and usage.thousandths > 0)

    def _measure(self, tariff: Tariff, piece: Piece) -> Measure:
        usage, share = self._usage(tariff), self.facts.shares.get(self.cost.id, 0) if self.cost else 0
        used = usage.thousandths if usage else 0
        return Measure(self.facts.area, self.facts.floor, piece.count, used, self.period.months, share)

    def _fen(self, due: Sequence[tuple[Piece, Tariff]]) -> int:
        exact = Fraction(0)
        for piece, tariff in due:
            time = Fraction(piece.days, self.period.days) if tariff.pricing.method in OF_PERIOD else piece.of_month
            try:
                whole = value(tariff.pricing, self._measure(tariff, piece))
            except FormulaWrong as wrong:
                text = f"{self._whose}按公式算不出大于0的金额，请核对公式。"
                raise _Hindrance("formula_wrong", text) from wrong
            exact += whole * time * Fraction(piece.percent_left, 100)
        return rounded(exact)

    def _basis(self, due: Sequence[tuple[Piece, Tariff]]) -> str:
        """Return the whole working in one sentence."""
        runs = groups(piece for piece, _ in due)
        said = [self._working(run, dated=len(runs) > 1) for run in runs]
        before = []
        if self.cost is not None:
            pool = self.cost.pool
            before.append(
                f"{spoken_period(pool.period)} {pool.label}共{format_yuan(pool.total_fen)}元，{SHARE_LABELS[pool.by]}"
            )
        usage = self._usage(due[-1][1])
        if usage is not None:
            before.append(usage.basis)
        return "；".join([*before, " + ".join(said)])

    def _working(self, run: Sequence[Piece], *, dated: bool) -> str:
        tariff = self._tariff_on(run[0])
        parts = [working(tariff.pricing, self._measure(tariff, run[0]))]
        days = sum(piece.days for piece in run)
        if tariff.pricing.method not in OF_PERIOD:
            parts.append(months_text(run))
        elif days < self.period.days:
            parts.append(f"{days}/{self.period.days}天")
        if run[0].abated:
            parts.append(f"{run[0].percent_left}%（减免{run[0].abated}%：{run[0].reason}）")
        text = " × ".join(parts)
        return f"{days_text(run)}：{text}" if dated else text


def _holds(tariff: Tariff, facts: RoomFacts) -> bool:
    return tariff.scope.holds(facts.building_id, facts.entrance, facts.floor, has_lift=facts.has_lift)

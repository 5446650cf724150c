"""What is sent and shown of tariffs and fee settings; prices are whole 0.0001 yuan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from miniprogram_api.kernel.charge import BILL_KIND_LABELS, BillKind
from miniprogram_api.meters.rules import MeterKind
from miniprogram_api.tariffs.lifecycle import STATE_LABELS
from miniprogram_api.tariffs.methods import unit_price_text
from miniprogram_api.tariffs.scope import Scope
from miniprogram_api.tariffs.tariff import (
    CHARGE_LABELS,
    METHOD_LABELS,
    Hand,
    Method,
    PricedItem,
    Pricing,
    Step,
    Tariff,
    TariffState,
    change_per_mille,
)

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Word = Annotated[str, msgspec.Meta(max_length=40)]
Text = Annotated[str, msgspec.Meta(max_length=300)]
Basis = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Price = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Floor = Annotated[int, msgspec.Meta(ge=-9, le=200)]


class StepSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to so many 0.001 units a month (absent: all above) at this price."""

    price: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    up_to: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)] | None = None


class ItemSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service item of a package at its price a m2 and month."""

    item_id: Id
    label: Name
    price: Price


class PricingSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the amount comes about; which fields are needed depends on the method."""

    method: Method
    price: Price = 0
    unit: Annotated[str, msgspec.Meta(max_length=8)] = ""
    meter: MeterKind | None = None
    steps: Annotated[tuple[StepSent, ...], msgspec.Meta(max_length=6)] = ()
    items: Annotated[tuple[ItemSent, ...], msgspec.Meta(max_length=100)] = ()
    formula: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def pricing(self) -> Pricing:
        """Return it as the house speaks of it."""
        return Pricing(
            method=self.method,
            price=self.price,
            unit=self.unit,
            meter=self.meter or "",
            steps=tuple(Step(step.up_to, step.price) for step in self.steps),
            items=tuple(PricedItem(item.item_id, item.label, item.price) for item in self.items),
            formula=self.formula,
        )

    @classmethod
    def of(cls, pricing: Pricing) -> PricingSent:
        """Return a pricing as it is shown."""
        return cls(
            method=pricing.method,
            price=pricing.price,
            unit=pricing.unit,
            meter=MeterKind(pricing.meter) if pricing.meter else None,
            steps=tuple(StepSent(step.price, step.up_to) for step in pricing.steps),
            items=tuple(ItemSent(item.item_id, item.label, item.price) for item in pricing.items),
            formula=pricing.formula,
        )


class ScopeSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which rooms; each part that is given narrows it."""

    buildings: Annotated[tuple[Id, ...], msgspec.Meta(max_length=300)] = ()
    entrances: Annotated[tuple[Word, ...], msgspec.Meta(max_length=50)] = ()
    lift: bool | None = None
    lowest_floor: Floor | None = None
    highest_floor: Floor | None = None

    def scope(self) -> Scope:
        """Return it as the house speaks of it."""
        return Scope(self.buildings, self.entrances, self.lift, self.lowest_floor, self.highest_floor)

    @classmethod
    def of(cls, scope: Scope) -> ScopeSent:
        """Return a scope as it is shown."""
        return cls(scope.buildings, scope.entrances, scope.lift, scope.lowest_floor, scope.highest_floor)


class NewTariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tariff as it is drafted: what for, how much, for whom, from when, why it may be charged."""

    code: Code
    label: Name
    kind: BillKind
    pricing: PricingSent
    valid_from: date
    basis: Basis
    valid_until: date | None = None
    scope: ScopeSent = ScopeSent()
    includes: Annotated[tuple[Code, ...], msgspec.Meta(max_length=10)] = ()
    opens: bool = False
    closes: bool = False
    grade: Word = ""
    replaces: Id | None = None
    decision: Text = ""
    frequency: Word = ""
    standard: Text = ""

    def tariff(self, tariff_id: str, estate_id: str, hand: Hand, version: int = 0) -> Tariff:
        """Return the draft."""
        return Tariff(
            id=tariff_id,
            estate_id=estate_id,
            code=self.code,
            label=self.label,
            kind=self.kind,
            pricing=self.pricing.pricing(),
            valid_from=self.valid_from,
            basis=self.basis,
            drafted=hand,
            scope=self.scope.scope(),
            includes=self.includes,
            valid_until=self.valid_until,
            opens=self.opens,
            closes=self.closes,
            grade=self.grade,
            replaces=self.replaces,
            decision=self.decision,
            frequency=self.frequency,
            standard=self.standard,
            version=version,
        )


class RewriteTariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft written anew, by who saw this version of it."""

    version: int
    tariff: NewTariff


class GiveReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a step is taken."""

    reason: Reason


class EndTariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day on which the tariff holds, why it ends, and whether days after it are free."""

    last_on: date
    reason: Reason
    closes: bool = False


class HandShown(msgspec.Struct, frozen=True):
    """Who took a step, and when."""

    by_name: str
    at: datetime

    @classmethod
    def of(cls, hand: Hand | None) -> HandShown | None:
        """Return what is shown of a step, or None where it was not taken."""
        return None if hand is None else cls(hand.by_name, hand.at)


class TariffShown(msgspec.Struct, frozen=True):
    """A tariff as everybody of the estate reads it; ``words`` says it in one sentence.

    ``change_per_mille`` is the change of its price against the tariff before it, in 0.1 %; ``limit`` what the
    government allowed when it was approved.
    """

    id: str
    code: str
    label: str
    kind: BillKind
    kind_label: str
    words: str
    pricing: PricingSent
    scope: ScopeSent
    includes: list[str]
    valid_from: date
    basis: str
    decision: str
    state: TariffState
    state_label: str
    drafted: HandShown
    version: int
    valid_until: date | None = None
    opens: bool = False
    closes: bool = False
    grade: str = ""
    frequency: str = ""
    standard: str = ""
    replaces: str | None = None
    source: str = ""
    unit_price: int | None = None
    limit: int | None = None
    previous_price: int | None = None
    change_per_mille: int | None = None
    change_words: str = ""
    reason: str = ""
    proposed: HandShown | None = None
    approved: HandShown | None = None

    @classmethod
    def of(cls, tariff: Tariff, before: Tariff | None) -> TariffShown:
        """Return what is shown of a tariff beside the one before it."""
        price, old = tariff.pricing.unit_price, before.pricing.unit_price if before else None
        change = change_per_mille(old, price) if price and old else None
        return cls(
            id=tariff.id,
            code=tariff.code,
            label=tariff.label,
            kind=tariff.kind,
            kind_label=BILL_KIND_LABELS[tariff.kind],
            words=_words(tariff),
            pricing=PricingSent.of(tariff.pricing),
            scope=ScopeSent.of(tariff.scope),
            includes=list(tariff.includes),
            valid_from=tariff.valid_from,
            basis=tariff.basis,
            decision=tariff.decision,
            state=tariff.state,
            state_label=STATE_LABELS[tariff.state],
            drafted=HandShown(tariff.drafted.by_name, tariff.drafted.at),
            version=tariff.version,
            valid_until=tariff.valid_until,
            opens=tariff.opens,
            closes=tariff.closes,
            grade=tariff.grade,
            frequency=tariff.frequency,
            standard=tariff.standard,
            replaces=tariff.replaces,
            source=tariff.source,
            unit_price=price,
            limit=tariff.limit,
            previous_price=old,
            change_per_mille=change,
            change_words=_change_words(change),
            reason=tariff.reason,
            proposed=HandShown.of(tariff.proposed),
            approved=HandShown.of(tariff.approved),
        )


def _words(tariff: Tariff) -> str:
    """Return a tariff in one sentence."""
    parts = [METHOD_LABELS[tariff.pricing.method]]
    if tariff.pricing.method is not Method.SHARED:
        parts.append(unit_price_text(tariff.pricing))
    if tariff.includes:
        names = "、".join(CHARGE_LABELS.get(code, code) for code in tariff.includes)
        parts.append(f"已包含{names}，不再另收")
    return "，".join(parts) + "。"


def _change_words(change: int | None) -> str:
    """Return a change as people say it: -467 is ``比上一标准降低46.7%``."""
    if change is None:
        return ""
    if change == 0:
        return "与上一标准相同"
    return f"比上一标准{'降低' if change < 0 else '提高'}{abs(change) // 10}.{abs(change) % 10}%"

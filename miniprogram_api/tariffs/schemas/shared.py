"""What is sent and shown of shared costs."""

from __future__ import annotations

from typing import Annotated

import msgspec

from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.kernel.money import LARGEST_FEN
from miniprogram_api.meters.rules import MeterKind
from miniprogram_api.tariffs.schemas.tariffs import Code, HandShown, Id, Name, Reason
from miniprogram_api.tariffs.sharing import SHARE_LABELS, Pool, ShareBy, SharedCost, SharedState

PeriodText = Annotated[str, msgspec.Meta(min_length=4, max_length=8)]


class NewSharedCost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a pool cost by its invoice, and who bears it in which proportion; without buildings the whole estate."""

    kind: BillKind
    charge: Code
    label: Name
    period: PeriodText
    total_fen: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FEN)]
    by: ShareBy
    photo_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=9)]
    buildings: Annotated[tuple[Id, ...], msgspec.Meta(max_length=80)] = ()
    meter: MeterKind | None = None

    def pool(self) -> Pool:
        """Return it as the house speaks of it."""
        return Pool(
            kind=self.kind,
            charge=self.charge,
            label=self.label,
            period=self.period,
            total_fen=self.total_fen,
            by=self.by,
            buildings=tuple(dict.fromkeys(self.buildings)),
            photo_ids=self.photo_ids,
            meter=self.meter or "",
        )


class WithdrawSharedCost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why it is taken back."""

    reason: Reason


class SharedCostsQuery(msgspec.Struct, frozen=True):
    """Of which period."""

    period: PeriodText


class PartsQuery(msgspec.Struct, frozen=True):
    """Of which building the parts are to be shown."""

    building_id: Id | None = None


class SharedCostShown(msgspec.Struct, frozen=True):
    """A shared cost; ``parts`` are of the building asked for, room id -> fen."""

    id: str
    kind: BillKind
    charge: str
    label: str
    period: str
    total_fen: int
    by: ShareBy
    by_label: str
    buildings: list[str]
    photo_ids: list[str]
    rooms: int
    state: SharedState
    entered: HandShown
    reason: str
    confirmed: HandShown | None = None
    parts: dict[str, int] = {}

    @classmethod
    def of(cls, cost: SharedCost, parts: dict[str, int] | None = None) -> SharedCostShown:
        """Return what is shown of a shared cost."""
        pool = cost.pool
        return cls(
            id=cost.id,
            kind=pool.kind,
            charge=pool.charge,
            label=pool.label,
            period=pool.period,
            total_fen=pool.total_fen,
            by=pool.by,
            by_label=SHARE_LABELS[pool.by],
            buildings=list(pool.buildings),
            photo_ids=list(pool.photo_ids),
            rooms=cost.rooms,
            state=cost.state,
            entered=HandShown(cost.entered.by_name, cost.entered.at),
            reason=cost.reason,
            confirmed=HandShown.of(cost.confirmed),
            parts=parts or {},
        )

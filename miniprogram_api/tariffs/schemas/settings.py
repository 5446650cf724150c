"""What is sent and shown of how an estate bills."""

from __future__ import annotations

from typing import Annotated, Literal, cast

import msgspec

from miniprogram_api.billing.bill import PPM
from miniprogram_api.kernel.charge import BillKind
from miniprogram_api.tariffs.schemas.tariffs import Basis
from miniprogram_api.tariffs.terms import FeeSettings, LateFee


class LateFeeSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A late fee by a clause of the contract: parts per million a day after some days, up to so many percent."""

    ppm_per_day: Annotated[int, msgspec.Meta(ge=1, le=PPM // 100)]
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)]
    cap_percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    basis: Basis


class FeeSettingsSent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an estate bills: days from issue to due day, months a bill of a kind covers, the late fee where there is one.

    ``version`` is the one its writer saw.
    """

    due_day_offset: Annotated[int, msgspec.Meta(ge=1, le=180)]
    cycle_months: dict[BillKind, Literal[1, 3, 6, 12]] = {}
    late_fee: LateFeeSent | None = None
    version: int = 0

    def settings(self, estate_id: str) -> FeeSettings:
        """Return it as the house speaks of it."""
        late = self.late_fee
        terms = None if late is None else LateFee(late.ppm_per_day, late.grace_days, late.cap_percent, late.basis)
        return FeeSettings(estate_id, self.due_day_offset, terms, self.cycle_months, self.version)

    @classmethod
    def of(cls, settings: FeeSettings) -> FeeSettingsSent:
        """Return settings as they are shown."""
        late = settings.late_fee
        shown = None if late is None else LateFeeSent(late.ppm_per_day, late.grace_days, late.cap_percent, late.basis)
        months = cast("dict[BillKind, Literal[1, 3, 6, 12]]", settings.cycle_months)
        return cls(settings.due_day_offset, months, shown, settings.version)

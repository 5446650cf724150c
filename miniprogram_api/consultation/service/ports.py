"""What consultations ask of other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.consultation.topic import Hand
from miniprogram_api.kernel.access import Principal, Territory
from miniprogram_api.kernel.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.kernel.access import Role


class BallotLookup(Protocol):
    """The part of the ballots that a discussion needs."""

    def find_title(self, estate_id: str, ballot_id: str) -> str | None:
        """Return what a ballot of the estate is called, or None when there is none that people may know of."""
        ...


class Posts(Protocol):
    """The part of the appointments that consultations need."""

    def people_at(self, *, estate_id: str, roles: Collection[Role], now: datetime) -> Iterable[HeldGrant]:
        """List who holds one of the roles at an estate now."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what about which topic, when, and under which key, so that asking twice is one act."""

    principal: Principal
    territory: Territory
    estate_id: str
    topic_id: str
    key: str
    now: datetime

    def hand(self, name: str) -> Hand:
        """Return who takes the step of that name."""
        by = self.principal.account_id
        return Hand(by, self.principal.display_name, self.now, derived_id("cstep", by, self.topic_id, name, self.key))

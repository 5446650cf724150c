"""Who asks for a step of which thing, when, and under which key, so that asking twice is one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from miniprogram_api.conduct.history import Hand, Said, Seat
from miniprogram_api.conduct.refusals import ConductKeyReused
from miniprogram_api.kernel.access import Principal
from miniprogram_api.kernel.ids import derived_id

if TYPE_CHECKING:
    from miniprogram_api.appointments.rules import Post
    from miniprogram_api.conduct.history import Line
    from miniprogram_api.estates.rules import Estate


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, of which thing of which estate (none yet when it is begun), under which key, when."""

    principal: Principal
    estate_id: str
    thing_id: str
    key: str
    now: datetime

    @property
    def by(self) -> str:
        """The account that asks."""
        return self.principal.account_id

    def hand(self, name: str) -> Hand:
        """Return who takes the step of that name."""
        step_id = derived_id("cstep", self.by, self.thing_id, name, self.key)
        return Hand(self.by, self.principal.display_name, self.now, step_id)


def was_taken(before: Line | None, said: Said) -> bool:
    """Say whether the step was taken when it was asked for before.

    Raises:
        ConductKeyReused: the key came before with different content.
    """
    if before is None:
        return False
    if before.said != said:
        raise ConductKeyReused
    return True


def seat_of(post: Post, estate: Estate) -> Seat:
    """Return whose conduct it is about, as it is kept with the thing."""
    return Seat(
        estate_id=estate.id,
        estate_name=estate.name,
        units=estate.units,
        post_id=post.id,
        body_id=post.body_id or "",
        name=post.about.display_name,
        title=post.about.title,
        account_id=post.account_id,
    )

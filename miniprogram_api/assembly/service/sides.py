"""Who speaks for which side at an estate today (004:80, 003:81)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from miniprogram_api.assembly.convening import ROLE_OF, Term, in_office
from miniprogram_api.assembly.refusals import NotTheConvener
from miniprogram_api.assembly.session import Convener, Hand
from miniprogram_api.kernel.access import Permission, Principal, Role, Territory
from miniprogram_api.kernel.clock import date_of

if TYPE_CHECKING:
    from datetime import date

    from miniprogram_api.appointments.bodies import Body
    from miniprogram_api.appointments.service.committees import Committees

_BODIES = 100
"""An estate has a committee every few years."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a step, in which territory, and when."""

    principal: Principal
    territory: Territory
    now: datetime

    @property
    def by(self) -> str:
        """The account that asks."""
        return self.principal.account_id

    @property
    def hand(self) -> Hand:
        """Who takes the step."""
        return Hand(self.by, self.principal.display_name, self.now)

    @property
    def today(self) -> date:
        """The day in China."""
        return date_of(self.now)

    @property
    def sees_drafts(self) -> bool:
        """Whether they read drafts, and minutes before they are published: who convenes sessions does."""
        return self.principal.may(Permission.ASSEMBLY_CONVENE, self.territory)


class Sides:
    """Committees in office, and who acts for a convener."""

    def __init__(self, committees: Committees) -> None:
        self._committees = committees

    def terms(self, estate_id: str) -> tuple[Term, ...]:
        """Return when committees of an estate are or were in office; a dissolved one until the day before."""
        bodies = self._committees.list_bodies(estate_id, _BODIES, None).items
        return tuple(Term(body.formed_on, _last_day(body)) for body in bodies)

    def committee_in_office(self, estate_id: str, on: date) -> bool:
        """Say whether a committee is in office on a day."""
        return in_office(self.terms(estate_id), on)

    def convenes(self, asked: Asked, convener: Convener) -> bool:
        """Say whether the person acts for the convening side; see ``require``."""
        try:
            self.require(asked, convener)
        except NotTheConvener:
            return False
        return True

    def require(self, asked: Asked, convener: Convener) -> None:
        """Let only the convening side act; when its committee has left office, the community goes on for it.

        Raises:
            NotTheConvener: the person is of another side.
        """
        roles = asked.principal.roles_in(asked.territory)
        if ROLE_OF[convener] in roles:
            return
        stands_in = convener is Convener.COMMITTEE and Role.COMMUNITY in roles
        if not stands_in or self.committee_in_office(asked.territory.estate_id or "", asked.today):
            raise NotTheConvener


def _last_day(body: Body) -> date:
    if body.ended_at is None:
        return body.term_ends_on
    return min(body.term_ends_on, date_of(body.ended_at) - timedelta(days=1))

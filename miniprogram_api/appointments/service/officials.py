"""Post officials, by the level above or the operator, and look at a street's station (IDR-06 to 08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.appointments.bodies import Station
from miniprogram_api.appointments.rules import Appointee, Group, Post, PostState, PostUnknown, StationUnknown
from miniprogram_api.appointments.service.appointing import beginning
from miniprogram_api.estates.rules import UnitLevel
from miniprogram_api.kernel.access import NotAllowed, Permission, Role, ScopeKind, Territory

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.appointments.service.appointing import Appointing
    from miniprogram_api.appointments.store import Registry
    from miniprogram_api.estates.rules import Unit
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal

ROLE_OF_LEVEL = {
    UnitLevel.CITY: Role.BUREAU,
    UnitLevel.DISTRICT: Role.BUREAU,
    UnitLevel.STREET: Role.STREET,
    UnitLevel.COMMUNITY: Role.COMMUNITY,
}
"""Which office a unit's people hold (四级监管, IDR-08)."""

_ESTATES_AT_ONCE = 100


class Officials:
    """The people of city, districts, streets and communities."""

    def __init__(self, registry: Registry, appointing: Appointing, estates: Estates) -> None:
        self._registry = registry
        self._appointing = appointing
        self._estates = estates

    def appoint(self, by: Principal, unit_id: str, who: Appointee, key: str, now: datetime) -> Post:
        """Post somebody at a unit; the role follows from the unit's level.

        Raises:
            NotAllowed: only the level above, or the operator, posts officials.
            Problem: see Appointing.
        """
        unit = self._estates.get_unit(unit_id)
        self._require_above(by, unit)
        place = (ScopeKind.UNIT, unit.id, unit.name)
        draft = self._appointing.draft(by.account_id, key, place, ROLE_OF_LEVEL[unit.level], who, now)
        return self._appointing.write(beginning(by.account_id, "appoint_official", now), [draft])[0]

    def access_official_by_id(self, by: Principal, unit_id: str, post_id: str) -> Post:
        """Return an official's post, for somebody who may change it.

        Raises:
            PostUnknown: there is none at the unit.
            NotAllowed: only the level above, or the operator, changes it.
        """
        post = self._registry.find_post(ScopeKind.UNIT, unit_id, post_id)
        if post is None:
            raise PostUnknown
        self._require_above(by, self._estates.get_unit(unit_id))
        return post

    def station_of(self, unit_id: str) -> Station:
        """Return a street's property station: who is posted from where, and the households it serves (IDR-07).

        Raises:
            StationUnknown: the unit is no street.
        """
        unit = self._estates.get_unit(unit_id)
        if unit.level is not UnitLevel.STREET:
            raise StationUnknown
        staff = self._registry.all_posts(ScopeKind.UNIT, unit.id, Group.OFFICIALS, Role.STREET)
        households, communities, cursor = 0, set[str](), None
        while True:
            page = self._estates.list_estates_below(unit.territory, _ESTATES_AT_ONCE, cursor)
            households += sum(estate.households for estate in page.items)
            communities |= {estate.community_id for estate in page.items}
            cursor = page.next
            if cursor is None:
                return Station(
                    tuple(post for post in staff if post.state is not PostState.ENDED), households, len(communities)
                )

    def _require_above(self, by: Principal, unit: Unit) -> None:
        above = Territory(units=unit.path[:-1])
        if not by.may(Permission.OFFICIAL_EDIT, above):
            raise NotAllowed(permission=Permission.OFFICIAL_EDIT.value)

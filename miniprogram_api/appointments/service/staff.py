"""Name a company's people: managers, deputies, workers, administrators (IDR-04, IDR-20)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from miniprogram_api.appointments.rules import (
    MAXIMUM_ESTATES,
    Appointee,
    CompanyMissing,
    Post,
    PostUnknown,
    RoleNotGivable,
    TooManyEstates,
    may_give,
)
from miniprogram_api.appointments.service.appointing import beginning
from miniprogram_api.kernel.access import STAFF, NotAllowed, PlaceUnknown, Role, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miniprogram_api.appointments.service.appointing import Appointing
    from miniprogram_api.appointments.store import Registry
    from miniprogram_api.estates.rules import Estate
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.kernel.access import Principal, Territory


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """Whom a company names to which role; ``successor_of`` is the leader's post that ends in the same act."""

    role: Role
    who: Appointee
    deputy: bool = False
    successor_of: str | None = None


class Staff:
    """The people of property companies."""

    def __init__(self, registry: Registry, appointing: Appointing, estates: Estates) -> None:
        self._registry = registry
        self._appointing = appointing
        self._estates = estates

    def appoint_at(self, by: Principal, estate_id: str, order: StaffOrder, key: str, now: datetime) -> Post:
        """Name somebody at one estate.

        Raises:
            CompanyMissing: no company is under contract there.
            NotAllowed: a manager names no managers.
            SeatTaken: the estate has a manager (deputy) already (IDR-04).
            Problem: see Appointing.
        """
        estate = self._estates.get_estate(estate_id)
        self._require_may_give(by, estate.territory, order)
        if estate.company_id is None:
            raise CompanyMissing
        return self._appoint(by.account_id, estate.company_id, [estate], order, key, now)[0]

    def appoint_for(
        self, by: Principal, company_id: str, estate_ids: Sequence[str], order: StaffOrder, key: str, now: datetime
    ) -> list[Post]:
        """Name somebody at several estates of the company in one appointment (IDR-20).

        Raises:
            TooManyEstates: none, more than twelve, or one twice.
            PlaceUnknown: one is not the company's now.
            SeatTaken: one has a manager (deputy) already.
            Problem: see Appointing.
        """
        if not 0 < len(set(estate_ids)) == len(estate_ids) <= MAXIMUM_ESTATES:
            raise TooManyEstates
        estates = [self._estates.get_estate(estate_id) for estate_id in estate_ids]
        if any(estate.company_id != company_id for estate in estates):
            raise PlaceUnknown
        for estate in estates:
            self._require_may_give(by, estate.territory, order)
        return self._appoint(by.account_id, company_id, estates, order, key, now)

    def appoint_admin(self, by: str, company_id: str, who: Appointee, key: str, now: datetime) -> Post:
        """Name the head of a company, whose role reaches every estate it has under contract (IDR-20)."""
        company = self._estates.get_company(company_id)
        place = (ScopeKind.COMPANY, company.id, company.name)
        draft = self._appointing.draft(by, key, place, Role.COMPANY_ADMIN, who, now)
        post = replace(draft, company_id=company.id)
        return self._appointing.write(beginning(by, "appoint_company_admin", now), [post])[0]

    def require_may_take(self, by: Principal, posts: Sequence[Post]) -> None:
        """Let only those change, suspend or end posts who could give them.

        Raises:
            NotAllowed: a manager does not touch managers.
        """
        for post in posts:
            if post.place is ScopeKind.ESTATE:
                territory = self._estates.get_estate(post.place_id).territory
                if not may_give(by.roles_in(territory), post.role):
                    raise NotAllowed(role=post.role.value)

    def access_appointment_by_id(self, company_id: str, post_id: str) -> list[Post]:
        """Return the posts of one appointment of the company that have not ended.

        Raises:
            PostUnknown: there are none.
        """
        posts = [post for post in self._registry.find_appointment(company_id, post_id) if not post.is_over]
        if not posts:
            raise PostUnknown
        return posts

    def _appoint(
        self, by: str, company_id: str, estates: Sequence[Estate], order: StaffOrder, key: str, now: datetime
    ) -> list[Post]:
        first = estates[0]
        place = (ScopeKind.ESTATE, first.id, first.name)
        draft = self._appointing.draft(by, key, place, order.role, order.who, now, deputy=order.deputy)
        estate_ids = tuple(estate.id for estate in estates)
        posts = [
            replace(draft, place_id=estate.id, place_name=estate.name, company_id=company_id, estate_ids=estate_ids)
            for estate in estates
        ]
        begin = beginning(by, "appoint_staff", now)
        return self._appointing.write(begin, posts, successor_of=order.successor_of)

    def _require_may_give(self, by: Principal, territory: Territory, order: StaffOrder) -> None:
        if (
            order.role not in STAFF
            or order.role is Role.COMPANY_ADMIN
            or (order.deputy and order.role is not Role.MANAGER)
        ):
            raise RoleNotGivable
        if not may_give(by.roles_in(territory), order.role):
            raise NotAllowed(role=order.role.value)

"""Look after the tree, the estates and the companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.kernel.access import Permission, PlaceUnknown, Principal, Territory, demand

if TYPE_CHECKING:
    from miniprogram_api.estates.rules import Company, Estate, Unit
    from miniprogram_api.estates.store import Register


class Estates:
    """The registers on which every other room rests."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def get_estate(self, estate_id: str) -> Estate:
        """Return an estate.

        Raises:
            PlaceUnknown: there is none of that id.
        """
        estate = self._register.find_estate(estate_id)
        if estate is None:
            raise PlaceUnknown
        return estate

    def get_unit(self, unit_id: str) -> Unit:
        """Return a unit of the tree, or raise PlaceUnknown."""
        unit = self._register.find_unit(unit_id)
        if unit is None:
            raise PlaceUnknown
        return unit

    def get_company(self, company_id: str) -> Company:
        """Return a company, or raise PlaceUnknown."""
        company = self._register.find_company(company_id)
        if company is None:
            raise PlaceUnknown
        return company

    def access_estate_by_id(self, principal: Principal, permission: Permission, estate_id: str) -> Estate:
        """Return an estate in which the person may do the act.

        Raises:
            PlaceUnknown: there is none, or the person does not belong there.
            NotAllowed: the person belongs there, but may not do this.
        """
        estate = self.get_estate(estate_id)
        demand(principal, permission, estate.territory)
        return estate

    def territory_of_estate(self, estate_id: str) -> Territory:
        """Return where an estate lies, or raise PlaceUnknown."""
        return self.get_estate(estate_id).territory

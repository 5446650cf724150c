"""What this room needs of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from miniprogram_api.facilities.rules import Facility
    from miniprogram_api.identity.rules import Account, HeldGrant
    from miniprogram_api.kernel.access import Role
    from miniprogram_api.kernel.photo import PhotoShown
    from miniprogram_api.storage.transaction import Transaction


class PhotoAlbum(Protocol):
    """Binds uploaded photos to what the same act writes."""

    def attach(self, act: Transaction, estate_id: str, photo_ids: Iterable[str], owner: str, purpose: str) -> None:
        """Add the parts that bind the photos; they refuse photos that are not there or not this person's."""
        ...

    def show(self, estate_id: str, photo_ids: Iterable[str]) -> list[PhotoShown]:
        """Return what people see of the photos."""
        ...


class FacilityRegister(Protocol):
    """Knows which facility is in warranty."""

    def get_facility(self, estate_id: str, facility_id: str) -> Facility:
        """Return a facility of the estate, or raise NotFound."""
        ...


class StaffRegister(Protocol):
    """Knows who is posted where."""

    def people_at(self, *, estate_id: str, roles: Collection[Role], now: datetime) -> list[HeldGrant]:
        """Return who holds one of the roles at the estate now."""
        ...


class AccountRegister(Protocol):
    """Knows the phone number a reporter proved."""

    def find_accounts(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Return those of the accounts that exist."""
        ...

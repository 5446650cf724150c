"""Who may call an operation. A route without a guard does not start (design section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from miniprogram_api.kernel.access import Permission, Principal, Territory


class Place(StrEnum):
    """Which part of the path names the territory that a guard checks."""

    ESTATE = "estate_id"
    UNIT = "unit_id"
    COMPANY = "company_id"


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody, signed in or not; at most ``per_minute`` calls from one address (per running instance)."""

    per_minute: int = 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Anybody who signed in, for what is theirs alone."""


@dataclass(frozen=True, slots=True)
class InPlace:
    """Whoever may do ``permission`` in the territory that the path names."""

    place: Place
    permission: Permission


Guard = Public | SignedIn | InPlace


def public(per_minute: int = 60) -> Public:
    """Open to anybody; say why in the view's docstring."""
    return Public(per_minute)


def signed_in() -> SignedIn:
    """For things that hang on the person who asks and nothing else."""
    return SignedIn()


def in_estate(permission: Permission) -> InPlace:
    """For things of the estate ``<estate_id>`` in the path."""
    return InPlace(Place.ESTATE, permission)


def in_unit(permission: Permission) -> InPlace:
    """For things of the organisation unit ``<unit_id>`` in the path."""
    return InPlace(Place.UNIT, permission)


def in_company(permission: Permission) -> InPlace:
    """For things of the company ``<company_id>`` in the path."""
    return InPlace(Place.COMPANY, permission)


class Gatekeeper(Protocol):
    """What the edge asks of the rooms to check a guard."""

    def principal(self, token: str) -> Principal:
        """Return the person a session token stands for.

        Raises:
            Unauthenticated: the token is unknown, too old, or was ended.
        """
        ...

    def territory(self, place: Place, identity: str) -> Territory:
        """Return the territory that an estate, unit or company id names.

        Raises:
            PlaceUnknown: there is none.
        """
        ...

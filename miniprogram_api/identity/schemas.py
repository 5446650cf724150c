"""What people send and see about themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from miniprogram_api.identity.rules import Account, AccountState, HeldGrant
from miniprogram_api.kernel.access import OFFICIALS, RESIDENTS, Permission, Role, ScopeKind

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Phone = Annotated[str, msgspec.Meta(min_length=11, max_length=20)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=r"\S")]
Reason = Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=r"\S")]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that ``wx.login`` gave."""

    code: Code


class PhoneByWeChat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that WeChat's phone button gave."""

    code: Code


class PhoneByInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number and the six digits that the manager read out."""

    phone: Phone
    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$", min_length=6, max_length=6)]


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody staff know in person: their number and name."""

    phone: Phone
    name: Name


class InvitationCode(msgspec.Struct, frozen=True):
    """The code to read out to the person; it is shown once."""

    code: str
    expires_at: datetime


class PermissionsHeld(msgspec.Struct, frozen=True):
    """What the person who asks may do at an estate; whether a thing lets it happen is the thing's own matter."""

    permissions: list[Permission]


class NewDisplayName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What others shall read as one's name."""

    display_name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]


class OperatorCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The deployer's one-time code."""

    code: Code


class Suspension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a person may not act any more."""

    reason: Reason


class AccountStanding(msgspec.Struct, frozen=True):
    """Whether a person may act."""

    account_id: str
    state: AccountState
    display_name: str
    reason: str | None = None
    suspended_at: datetime | None = None

    @classmethod
    def of(cls, account: Account) -> AccountStanding:
        """Return the standing of an account."""
        return cls(account.id, account.state, account.display_name, account.suspended_reason, account.suspended_at)


class Home(StrEnum):
    """Which home page a workspace opens (各自界面, IDR-02)."""

    RESIDENT = "resident"
    STAFF = "staff"
    COMPANY = "company"
    COMMUNITY = "community"
    STREET = "street"
    BUREAU = "bureau"
    OPERATOR = "operator"


def home_of(role: Role) -> Home:
    """Return the home page of a role: neighbours share the residents' one, officials have one a level."""
    if role in RESIDENTS | {Role.BUILDING_HEAD, Role.COMMITTEE, Role.REGISTERED}:
        return Home.RESIDENT
    if role is Role.COMPANY_ADMIN:
        return Home.COMPANY
    if role in OFFICIALS | {Role.OPERATOR}:
        return Home(role.value)
    return Home.STAFF


class Workspace(msgspec.Struct, frozen=True):
    """One role within one scope; send its ``id`` as ``X-Workspace`` to act in it alone."""

    id: str
    role: Role
    home: Home
    scope: ScopeKind
    scope_id: str
    label: str
    room_id: str | None = None
    valid_until: datetime | None = None

    @classmethod
    def of(cls, held: HeldGrant) -> Workspace:
        """Return the workspace that a grant opens."""
        grant = held.grant
        return cls(
            id=grant.id,
            role=grant.role,
            home=home_of(grant.role),
            scope=grant.scope.kind,
            scope_id=grant.scope.id,
            label=grant.label,
            room_id=grant.room_id,
            valid_until=grant.valid_until,
        )


class Me(msgspec.Struct, frozen=True):
    """A person as they see themselves."""

    account_id: str
    state: AccountState
    display_name: str
    workspaces: list[Workspace]
    phone: str | None = None

    @classmethod
    def of(cls, account: Account, held: list[HeldGrant], now: datetime) -> Me:
        """Return the account with the workspaces that count now."""
        open_now = [Workspace.of(entry) for entry in held if entry.ended_at is None and entry.grant.is_live(now)]
        return cls(account.id, account.state, account.display_name, open_now, account.phone_masked)


class SignedIn(msgspec.Struct, frozen=True):
    """A session: send ``token`` as ``Authorization: Bearer`` until it ends."""

    token: str
    ends_at: datetime
    me: Me


class PersonalExport(msgspec.Struct, frozen=True):
    """Everything kept about the person who asks, by the part of the house that keeps it."""

    made_at: datetime
    records: dict[str, Any]

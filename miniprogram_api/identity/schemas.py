"""What people send and see about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from miniprogram_api.identity.rules import Account, AccountState, HeldGrant
from miniprogram_api.kernel.access import Role, ScopeKind

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code that ``wx.login`` gave."""

    code: Code


class Workspace(msgspec.Struct, frozen=True):
    """One role within one scope; send its ``id`` as ``X-Workspace`` to act in it alone."""

    id: str
    role: Role
    scope: ScopeKind
    scope_id: str
    label: str
    room_id: str | None = None
    valid_until: datetime | None = None

    @classmethod
    def of(cls, held: HeldGrant) -> Workspace:
        """Return the workspace that a grant opens."""
        grant = held.grant
        return cls(grant.id, grant.role, grant.scope.kind, grant.scope.id, grant.label, grant.room_id, grant.valid_until)


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

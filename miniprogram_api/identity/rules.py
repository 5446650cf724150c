"""Accounts and grants: guest -> registered -> verified -> suspended (IDR-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.access import Grant, Principal, live
from miniprogram_api.kernel.errors import Forbidden, NotFound


class AccountState(StrEnum):
    """How far a person is known."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class AccountSuspended(Forbidden):
    """The account was suspended by the community or the bureau."""

    code = "account_suspended"
    message = "您的账号已被暂停使用，请联系社区。"


class AccountUnknown(NotFound):
    """There is no such account, or it was deleted."""

    code = "account_unknown"
    message = "没有找到该用户。"


@dataclass(frozen=True, slots=True)
class Account:
    """One WeChat user of the mini program.

    ``openid``, ``phone`` and ``name`` are sealed texts. ``phone_index`` finds the account by phone number without
    revealing it. ``display_name`` is what others may read: a masked name for residents, the working name for staff.
    ``session_number`` is raised to end all sessions.
    """

    id: str
    openid: str
    created_at: datetime
    state: AccountState = AccountState.REGISTERED
    display_name: str = "居民"
    phone: str | None = None
    phone_index: str | None = None
    phone_masked: str | None = None
    name: str | None = None
    photo_id: str | None = None
    session_number: int = 1
    suspended_reason: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class OpenidGuard:
    """One account per WeChat user."""

    account_id: str
    appid: str
    openid_index: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant in the hands of a person: who gave it and when. An ended grant stays as a fact."""

    account_id: str
    grant: Grant
    given_by: str
    given_at: datetime
    display_name: str = ""
    ended_at: datetime | None = None
    version: int = 0

    def ended(self, at: datetime) -> HeldGrant:
        """Return the grant as it stands after it ended at ``at``."""
        return replace(self, ended_at=at, grant=replace(self.grant, valid_until=at))


def principal_of(account: Account, held: list[HeldGrant], now: datetime) -> Principal:
    """Return the person who may ask, with the grants that count now.

    Raises:
        AccountSuspended: the account may not act.
        AccountUnknown: the account was deleted by its owner.
    """
    if account.state is AccountState.SUSPENDED:
        raise AccountSuspended
    if account.state is AccountState.CANCELLED:
        raise AccountUnknown
    grants = live((entry.grant for entry in held if entry.ended_at is None), now)
    return Principal(account.id, account.display_name, account.state is AccountState.VERIFIED, grants)

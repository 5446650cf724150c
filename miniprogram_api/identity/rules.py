"""Accounts and grants: guest -> registered -> verified -> suspended (IDR-01)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from miniprogram_api.kernel.access import Grant, Principal, live
from miniprogram_api.kernel.errors import Conflict, Forbidden, Invalid, NotFound


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


class AccountChanged(Conflict):
    """The account was changed by somebody else in the same moment."""

    code = "account_changed"
    message = "账号信息刚刚有变化，请刷新后再试。"


class OfficialNotSuspendable(Forbidden):
    """Officials and operators are not suspended as residents are: whoever appointed them ends their post (IDR-08)."""

    code = "official_not_suspendable"
    message = "该用户有公职，请由上级单位暂停或结束其任职。"


class SuspendedElsewhere(Forbidden):
    """Another estate's community or the bureau suspended the account; it is restored where it was suspended."""

    code = "suspended_elsewhere"
    message = "该账号由其他小区所在社区暂停，请联系原社区恢复。"


class DisplayNameRefused(Invalid):
    """The name pretends to an office, or WeChat's content check objects to it."""

    code = "display_name_refused"
    message = "该称呼不能使用，请换一个称呼。"


class OperatorCodeRefused(Forbidden):
    """The deployer's one-time code is wrong, or this person has tried too often."""

    code = "operator_code_refused"
    message = "运维口令不正确，请向部署人员核对。"


class OperatorClaimed(Conflict):
    """The first operator has been named; further ones cannot be claimed."""

    code = "operator_claimed"
    message = "平台运维人员已登记，不能重复登记。"


OPERATOR_TRIES = 10
"""Tries of the operator's code that one account has, ever."""

SHORTEST_OPERATOR_CODE = 20
"""A shorter deployer's code is treated as absent: it would be worth guessing."""

SIGN_INS_KEPT = timedelta(days=184)
"""Network logs are kept for at least six months (网络安全法, article 21, item 3)."""

NEW_NAME = "居民"
GONE_NAME = "已注销用户"
_OFFICES = frozenset(
    ["经理", "物业", "社区", "街道", "客服", "管理", "官方", "主任", "业委", "物管", "住建", "微信", "系统", "运维"]
)


def parse_display_name(text: str) -> str:
    """Return the name others shall read, without blanks around it.

    Raises:
        DisplayNameRefused: it is empty, not printable, or reads like an office nobody gave this person.
    """
    name = text.strip()
    if not name or not name.isprintable() or any(office in name for office in _OFFICES):
        raise DisplayNameRefused
    return name


@dataclass(frozen=True, slots=True)
class Account:
    """One WeChat user of the mini program.

    ``openid``, ``phone`` and ``name`` are sealed texts. ``phone_index`` finds the account by phone number without
    revealing it. ``display_name`` is what others may read: a masked name for residents, the working name for staff.
    ``session_number`` is raised to end all sessions. ``suspended_from`` is the state a restored account returns to,
    ``suspended_in`` the estate for which it was suspended: only there is it restored.
    """

    id: str
    openid: str
    created_at: datetime
    state: AccountState = AccountState.REGISTERED
    display_name: str = NEW_NAME
    phone: str | None = None
    phone_index: str | None = None
    phone_masked: str | None = None
    phone_proved_at: datetime | None = None
    name: str | None = None
    photo_id: str | None = None
    session_number: int = 1
    suspended_reason: str | None = None
    suspended_from: AccountState | None = None
    suspended_at: datetime | None = None
    suspended_in: str | None = None
    operator_tries: int = 0
    version: int = 0

    def known_as(self, display_name: str) -> Account:
        """Return the verified account; the name it goes by is taken over unless the person chose one (IDR-01)."""
        state = AccountState.VERIFIED if self.state is AccountState.REGISTERED else self.state
        chosen = self.display_name if self.display_name != NEW_NAME else display_name
        return replace(self, state=state, display_name=chosen)

    def without_phone(self) -> Account:
        """Return the account after somebody else proved its number."""
        return replace(self, phone=None, phone_index=None, phone_masked=None, phone_proved_at=None)

    def suspended(self, estate_id: str, reason: str, now: datetime) -> Account:
        """Return the account as it cannot act: every session is over (IDR-01)."""
        return replace(
            self,
            state=AccountState.SUSPENDED,
            suspended_from=self.state,
            suspended_reason=reason,
            suspended_at=now,
            suspended_in=estate_id,
            session_number=self.session_number + 1,
        )

    def restored(self) -> Account:
        """Return the account as it stood before its suspension."""
        state = self.suspended_from or AccountState.REGISTERED
        return replace(
            self, state=state, suspended_from=None, suspended_reason=None, suspended_at=None, suspended_in=None
        )

    def cancelled(self) -> Account:
        """Return what stays of an account its owner deleted: an id without a person."""
        gone = Account(self.id, "", self.created_at, AccountState.CANCELLED, GONE_NAME)
        return replace(gone, session_number=self.session_number + 1, version=self.version)


class SignInOutcome(StrEnum):
    """How a sign-in ended."""

    REGISTERED = "registered"
    SIGNED_IN = "signed_in"
    REFUSED_SUSPENDED = "refused_suspended"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in, as the log keeps it (IDR-01). Decisions on an account are in the audit trail of the account."""

    account_id: str
    number: str
    at: datetime
    outcome: SignInOutcome


@dataclass(frozen=True, slots=True)
class OperatorClaim:
    """Who became the first operator with the deployer's code."""

    account_id: str
    claimed_at: datetime


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

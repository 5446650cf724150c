"""Sign in, know who asks, end sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from miniprogram_api.identity.rules import (
    Account,
    AccountChanged,
    AccountState,
    AccountUnknown,
    HeldGrant,
    OpenidGuard,
    SignIn,
    SignInOutcome,
    parse_display_name,
    principal_of,
)
from miniprogram_api.identity.store import ACCOUNT, OPENID, SIGN_IN, People
from miniprogram_api.kernel.errors import Conflict, Unauthenticated
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from miniprogram_api.kernel.access import Principal
    from miniprogram_api.storage.sealing import Sealer


class WeChatSession(Protocol):
    """Who WeChat says holds a login code."""

    @property
    def openid(self) -> str:
        """The person's id within this mini program."""
        ...


class TextJudgement(Protocol):
    """What WeChat says of a text."""

    def require_not_risky(self) -> None:
        """Raise ContentRisky when WeChat advises to refuse the text."""
        ...


class WeChatLogin(Protocol):
    """The part of WeChat that signing in needs."""

    def code_to_session(self, code: str) -> WeChatSession:
        """Exchange a login code.

        Raises:
            LoginCodeRefused: the code is unknown, used, or too old.
        """
        ...

    def check_text(self, openid: str, text: str, scene: Literal[1]) -> TextJudgement:
        """Judge a text of a person's profile (scene 1).

        Raises:
            ContentUnchecked: the person has to come in again first.
        """
        ...


class Tokens(Protocol):
    """Issues and reads session tokens."""

    def issue(self, account_id: str, number: int, now: datetime) -> tuple[str, datetime]:
        """Return a token and the instant it ends."""
        ...

    def read(self, token: str, now: datetime) -> tuple[str, int]:
        """Return whose token it is and its session number, or raise Unauthenticated."""
        ...


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """The outcome of signing in."""

    account: Account
    held: list[HeldGrant]
    token: str
    ends_at: datetime


class SessionEnded(Unauthenticated):
    """All sessions of this account were ended."""

    code = "session_ended"
    message = "您已退出登录，请重新进入小程序。"


class _AlreadyRegistered(Conflict):
    """Two first visits of one person at once; the other one won."""


class Identity:
    """Who people are. ``wechat`` is asked for when first needed: most requests come from who signed in before."""

    def __init__(
        self, people: People, wechat: Callable[[], WeChatLogin], tokens: Tokens, sealer: Sealer, appid: str
    ) -> None:
        self._people = people
        self._wechat = wechat
        self._tokens = tokens
        self._sealer = sealer
        self._appid = appid

    def sign_in(self, code: str, now: datetime) -> SignedInPerson:
        """Sign a person in with WeChat's login code; on the first visit they become registered (IDR-01).

        Raises:
            LoginCodeRefused: WeChat does not know the code (any more).
            AccountSuspended: the account may not act.
        """
        openid = self._wechat().code_to_session(code).openid
        index = self._sealer.index(openid, "openid")
        account_id = self._people.find_by_openid(self._appid, index)
        if account_id is None:
            account_id = self._register(openid, index, now)
            outcome = SignInOutcome.REGISTERED
        else:
            outcome = SignInOutcome.SIGNED_IN
        account, held = self._known(account_id)
        suspended = account.state is AccountState.SUSPENDED
        self._log(account_id, SignInOutcome.REFUSED_SUSPENDED if suspended else outcome, now)
        principal_of(account, held, now)
        token, ends_at = self._tokens.issue(account.id, account.session_number, now)
        return SignedInPerson(account, held, token, ends_at)

    def _log(self, account_id: str, outcome: SignInOutcome, now: datetime) -> None:
        act = Transaction(account_id, "sign_in", now)
        act.add(SIGN_IN, SignIn(account_id, secret_token(8), now, outcome))
        self._people.commit(act)

    def _register(self, openid: str, index: str, now: datetime) -> str:
        account = Account(new_id("acc", now), self._sealer.seal(openid, "openid"), now)
        act = Transaction(account.id, "register", now)
        act.add(OPENID, OpenidGuard(account.id, self._appid, index), otherwise=_AlreadyRegistered)
        act.add(ACCOUNT, account)
        try:
            self._people.commit(act)
        except _AlreadyRegistered:
            return self._people.find_by_openid(self._appid, index) or account.id
        return account.id

    def principal(self, token: str, now: datetime) -> Principal:
        """Return the person a session token stands for, with the grants that count now: one query.

        Raises:
            Unauthenticated: the token does not hold, or all sessions were ended.
            AccountSuspended: the account may not act.
        """
        account_id, number = self._tokens.read(token, now)
        account, held = self._known(account_id)
        if number != account.session_number:
            raise SessionEnded
        return principal_of(account, held, now)

    def me(self, account_id: str) -> tuple[Account, list[HeldGrant]]:
        """Return a person's own account and everything they hold."""
        return self._known(account_id)

    def end_sessions(self, account_id: str, now: datetime) -> None:
        """End every session of a person, on every device."""
        account, _ = self._known(account_id)
        act = Transaction(account_id, "end_sessions", now)
        act.change(
            ACCOUNT, account, replace(account, session_number=account.session_number + 1), otherwise=AccountChanged
        )
        self._people.commit(act)

    def rename(self, account_id: str, display_name: str, now: datetime) -> tuple[Account, list[HeldGrant]]:
        """Let a person choose what others read as their name; WeChat checks it (IDR-01).

        Raises:
            DisplayNameRefused: it pretends to an office.
            ContentRisky, ContentUnchecked: WeChat objects, or wants the person to come in again first.
            AccountChanged: the account changed meanwhile.
        """
        name = parse_display_name(display_name)
        account, held = self._known(account_id)
        if account.display_name == name:
            return account, held
        self._wechat().check_text(self._sealer.open(account.openid, "openid"), name, 1).require_not_risky()
        act = Transaction(account_id, "rename", now)
        changed = act.change(ACCOUNT, account, replace(account, display_name=name), otherwise=AccountChanged)
        self._people.commit(act)
        return changed, held

    def get_account(self, account_id: str) -> Account:
        """Return an account that is not deleted.

        Raises:
            AccountUnknown: there is none.
        """
        account = self._people.find(account_id)
        if account is None or account.state is AccountState.CANCELLED:
            raise AccountUnknown
        return account

    def find_accounts(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts of these ids that exist, one round trip a hundred."""
        return self._people.find_accounts(account_ids)

    def phone_index_of(self, account_id: str) -> str | None:
        """Return the keyed hash of the number a person proved, as the room roster knows telephones, or None."""
        account = self._people.find(account_id)
        return None if account is None else account.phone_index

    def openid_of(self, account_id: str) -> str | None:
        """Return the WeChat id under which a person is reached, or None when the account is gone."""
        account = self._people.find(account_id)
        if account is None or account.state is AccountState.CANCELLED:
            return None
        return self._sealer.open(account.openid, "openid")

    def _known(self, account_id: str) -> tuple[Account, list[HeldGrant]]:
        found = self._people.find_with_grants(account_id)
        if found is None:
            raise AccountUnknown
        return found

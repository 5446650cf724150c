"""Suspend and restore people, and name the first operator."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.identity.rules import (
    OPERATOR_TRIES,
    SHORTEST_OPERATOR_CODE,
    Account,
    AccountChanged,
    AccountState,
    AccountUnknown,
    HeldGrant,
    OfficialNotSuspendable,
    OperatorClaim,
    OperatorClaimed,
    OperatorCodeRefused,
    SuspendedElsewhere,
)
from miniprogram_api.identity.store import ACCOUNT, OPERATOR_CLAIM, People
from miniprogram_api.kernel.access import OFFICIALS, Grant, Role, Scope, ScopeKind
from miniprogram_api.kernel.ids import derived_id
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.kernel.access import Territory

_ABOVE = OFFICIALS | {Role.OPERATOR}


class Standing:
    """Whether a person may act at all (IDR-01)."""

    def __init__(self, people: People, grants: Grants, operator_code: Callable[[], str]) -> None:
        self._people = people
        self._grants = grants
        self._operator_code = operator_code

    def access_account_by_id(self, territory: Territory, account_id: str, now: datetime) -> Account:
        """Return an account that has or had a role in the territory.

        Raises:
            AccountUnknown: there is none, or it never belonged there.
            OfficialNotSuspendable: the person holds a public office now.
        """
        account, held = self._people.find_with_grants(account_id) or (None, list[HeldGrant]())
        if account is None or account.state is AccountState.CANCELLED:
            raise AccountUnknown
        if not any(one.grant.reaches(territory) for one in held):
            raise AccountUnknown
        if any(one.grant.role in _ABOVE and one.ended_at is None and one.grant.is_live(now) for one in held):
            raise OfficialNotSuspendable
        return account

    def suspend(
        self, by: str, estate_id: str, territory: Territory, account_id: str, reason: str, now: datetime
    ) -> Account:
        """Take away all rights of a person at once, with a reason; their sessions are over (IDR-01).

        Raises:
            AccountUnknown, OfficialNotSuspendable: see access_account_by_id.
            AccountChanged: the account changed in the same moment.
        """
        account = self.access_account_by_id(territory, account_id, now)
        if account.state is AccountState.SUSPENDED:
            return account
        return self._change(Transaction(by, "suspend_account", now), account, account.suspended(estate_id, reason, now))

    def restore(self, by: str, estate_id: str, territory: Territory, account_id: str, now: datetime) -> Account:
        """Give a suspended person back what they had, as far as it has not ended meanwhile.

        Raises:
            SuspendedElsewhere: the account was suspended for another estate.
            AccountUnknown, OfficialNotSuspendable, AccountChanged: as for suspending.
        """
        account = self.access_account_by_id(territory, account_id, now)
        if account.state is not AccountState.SUSPENDED:
            return account
        if account.suspended_in != estate_id:
            raise SuspendedElsewhere
        return self._change(Transaction(by, "restore_account", now), account, account.restored())

    def claim_operator(self, account_id: str, code: str, now: datetime) -> None:
        """Make the person who knows the deployer's one-time code the first operator, once per deployment.

        Raises:
            OperatorCodeRefused: the code is wrong, none was set, or this account has tried too often.
            OperatorClaimed: somebody else was first.
            AccountChanged: the account changed in the same moment.
        """
        account = self._people.find(account_id)
        if account is None:
            raise AccountUnknown
        if account.operator_tries >= OPERATOR_TRIES:
            raise OperatorCodeRefused
        # The try is written before the code is compared, so that guesses at the same moment count too.
        tried = replace(account, operator_tries=account.operator_tries + 1)
        account = self._change(Transaction(account_id, "try_operator_code", now), account, tried)
        expected = self._operator_code()
        if len(expected) < SHORTEST_OPERATOR_CODE or not hmac.compare_digest(expected.encode(), code.encode()):
            raise OperatorCodeRefused
        claim = self._people.find_operator_claim()
        if claim is not None and claim.account_id == account_id:
            return
        act = Transaction(account_id, "claim_operator", now)
        act.add(OPERATOR_CLAIM, OperatorClaim(account_id, now), otherwise=OperatorClaimed)
        grant = Grant(derived_id("grt", "operator", account_id), Role.OPERATOR, Scope(ScopeKind.EVERYWHERE), "平台运维")
        self._grants.give(act, account, [grant], "平台运维")
        self._people.commit(act)

    def _change(self, act: Transaction, before: Account, after: Account) -> Account:
        changed = act.change(ACCOUNT, before, after, otherwise=AccountChanged)
        self._people.commit(act)
        return changed

"""Where accounts and grants lie: one partition per person, so that one query says who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.identity.phones import Invitation, PhoneNumber
from miniprogram_api.identity.rules import (
    SIGN_INS_KEPT,
    Account,
    HeldGrant,
    OpenidGuard,
    OperatorClaim,
    SignIn,
)
from miniprogram_api.kernel.access import RESIDENTS, Role, ScopeKind
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from miniprogram_api.storage.table import Table


def _grant_indexes(held: HeldGrant) -> dict[str, Key]:
    grant, entries = held.grant, dict[str, Key]()
    if held.ended_at is not None:
        return entries
    if grant.scope.kind is ScopeKind.ESTATE and grant.role not in RESIDENTS:
        entries["gsi1"] = keys.staff_of_estate(grant.scope.id, grant.role, held.account_id)
    if grant.scope.kind is ScopeKind.UNIT:
        entries["gsi1"] = keys.staff_of_unit(grant.scope.id, grant.role, held.account_id)
    company = grant.company_id or (grant.scope.id if grant.scope.kind is ScopeKind.COMPANY else None)
    if company is not None:
        entries["gsi2"] = keys.staff_of_company(company, grant.role, held.account_id)
    return entries


ACCOUNT = Kind("account", Account, lambda account: keys.account(account.id))
GRANT = Kind("grant", HeldGrant, lambda held: keys.grant(held.account_id, held.grant.id), _grant_indexes)
OPENID = Kind("openid", OpenidGuard, lambda guard: keys.openid(guard.appid, guard.openid_index))
PHONE = Kind("phone", PhoneNumber, lambda number: keys.phone(number.index))
INVITATION = Kind(
    "invitation",
    Invitation,
    lambda invitation: keys.invitation(invitation.phone_index),
    expires=lambda invitation: invitation.expires_at,
)
SIGN_IN = Kind(
    "sign_in",
    SignIn,
    lambda entry: keys.sign_in(entry.account_id, entry.at, entry.number),
    expires=lambda entry: entry.at + SIGN_INS_KEPT,
)
OPERATOR_CLAIM = Kind("operator_claim", OperatorClaim, lambda _: keys.operator_claim())


class People:
    """Accounts, grants and phone numbers in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, account_id: str) -> Account | None:
        """Return the account, or None."""
        return self._table.find(ACCOUNT, keys.account(account_id))

    def find_accounts(self, account_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts of these ids that exist, in one round trip a hundred."""
        found = self._table.find_all(ACCOUNT, [keys.account(account_id) for account_id in account_ids])
        return {account.id: account for account in found.values()}

    def find_with_grants(self, account_id: str) -> tuple[Account, list[HeldGrant]] | None:
        """Return the account and everything it holds, in one query."""
        account, held = None, list[HeldGrant]()
        for kind, body in self._table.collection(keys.account(account_id).pk):
            if kind == ACCOUNT.name:
                account = ACCOUNT.entity_of(body)
            elif kind == GRANT.name:
                held.append(GRANT.entity_of(body))
        return None if account is None else (account, held)

    def find_grants(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], HeldGrant]:
        """Return the grants that exist at (account id, grant id), in one round trip a hundred."""
        found = self._table.find_all(GRANT, [keys.grant(*one) for one in wanted])
        return {(held.account_id, held.grant.id): held for held in found.values()}

    def find_by_openid(self, appid: str, openid_index: str) -> str | None:
        """Return the account id of a WeChat user, or None on their first visit."""
        guard = self._table.find(OPENID, keys.openid(appid, openid_index))
        return None if guard is None else guard.account_id

    def find_phone(self, index: str) -> PhoneNumber | None:
        """Return what is known of a phone number, or None."""
        return self._table.find(PHONE, keys.phone(index))

    def find_invitation(self, phone_index: str) -> Invitation | None:
        """Return the newest invitation for a phone number, or None."""
        return self._table.find(INVITATION, keys.invitation(phone_index))

    def find_operator_claim(self) -> OperatorClaim | None:
        """Return who became the first operator, or None."""
        return self._table.find(OPERATOR_CLAIM, keys.operator_claim())

    def list_sign_ins(self, account_id: str) -> list[SignIn]:
        """List the sign-ins of a person that are still kept, oldest first."""
        return self._table.all_of(SIGN_IN, keys.sign_ins_of(account_id))

    def list_at_estate(self, estate_id: str, roles: Iterable[Role]) -> list[HeldGrant]:
        """List the grants of these roles at an estate, one query a role."""
        return self._holding(keys.staff_of_estate(estate_id, "", "").pk, roles, "gsi1")

    def list_at_unit(self, unit_id: str, roles: Iterable[Role]) -> list[HeldGrant]:
        """List the grants of these roles at a unit, one query a role."""
        return self._holding(keys.staff_of_unit(unit_id, "", "").pk, roles, "gsi1")

    def list_of_company(self, company_id: str, roles: Iterable[Role]) -> list[HeldGrant]:
        """List the grants of these roles that come from a company, one query a role."""
        return self._holding(keys.staff_of_company(company_id, "", "").pk, roles, "gsi2")

    def _holding(self, pk: str, roles: Iterable[Role], index: str) -> list[HeldGrant]:
        return [
            held
            for role in sorted(roles)
            for held in self._table.all_of(GRANT, pk, index=index, prefix=f"{role.value}#")
        ]

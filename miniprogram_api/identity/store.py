"""Where accounts and grants lie: one partition per person, so that one query says who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.identity.rules import Account, HeldGrant, OpenidGuard
from miniprogram_api.kernel.access import RESIDENTS, ScopeKind
from miniprogram_api.storage import keys
from miniprogram_api.storage.kinds import Key, Kind

if TYPE_CHECKING:
    from miniprogram_api.kernel.page import Page
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
        entries["gsi2"] = keys.staff_of_company(company, held.account_id, grant.id)
    return entries


ACCOUNT = Kind("account", Account, lambda account: keys.account(account.id))
GRANT = Kind("grant", HeldGrant, lambda held: keys.grant(held.account_id, held.grant.id), _grant_indexes)
OPENID = Kind("openid", OpenidGuard, lambda guard: keys.openid(guard.appid, guard.openid_index))


class People:
    """Accounts and grants in the table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.commit = table.commit

    def find(self, account_id: str) -> Account | None:
        """Return the account, or None."""
        return self._table.find(ACCOUNT, keys.account(account_id))

    def find_with_grants(self, account_id: str) -> tuple[Account, list[HeldGrant]] | None:
        """Return the account and everything it holds, in one query."""
        account, held = None, list[HeldGrant]()
        for kind, body in self._table.collection(keys.account(account_id).pk):
            if kind == ACCOUNT.name:
                account = ACCOUNT.entity_of(body)
            elif kind == GRANT.name:
                held.append(GRANT.entity_of(body))
        return None if account is None else (account, held)

    def find_by_openid(self, appid: str, openid_index: str) -> str | None:
        """Return the account id of a WeChat user, or None on their first visit."""
        guard = self._table.find(OPENID, keys.openid(appid, openid_index))
        return None if guard is None else guard.account_id

    def list_staff_of_estate(self, estate_id: str, limit: int, cursor: str | None) -> Page[HeldGrant]:
        """List the live grants of an estate's staff, committee and representatives, by role."""
        pk = keys.staff_of_estate(estate_id, "", "").pk
        return self._table.page(GRANT, pk, index="gsi1", limit=limit, cursor=cursor)

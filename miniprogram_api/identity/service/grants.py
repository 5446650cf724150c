"""Give and take roles: parts of the acts of other rooms, which know why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from miniprogram_api.identity.rules import Account, AccountChanged, AccountState, AccountUnknown, HeldGrant
from miniprogram_api.identity.store import ACCOUNT, GRANT, People

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from miniprogram_api.kernel.access import Grant, Role
    from miniprogram_api.storage.transaction import Transaction


class Grants:
    """The one writer of grants. Every verb adds parts to the caller's act; nothing is written here."""

    def __init__(self, people: People) -> None:
        self._people = people

    def give(self, act: Transaction, account: Account, grants: Sequence[Grant], display_name: str) -> None:
        """Give roles to a person, who is verified by that (IDR-01); an ended grant of the same id counts again.

        Raises:
            AccountUnknown: the account was deleted by its owner.
        """
        self.put(act, account.id, grants, display_name)
        self.confirm(act, account, account.known_as(display_name))

    def put(self, act: Transaction, account_id: str, grants: Sequence[Grant], display_name: str) -> None:
        """Add the grants alone; for acts that change the account themselves."""
        known = self._people.find_grants((account_id, grant.id) for grant in grants)
        for grant in grants:
            held = HeldGrant(account_id, grant, act.by, act.at, display_name)
            before = known.get((account_id, grant.id))
            if before is None:
                act.add(GRANT, held, otherwise=AccountChanged)
            else:
                act.change(GRANT, before, held, otherwise=AccountChanged)

    def confirm(self, act: Transaction, before: Account, after: Account) -> None:
        """Count the gift on the account even where nothing else changes: nobody leaves while being given a role."""
        if before.state is AccountState.CANCELLED:
            raise AccountUnknown
        act.change(ACCOUNT, before, after, otherwise=AccountChanged)

    def end(self, act: Transaction, wanted: Iterable[tuple[str, str]]) -> None:
        """End grants, named by (account id, grant id), at the instant of the act; ended ones stay as they are."""
        for held in self._people.find_grants(wanted).values():
            if held.ended_at is None:
                act.change(GRANT, held, held.ended(act.at), otherwise=AccountChanged)

    def change(self, act: Transaction, account_id: str, grants: Sequence[Grant], display_name: str) -> None:
        """Replace grants that have not ended by what they are now (suspended, another term)."""
        known = self._people.find_grants((account_id, grant.id) for grant in grants)
        for grant in grants:
            before = known.get((account_id, grant.id))
            if before is not None and before.ended_at is None:
                act.change(
                    GRANT, before, replace(before, grant=grant, display_name=display_name), otherwise=AccountChanged
                )

    def people_at_estate(self, estate_id: str, roles: Iterable[Role], now: datetime) -> list[HeldGrant]:
        """List who holds one of the roles at an estate now (staff, committee, representatives)."""
        return self._acting(self._people.list_at_estate(estate_id, roles), now)

    def people_at_unit(self, unit_id: str, roles: Iterable[Role], now: datetime) -> list[HeldGrant]:
        """List who holds one of the offices at a unit now."""
        return self._acting(self._people.list_at_unit(unit_id, roles), now)

    def people_of_company(self, company_id: str, roles: Iterable[Role], now: datetime) -> list[HeldGrant]:
        """List who holds one of the roles from a company now."""
        return self._acting(self._people.list_of_company(company_id, roles), now)

    def _acting(self, listed: list[HeldGrant], now: datetime) -> list[HeldGrant]:
        """Leave out terms that are over and people who may not act."""
        held = [one for one in listed if one.grant.is_live(now)]
        accounts = self._people.find_accounts({one.account_id for one in held})
        return [one for one in held if _may_act(accounts.get(one.account_id))]


def _may_act(account: Account | None) -> bool:
    return account is not None and account.state in {AccountState.REGISTERED, AccountState.VERIFIED}

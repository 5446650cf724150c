"""What a person can take along, and how they leave (design section 8: export and delete what is theirs)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from miniprogram_api.identity.phones import PhoneBusy
from miniprogram_api.identity.rules import GONE_NAME, Account, AccountChanged, AccountState, AccountUnknown, HeldGrant
from miniprogram_api.identity.store import ACCOUNT, GRANT, PHONE, People
from miniprogram_api.storage import keys
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from miniprogram_api.identity.rules import SignIn
    from miniprogram_api.storage.sealing import Sealer


class PersonalRecords(Protocol):
    """What a room keeps about people."""

    def export_of(self, account_id: str) -> list[dict[str, Any]]:
        """Return everything the room keeps about the person, readable, as plain values."""
        ...

    def part_with(self, act: Transaction, account_id: str, /) -> None:
        """Add to the act what ends the person's relations in this room.

        Raises:
            Problem: the person holds something they must hand over first.
        """
        ...

    def forget(self, account_id: str, now: datetime) -> None:
        """Remove the person from the facts that stay; may be repeated."""
        ...


class Leaving:
    """Export and deletion of an account by its owner."""

    def __init__(
        self, people: People, sealer: Sealer, appid: str, records: Callable[[], Mapping[str, PersonalRecords]]
    ) -> None:
        self._people = people
        self._sealer = sealer
        self._appid = appid
        self._records = records

    def export(self, account_id: str) -> dict[str, Any]:
        """Return everything kept about the person who asks, in the clear, as plain values (PIPL, article 45)."""
        account, held = self._known(account_id)
        return {
            "account": {
                "id": account.id,
                "state": account.state.value,
                "display_name": account.display_name,
                "name": self._opened(account.name, "name"),
                "phone": self._opened(account.phone, "phone"),
                "created_at": account.created_at,
            },
            "roles": [_role(entry) for entry in held],
            "sign_ins": [_visit(entry) for entry in self._people.list_sign_ins(account_id)],
            **{name: records.export_of(account_id) for name, records in self._records().items()},
        }

    def cancel(self, account_id: str, now: datetime) -> None:
        """Delete the account at its owner's wish (PIPL, article 47): the person goes, the facts stay without them.

        Roles and household bindings end, phone number and WeChat id are released, all in one act.

        Raises:
            Problem: the person holds a post that must be handed over first.
            AccountChanged: the account changed in the same moment.
        """
        account, held = self._known(account_id)
        act = Transaction(account_id, "cancel_account", now)
        for records in self._records().values():
            records.part_with(act, account_id)
        for records in self._records().values():
            records.forget(account_id, now)
        for entry in held:
            if entry.ended_at is None:
                act.change(GRANT, entry, replace(entry.ended(now), display_name=GONE_NAME), otherwise=AccountChanged)
        self._release(act, account)
        act.change(ACCOUNT, account, account.cancelled(), otherwise=AccountChanged)
        self._people.commit(act)

    def _release(self, act: Transaction, account: Account) -> None:
        index = self._sealer.index(self._sealer.open(account.openid, "openid"), "openid")
        act.remove(keys.openid(self._appid, index), otherwise=AccountChanged)
        if account.phone_index is None:
            return
        number = self._people.find_phone(account.phone_index)
        if number is not None and number.account_id == account.id:
            act.change(PHONE, number, replace(number, account_id=None), otherwise=PhoneBusy)

    def _known(self, account_id: str) -> tuple[Account, list[HeldGrant]]:
        found = self._people.find_with_grants(account_id)
        if found is None or found[0].state is AccountState.CANCELLED:
            raise AccountUnknown
        return found

    def _opened(self, sealed: str | None, purpose: str) -> str | None:
        return None if sealed is None else self._sealer.open(sealed, purpose)


def _role(held: HeldGrant) -> dict[str, Any]:
    grant = held.grant
    return {
        "role": grant.role.value,
        "place": grant.label,
        "given_at": held.given_at,
        "ended_at": held.ended_at,
        "valid_until": grant.valid_until,
    }


def _visit(entry: SignIn) -> dict[str, Any]:
    return {"at": entry.at, "outcome": entry.outcome.value}

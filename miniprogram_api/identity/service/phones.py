"""Prove phone numbers, by WeChat or by a code that staff read out, and give what waited for them."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from miniprogram_api.identity.phones import (
    INVITATION_LIFETIME,
    INVITATION_TRIES,
    Invitation,
    InvitationRefused,
    PhoneBusy,
    PhoneNumber,
    digits_of,
)
from miniprogram_api.identity.rules import Account, AccountChanged, AccountUnknown
from miniprogram_api.identity.store import ACCOUNT, INVITATION, PHONE, People
from miniprogram_api.kernel.privacy import mask_phone, parse_mobile
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from miniprogram_api.identity.rules import HeldGrant
    from miniprogram_api.identity.service.grants import Grants
    from miniprogram_api.storage.sealing import Sealer

_ATTEMPTS = 4
"""People who act on one number at the same moment take turns; each turn reads again."""


class PhoneCodes(Protocol):
    """The part of WeChat that says a phone number."""

    def phone_number(self, code: str) -> str:
        """Exchange a code of the phone button for the number."""
        ...


class Claims(Protocol):
    """What waits for a phone number: the appointments."""

    def claim(self, act: Transaction, account_id: str, waiting: tuple[str, ...]) -> list[HeldGrant]:
        """Add to the act what makes the waiting posts the person's, and return the grants they come with."""
        ...


class Phones:
    """Phone numbers and who holds them."""

    def __init__(
        self, people: People, grants: Grants, sealer: Sealer, wechat: PhoneCodes, claims: Callable[[], Claims]
    ) -> None:
        self._people = people
        self._grants = grants
        self._sealer = sealer
        self._wechat = wechat
        self._claims = claims

    def index_of(self, phone: str) -> str:
        """Return the keyed hash of a number as typed; the same everywhere in the house (also in the room roster).

        Raises:
            PhoneUnreadable: it is no mainland mobile number.
        """
        return self._sealer.index(parse_mobile(phone), "phone")

    def number(self, index: str) -> PhoneNumber:
        """Return what is known of a number; a number nobody used is new."""
        return self._people.find_phone(index) or PhoneNumber(index)

    def change(self, act: Transaction, before: PhoneNumber, after: PhoneNumber) -> None:
        """Add to the act the change of a number; whoever else decides about it in the same moment has to read again."""
        if before.is_new:
            act.add(PHONE, replace(after, version=1), otherwise=PhoneBusy)
        else:
            act.change(PHONE, before, after, otherwise=PhoneBusy)

    def require_holder(self, act: Transaction, number: PhoneNumber) -> None:
        """Let the act happen only while the number is in the same hands."""
        act.require(PHONE.key(number), account_id=number.account_id, otherwise=PhoneBusy)

    def prove_by_wechat(self, account_id: str, code: str, now: datetime) -> Account:
        """Take the number WeChat vouches for (IDR-01); posts that waited for it are given in the same act.

        Raises:
            PhoneCodeRefused: WeChat does not know the code (any more).
            PhoneUnreadable: it is no mainland number; use a code from the manager.
            PhoneBusy: others kept deciding about this number.
        """
        phone = parse_mobile(self._wechat.phone_number(code))
        return self._prove(account_id, phone, None, now)

    def invite(self, estate_id: str, by: str, phone: str, name: str, key: str, now: datetime) -> tuple[str, Invitation]:
        """Make the one-time code for somebody staff know; it replaces an earlier one for the number (IDR-01).

        The code follows from the act, so that repeating a request that got lost gives the same code.

        Raises:
            PhoneUnreadable: it is no mainland mobile number.
            PhoneBusy: somebody else made a code for the number in the same moment.
        """
        phone = parse_mobile(phone)
        index = self._sealer.index(phone, "phone")
        code = digits_of(self._sealer.index(f"{estate_id}\x1f{by}\x1f{phone}\x1f{key}", "invitation_digits"))
        sealed = self._sealer.seal(name.strip(), "name")
        invitation = Invitation(index, self._code_index(phone, code), estate_id, sealed, by, now + INVITATION_LIFETIME)
        before = self._people.find_invitation(index)
        act = Transaction(by, "invite", now)
        if before is None:
            act.add(INVITATION, invitation, otherwise=PhoneBusy)
        elif before.code_index == invitation.code_index:
            return code, before
        else:
            act.change(INVITATION, before, invitation, otherwise=PhoneBusy)
        self._people.commit(act)
        return code, invitation

    def prove_by_invitation(self, account_id: str, phone: str, code: str, now: datetime) -> Account:
        """Take the number for which the person has the code that staff read out to them (IDR-01).

        Raises:
            InvitationRefused: number or code are wrong, or the code is no longer good.
            PhoneBusy: others kept deciding about this number.
        """
        phone = parse_mobile(phone)
        account = self._people.find(account_id)
        index = self._sealer.index(phone, "phone")
        invitation = self._people.find_invitation(index)
        given = self._code_index(phone, code)
        if invitation is not None and invitation.used_by == account_id and account and account.phone_index == index:
            if hmac.compare_digest(invitation.code_index, given):
                return account
            raise InvitationRefused
        # The try is spent by a write of its own before the code is compared: guesses at the same moment count too.
        invitation = self._spend_try(index, account_id, now)
        if not hmac.compare_digest(invitation.code_index, given):
            raise InvitationRefused
        return self._prove(account_id, phone, invitation, now)

    def _code_index(self, phone: str, code: str) -> str:
        return self._sealer.index(f"{phone}\x1f{code}", "invitation")

    def _spend_try(self, index: str, account_id: str, now: datetime) -> Invitation:
        for _ in range(INVITATION_TRIES + 1):
            invitation = self._people.find_invitation(index)
            if invitation is None:
                raise InvitationRefused
            act = Transaction(account_id, "try_invitation", now)
            spent = act.change(INVITATION, invitation, invitation.tried(now), otherwise=PhoneBusy)
            try:
                self._people.commit(act)
            except PhoneBusy:
                continue
            return spent
        raise InvitationRefused

    def _prove(self, account_id: str, phone: str, invitation: Invitation | None, now: datetime) -> Account:
        for attempt in range(_ATTEMPTS):
            try:
                return self._prove_once(account_id, phone, invitation, now)
            except (PhoneBusy, AccountChanged):
                if attempt == _ATTEMPTS - 1:
                    raise
        raise PhoneBusy

    def _prove_once(self, account_id: str, phone: str, invitation: Invitation | None, now: datetime) -> Account:
        account = self._people.find(account_id)
        if account is None:
            raise AccountUnknown
        number = self.number(self._sealer.index(phone, "phone"))
        if number.account_id == account_id and not number.waiting and invitation is None:
            return account
        act = Transaction(account_id, "prove_phone", now)
        if invitation is not None:
            act.change(INVITATION, invitation, invitation.used(account_id), otherwise=InvitationRefused)
        self._take_over(act, account, number)
        proved = replace(
            account,
            phone=self._sealer.seal(phone, "phone"),
            phone_index=number.index,
            phone_masked=mask_phone(phone),
            phone_proved_at=now,
            name=invitation.name if invitation is not None else account.name,
        )
        proved = self._give_what_waited(act, proved, number.waiting)
        changed = act.change(ACCOUNT, account, proved, otherwise=AccountChanged)
        self._people.commit(act)
        return changed

    def _take_over(self, act: Transaction, account: Account, number: PhoneNumber) -> None:
        """Move the number to the account; the account that had it, and the number the account had, let go."""
        self.change(act, number, number.held_by(account.id))
        if number.account_id not in {None, account.id}:
            previous = self._people.find(number.account_id or "")
            if previous is not None and previous.phone_index == number.index:
                act.change(ACCOUNT, previous, previous.without_phone(), otherwise=AccountChanged)
        if account.phone_index not in {None, number.index}:
            former = self.number(account.phone_index or "")
            if former.account_id == account.id:
                act.change(PHONE, former, replace(former, account_id=None), otherwise=PhoneBusy)

    def _give_what_waited(self, act: Transaction, account: Account, waiting: tuple[str, ...]) -> Account:
        if not waiting:
            return account
        claimed = self._claims().claim(act, account.id, waiting)
        for held in claimed:
            self._grants.put(act, account.id, [held.grant], held.display_name)
        return account.known_as(claimed[0].display_name) if claimed else account

"""To which merchant each company's money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miniprogram_api.payments.merchant import (
    MerchantAccount,
    MerchantHolder,
    MerchantMoved,
    MerchantState,
    MerchantTaken,
    MerchantUnknown,
    confirmed,
    require_number,
)
from miniprogram_api.payments.order import PaymentNotSetUp
from miniprogram_api.payments.store import HOLDER, MERCHANT, PaymentStore
from miniprogram_api.storage.transaction import Transaction

if TYPE_CHECKING:
    from datetime import datetime

    from miniprogram_api.kernel.page import Page
    from miniprogram_api.payments.service.ports import PayIdentity


class Merchants:
    """The merchant accounts of all companies."""

    def __init__(self, store: PaymentStore, identity: PayIdentity) -> None:
        self._store, self.identity = store, identity

    def get(self, company_id: str) -> MerchantAccount:
        """Return the merchant account of a company, or raise MerchantUnknown."""
        account = self._store.find_merchant(company_id)
        if account is None:
            raise MerchantUnknown
        return account

    def confirmed_of(self, company_id: str | None) -> MerchantAccount:
        """Return the account to which a company's money may go.

        Raises:
            PaymentNotSetUp: there is none, or this deployment collects nothing through WeChat.
        """
        account = None if company_id is None else self._store.find_merchant(company_id)
        if not self.identity.mchid or account is None or account.state is not MerchantState.CONFIRMED:
            raise PaymentNotSetUp
        return account

    def propose(self, by: str, company_id: str, sub_mchid: str | None, now: datetime) -> MerchantAccount:
        """Propose where a company's money shall go; nothing goes there before the operator confirmed it.

        Changing a confirmed account stops collecting until the new one is confirmed. Repeating it changes nothing.

        Raises:
            PaymentNotSetUp: this deployment collects nothing through WeChat.
            MerchantRefused: the number does not fit the way this deployment pays.
            MerchantMoved: somebody else changed it at the same moment.
        """
        if not self.identity.mchid:
            raise PaymentNotSetUp
        require_number(sub_mchid, self.identity.service_provider)
        before = self._store.find_merchant(company_id)
        if before is not None and before.sub_mchid == sub_mchid:
            return before
        after = MerchantAccount(company_id, sub_mchid, by, now)
        act = Transaction(by, "propose_merchant", now)
        if before is None:
            act.add(MERCHANT, after, otherwise=MerchantMoved)
        else:
            after = act.change(MERCHANT, before, after, otherwise=MerchantMoved)
        self._store.commit(act)
        return after

    def confirm(self, by: str, company_id: str, now: datetime) -> MerchantAccount:
        """Let money go to the proposed account, which from now on is this company's alone.

        Raises:
            MerchantUnknown: the company proposed none.
            MerchantTaken: the number is another company's.
            MerchantMoved: it is confirmed already, or was changed at the same moment.
        """
        before = self.get(company_id)
        after = confirmed(before, by, now)
        holder = self._store.find_holder(self.identity.mchid, before.sub_mchid)
        if holder is not None and holder.company_id != company_id:
            raise MerchantTaken
        act = Transaction(by, "confirm_merchant", now)
        after = act.change(MERCHANT, before, after, otherwise=MerchantMoved)
        if holder is None:
            act.add(HOLDER, MerchantHolder(self.identity.mchid, before.sub_mchid, company_id), otherwise=MerchantTaken)
        self._store.commit(act)
        return after

    def list_confirmed(self, limit: int, cursor: str | None) -> Page[MerchantAccount]:
        """List the companies that collect through WeChat."""
        return self._store.list_merchants(limit, cursor)

"""The rooms of payments: WeChat Pay's adapter, who does the work, and everything that settles."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.container.fees import FeeRooms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from miniprogram_api.identity.service.leaving import PersonalRecords
    from miniprogram_api.payments.service.booking import Booking
    from miniprogram_api.payments.service.counter import Counter
    from miniprogram_api.payments.service.intake import PaymentIntake
    from miniprogram_api.payments.service.merchants import Merchants
    from miniprogram_api.payments.service.ordering import PaymentOrdering
    from miniprogram_api.payments.service.paying_back import PayingBack
    from miniprogram_api.payments.service.ports import PayIdentity
    from miniprogram_api.payments.service.reconciliation import Reconciling
    from miniprogram_api.payments.service.refunding import Refunds
    from miniprogram_api.payments.service.remedies import Remedies
    from miniprogram_api.payments.service.settlement import Settlement
    from miniprogram_api.payments.service.work import PaymentWork
    from miniprogram_api.payments.store import PaymentStore
    from miniprogram_api.storage.handing_on import FunctionCall
    from miniprogram_api.wechat.pay.wechat_pay import Pay

PAYMENTS_PATH = "/wechat/pay/payments"
REFUNDS_PATH = "/wechat/pay/refunds"
"""Where WeChat Pay notifies us; serverless.yml routes both to functions/pay_notify.py."""


class PaymentRooms(FeeRooms):
    """The rooms of payments, each built when first used."""

    @cached_property
    def pay(self) -> Pay:
        """WeChat Pay on behalf of this deployment's merchant; its keys are read by the first use."""
        from miniprogram_api.settings import WECHAT_PAY
        from miniprogram_api.wechat.pay.merchant import OFFICIAL_ADDRESSES, Merchant, PaySecrets
        from miniprogram_api.wechat.pay.wechat_pay import Pay

        known, secret = self.settings.pay, self.parameters.secret
        keys = {known.public_key_id: lambda: secret("wechat-pay-public-key")} if known.public_key_id else {}
        if known.second_key_id:
            keys[known.second_key_id] = lambda: secret("wechat-pay-second-key")
        merchant = Merchant(
            mchid=known.mchid,
            appid=self.settings.wechat_appid,
            certificate_serial=known.certificate_serial,
            payment_notify_url=f"{self.settings.public_url}{PAYMENTS_PATH}",
            refund_notify_url=f"{self.settings.public_url}{REFUNDS_PATH}",
            service_provider=known.service_provider,
        )
        return Pay(
            merchant=merchant,
            secrets=PaySecrets(
                private_key=lambda: secret("wechat-pay-private-key"),
                apiv3_key=lambda: secret("wechat-pay-apiv3-key"),
                platform_keys=keys,
            ),
            clock=self.clock,
            addresses=OFFICIAL_ADDRESSES if known.api_url == WECHAT_PAY else (known.api_url,),
        )

    @cached_property
    def _pay_identity(self) -> PayIdentity:
        from miniprogram_api.payments.service.ports import PayIdentity

        known = self.settings.pay
        return PayIdentity(known.mchid, self.settings.wechat_appid, known.service_provider)

    @cached_property
    def _payments_queue(self) -> FunctionCall:
        from miniprogram_api.storage.handing_on import FunctionCall

        return FunctionCall(self.settings.payments_function, self.aws)

    @cached_property
    def _payment_store(self) -> PaymentStore:
        from miniprogram_api.payments.store import PaymentStore

        return PaymentStore(self.table)

    @cached_property
    def _booking(self) -> Booking:
        from miniprogram_api.payments.service.booking import Booking

        return Booking(self.bills, self.wallets, self.ledger, self.receipts, self.estates)

    @cached_property
    def settlement(self) -> Settlement:
        """Books what WeChat says was paid."""
        from miniprogram_api.payments.service.settlement import Settlement

        return Settlement(self._payment_store, self.pay, self._booking, self.sealer, self._pay_identity)

    @cached_property
    def merchants(self) -> Merchants:
        """To which merchant each company's money goes."""
        from miniprogram_api.payments.service.merchants import Merchants

        return Merchants(self._payment_store, self._pay_identity)

    @cached_property
    def payment_ordering(self) -> PaymentOrdering:
        """Orders that residents pay."""
        from miniprogram_api.payments.service.ordering import PaymentOrdering

        return PaymentOrdering(
            self._payment_store,
            self.pay,
            self.settlement,
            self.merchants,
            self.bills,
            self.estates,
            self.identity,
            self.sealer,
        )

    @cached_property
    def refunds(self) -> Refunds:
        """Refunds as people ask for and decide them."""
        from miniprogram_api.payments.service.refunding import Refunds

        return Refunds(self._payment_store, self._booking, self._payments_queue)

    @cached_property
    def paying_back(self) -> PayingBack:
        """Refunds on their way through WeChat."""
        from miniprogram_api.payments.service.paying_back import PayingBack

        return PayingBack(self._payment_store, self._booking, self.pay)

    @cached_property
    def remedies(self) -> Remedies:
        """Payment exceptions, and what people do about them."""
        from miniprogram_api.payments.service.remedies import Remedies

        return Remedies(self._payment_store, self._booking, self.refunds, self.estates)

    @cached_property
    def counter(self) -> Counter:
        """Money at the counter."""
        from miniprogram_api.payments.service.counter import Counter

        return Counter(self._payment_store, self._booking, self.estates, self.photos)

    @cached_property
    def reconciling(self) -> Reconciling:
        """WeChat's bill against the books."""
        from miniprogram_api.payments.service.reconciliation import Reconciling

        return Reconciling(self._payment_store, self.pay, self.settlement, self.paying_back, self.merchants)

    def _personal_records(self) -> Mapping[str, PersonalRecords]:
        """Every room that keeps something about people, payments among them."""
        from miniprogram_api.payments.service.personal import PaymentRecords

        return {**super()._personal_records(), "payments": PaymentRecords(self._payment_store)}

    @cached_property
    def payment_intake(self) -> PaymentIntake:
        """Where WeChat Pay's notifications arrive."""
        from miniprogram_api.payments.service.intake import PaymentIntake

        return PaymentIntake(self._payment_store, self.pay, self._payments_queue)

    @cached_property
    def payment_work(self) -> PaymentWork:
        """The work that notifications and the clock lead to."""
        from miniprogram_api.payments.service.work import PaymentWork

        return PaymentWork(
            self._payment_store,
            self._payments_queue,
            self.settlement,
            self.paying_back,
            self.reconciling,
            self.pay,
            self.call_a_person,
        )

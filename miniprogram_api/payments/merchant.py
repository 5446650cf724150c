"""To which merchant of WeChat Pay the money of a company goes; proposed by the company, confirmed by the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from miniprogram_api.kernel.errors import Conflict, Invalid, NotFound

_NUMBER = re.compile(r"[0-9]{8,10}", re.ASCII)


class MerchantUnknown(NotFound):
    """The company has proposed no merchant account."""

    code = "merchant_unknown"
    message = "该企业还没有登记微信支付商户。"


class MerchantRefused(Invalid):
    """The number cannot be a merchant's, or this deployment pays in the other way."""

    code = "merchant_refused"
    message = "商户号应为 8 至 10 位数字；服务商模式必填特约商户号，直连模式不填。"


class MerchantTaken(Conflict):
    """The merchant account is another company's: two companies never share where their money goes."""

    code = "merchant_taken"
    message = "该商户号已登记在其他企业名下，请核对。"


class MerchantMoved(Conflict):
    """It was changed in the meantime."""

    code = "merchant_moved"
    message = "商户信息已更新，请刷新后再试。"


class MerchantState(StrEnum):
    """Whether money may go there."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class MerchantAccount:
    """The merchant account of one company; ``sub_mchid`` is None where the company pays itself (direct mode)."""

    company_id: str
    sub_mchid: str | None
    proposed_by: str
    proposed_at: datetime
    state: MerchantState = MerchantState.PROPOSED
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class MerchantHolder:
    """Guard: whose a merchant number is; unknown payments find their company by it."""

    mchid: str
    sub_mchid: str | None
    company_id: str


def require_number(sub_mchid: str | None, service_provider: bool) -> None:
    """Let a number pass that fits the way this deployment pays.

    Raises:
        MerchantRefused: it does not.
    Source: WeChat Pay, service-provider mode: every call names the ``sub_mchid``; direct mode knows none.
    """
    if (sub_mchid is not None) != service_provider or (sub_mchid is not None and not _NUMBER.fullmatch(sub_mchid)):
        raise MerchantRefused


def confirmed(account: MerchantAccount, by: str, at: datetime) -> MerchantAccount:
    """Return the account to which money may now go.

    Raises:
        MerchantMoved: it is confirmed already.
    """
    if account.state is MerchantState.CONFIRMED:
        raise MerchantMoved
    return replace(account, state=MerchantState.CONFIRMED, confirmed_by=by, confirmed_at=at)

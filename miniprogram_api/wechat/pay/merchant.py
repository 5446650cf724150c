"""Who we are to WeChat Pay: plain ids, and where the keys come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

OFFICIAL_ADDRESSES = ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com")
"""The main address and the one WeChat names for when it does not answer."""


@dataclass(frozen=True)
class Merchant:
    """One merchant of WeChat Pay; nothing here is secret.

    ``certificate_serial`` is that of our API certificate (upper-case hex). ``service_provider``: the money goes to
    the ``sub_mchid`` each call names, and ``mchid`` and ``appid`` are the provider's. The notify addresses are
    https, without a query.
    """

    mchid: str
    appid: str
    certificate_serial: str
    payment_notify_url: str
    refund_notify_url: str
    service_provider: bool = False


@dataclass(frozen=True)
class PaySecrets:
    """Where the keys are read when they are first needed; texts as an operator pasted them.

    ``private_key``: parameter wechat-pay-private-key. ``apiv3_key``: wechat-pay-apiv3-key, 32 characters.
    ``platform_keys``: what WeChat's signatures may be made with, by the value of its ``Wechatpay-Serial`` header: the
    public key of a ``PUB_KEY_ID_...`` (wechat-pay-public-key), or a pinned platform certificate under its serial.
    The first is the one we ask WeChat to answer with; a second is there only while WeChat switches over.
    """

    private_key: Callable[[], str] = field(repr=False)
    apiv3_key: Callable[[], str] = field(repr=False)
    platform_keys: Mapping[str, Callable[[], str]] = field(repr=False)

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from miniprogram_api.wechat.pay import keys
from miniprogram_api.wechat.pay.facts import PayOrder
from miniprogram_api.wechat.pay.merchant import Merchant, PaySecrets
from miniprogram_api.wechat.pay.wechat_pay import Pay

from .notify_receiver import NotifyReceiver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.wechat_simulator import WeChatSimulator

CHINA = timezone(timedelta(hours=8))
PAYER = "oLucheng0000000000000000001a"
COMPANY = "1900008511"


_private_key = functools.cache(keys.private_key)


@pytest.fixture(autouse=True)
def _keys_loaded_once(monkeypatch) -> None:
    """Checking an RSA key takes a tenth of a second, too long to do anew in every test."""
    monkeypatch.setattr(keys, "private_key", _private_key)


@pytest.fixture
def receiver() -> Iterator[NotifyReceiver]:
    with NotifyReceiver() as running:
        yield running


@pytest.fixture
def wechat(simulator: WeChatSimulator) -> Callable[..., dict[str, Any]]:
    """The control desk of the simulated WeChat Pay."""
    simulator.control("visit", openid=PAYER)
    return lambda act, **body: simulator.control("pay", act=act, **body)


@pytest.fixture
def connect(simulator, wechat, clock, receiver) -> Callable[..., Pay]:
    """A merchant's Pay; by default one that pays itself, and accepts WeChat's public key only."""

    def build(provider: bool = False, **changes: Any) -> Pay:
        known = wechat("credentials", provider=provider)
        given = {
            "private_key": lambda: known["private_key"],
            "apiv3_key": lambda: known["apiv3_key"],
            "platform_keys": {known["public_key_id"]: lambda: known["public_key"]},
        }
        given |= {name: changes.pop(name) for name in given if name in changes}
        merchant = Merchant(
            mchid=known["mchid"],
            appid=known["appid"],
            certificate_serial=known["certificate_serial"],
            payment_notify_url=f"{receiver.base_url}/payment",
            refund_notify_url=f"{receiver.base_url}/refund",
            service_provider=provider,
        )
        built = {"clock": clock, "addresses": (simulator.base_url,), "timeouts": (1.0, 3.0)} | changes
        return Pay(merchant=merchant, secrets=PaySecrets(**given), **built)

    return build


@pytest.fixture
def pay(connect) -> Pay:
    return connect()


@pytest.fixture
def go_to(simulator) -> Callable[[str], datetime]:
    """Makes it this moment, on the clock in China, for WeChat and for the product."""

    def go(moment: str) -> datetime:
        wanted = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
        simulator.control("clock", advance_seconds=wanted.timestamp() - simulator.world.clock.now())
        return wanted.astimezone(UTC)

    return go


@pytest.fixture
def paid(pay, wechat) -> Callable[..., str]:
    """Places an order and has it paid; gives its number."""

    def go(number: str = "pay_0001", total: int = 12345, **changes: Any) -> str:
        pay.order(an_order(number, total, **changes))
        assert wechat("user_pays", out_trade_no=number)["result"] == "requestPayment:ok"
        return number

    return go


def an_order(number: str = "pay_0001", total: int = 12345, **changes: Any) -> PayOrder:
    fields = {"out_trade_no": number, "description": "绿城花园 3栋 物业费", "total_fen": total, "openid": PAYER}
    return PayOrder(**(fields | changes))

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.app import create_app
from miniprogram_api.wechat.pay import keys
from tests.contract_client import Contract, ContractClient

from .house import PayingHouse, build_house

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import Person

_private_key = functools.cache(keys.private_key)
_platform_key = functools.cache(keys.platform_key)


@pytest.fixture(autouse=True)
def _keys_loaded_once(monkeypatch) -> None:
    """Checking an RSA key takes a tenth of a second, too long to do anew in every test."""
    monkeypatch.setattr(keys, "private_key", _private_key)
    monkeypatch.setattr(keys, "platform_key", _platform_key)


@pytest.fixture
def house(settings, clock, simulator) -> PayingHouse:
    """An estate whose fees can be paid."""
    return build_house(settings, clock, simulator)


@pytest.fixture
def client(house: PayingHouse, contract: Contract) -> ContractClient:
    """Whole requests to that house; every answer is held against the contract."""
    return ContractClient(create_app(house.container), contract)


@pytest.fixture
def start(house: PayingHouse, client: ContractClient) -> Callable[..., dict]:
    """Somebody starts a payment with their phone; gives the order and what wx.requestPayment is handed."""

    def go(who: Person, *bill_ids: str, key: str = "pay-once-0001", status: int = 201, **body) -> dict:
        answer = client.post(
            f"{house.path}/payment-orders", who=who, key=key, json={"bill_ids": list(bill_ids), **body}
        )
        assert answer.status_code == status, answer.json
        return answer.json

    return go


@pytest.fixture
def pay(house: PayingHouse) -> Callable[..., str]:
    """The payer confirms in WeChat; gives what the phone is told."""

    def go(started: dict, **how) -> str:
        return house.wechat("user_pays", request_payment=started["request_payment"], **how)["result"]

    return go


@pytest.fixture
def paid(house: PayingHouse, start, pay) -> Callable[..., str]:
    """Somebody pays through WeChat, and it is settled; gives the order's number."""

    def go(who: Person, *bill_ids: str, key: str = "pay-once-0001", **body) -> str:
        started = start(who, *bill_ids, key=key, **body)
        assert pay(started) == "requestPayment:ok"
        return house.container.settlement.settle(started["order"]["id"], house.clock()).out_trade_no

    return go


@pytest.fixture
def post(house: PayingHouse, client: ContractClient) -> Callable[..., dict]:
    """Somebody of the house acts below the estate's path; gives the answer, whose status must be as expected."""

    def go(path: str, who: Person, status: int = 200, key: str | None = None, **body) -> dict:
        answer = client.post(f"{house.path}/{path}", who=who, key=key, json=body or None)
        assert answer.status_code == status, answer.json
        return answer.json

    return go


@pytest.fixture
def sweep(house: PayingHouse) -> Callable[..., list[str]]:
    """The scheduled job, after so many minutes; gives what it put into the queue for this house, and does it.

    The sweep sees the whole table, and other tests' houses lie in it.
    """

    def is_ours(work: dict[str, str]) -> bool:
        if "company_id" in work:
            return work["company_id"] == house.company_id
        order = house.container._payment_store.find_order(work["out_trade_no"])
        return order is not None and order.estate_id == house.estate_id

    def go(minutes: int = 0) -> list[str]:
        house.clock.advance(timedelta(minutes=minutes))
        house.meet_clocks()
        for job in ("payments", "reconciliations"):
            for _, run in house.container.jobs(job):
                run(house.clock())
        house.queue.waiting[:] = [work for work in house.queue.waiting if is_ours(work)]
        found = [work["do"] for work in house.queue.waiting]
        house.work()
        return found

    return go

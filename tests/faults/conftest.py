"""How many schedules are played, from which seed, and on which stage."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.wechat.pay import keys
from tests.wechat.pay.notify_receiver import NotifyReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.stage import Stage

SCHEDULES = int(os.environ.get("FAULT_SCHEDULES", "200"))
SEED = int(os.environ["FAULT_SEED"])
"""Drawn and printed by tests/conftest.py, so that every process of a run plays from the same one."""

_private_key = functools.cache(keys.private_key)
_platform_key = functools.cache(keys.platform_key)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pauses, nor reading RSA keys anew, nor the shards of the sweep's queues are what is tested here."""
    for module in ("storage.keys", "payments.store"):
        monkeypatch.setattr(f"miniprogram_api.{module}.SHARDS", 1)
    monkeypatch.setattr("miniprogram_api.storage.table._WAIT_SECONDS", 0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr(keys, "private_key", _private_key)
    monkeypatch.setattr(keys, "platform_key", _platform_key)


@pytest.fixture
def stage(settings, simulator, monkeypatch) -> Iterator[Stage]:
    from functions import pay_notify, settle_payments, sweep
    from tests.faults.stage import Stage

    for function in (pay_notify, settle_payments, sweep):
        monkeypatch.setattr(function, "CONTAINER", function.CONTAINER)
    with NotifyReceiver() as receiver:
        made = Stage(settings, simulator, receiver)
        with made.crashes.before(made.table):
            yield made

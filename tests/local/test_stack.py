"""The whole stack comes up on free ports, twice in one process, and leaves the process as it found it."""

import os
from collections.abc import Iterator

import pytest
import requests

from local.stack import Stack


@pytest.fixture
def stack() -> Iterator[Stack]:
    with Stack() as running:
        yield running


@pytest.mark.parametrize("time", ["once", "and again"])
def test_application_wechat_and_pump_find_each_other(stack: Stack, time: str) -> None:
    assert requests.get(f"{stack.base_url}/health", timeout=5).status_code == 200
    assert stack.container.settings.public_url == stack.base_url
    assert stack.container.settings.wechat_api_url == stack.simulator.base_url
    assert stack.simulator.control("push_check") == {"ok": True}, "WeChat's own check of the push address"
    assert stack.pump.drain() == 0


def test_the_environment_is_given_back() -> None:
    before = dict(os.environ)
    with Stack():
        assert os.environ["FP_STAGE"] == "local"
    assert dict(os.environ) == before

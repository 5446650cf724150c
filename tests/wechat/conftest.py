from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from local.wechat_simulator import WeChatSimulator
from miniprogram_api.wechat.mini_program import WeChat
from miniprogram_api.wechat.tokens import MemoryTokenStore, TokenStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PERSON = "oLucheng0000000000000000001a"


@pytest.fixture
def simulator() -> Iterator[WeChatSimulator]:
    with WeChatSimulator() as running:
        yield running


@pytest.fixture
def clock(simulator: WeChatSimulator) -> Callable[[], datetime]:
    """The product and the simulated WeChat live in the same time, which tests let pass."""
    return lambda: datetime.fromtimestamp(simulator.world.clock.now(), UTC)


@pytest.fixture
def connect(simulator: WeChatSimulator, clock: Callable[[], datetime]) -> Callable[..., WeChat]:
    def build(store: TokenStore | None = None, secret: str | None = None, base_url: str | None = None) -> WeChat:
        return WeChat(
            appid=simulator.appid,
            secret=lambda: secret or simulator.secret,
            token_store=store or MemoryTokenStore(),
            clock=clock,
            base_url=base_url or simulator.base_url,
        )

    return build


@pytest.fixture
def wechat(connect: Callable[..., WeChat]) -> WeChat:
    return connect()


@pytest.fixture
def calls(simulator: WeChatSimulator) -> Callable[[], Counter[str]]:
    return lambda: Counter(simulator.world.calls)

"""The mini program tapped by hand, as it were: `make run`, Debian's Chromium, and people with a phone or a desk.

Every page that shows is watched: nothing may leave this machine, nothing may be written to the console as an error, and
axe-core must find nothing serious or critical wherever a story stops to `see`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.chromium import MISSING, PROGRAM, chromium
from local.engine import HOST
from local.mini_program import build_app
from local.stack import Ports
from local.tool_environment import REPOSITORY
from tests.browser.hand import Hand, House, seat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say in one sentence what is missing where these tests cannot run."""
    if PROGRAM is None:
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session", params=[False, True], ids=["residents on phones", "residents at desks"])
def swapped(request: pytest.FixtureRequest) -> bool:
    """Every story is told twice, in a house of its own: who held the phone sits at the desk the second time."""
    return bool(request.param)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, swapped: bool) -> Iterator[House]:
    """The house of a newcomer: started as `make run` starts it, stopped as Ctrl-C stops it."""
    build_app()
    folder = tmp_path_factory.mktemp(f"house-{swapped}")
    ports = Ports.free()
    where = [f"--port={ports.app}", f"--engine-port={ports.engine}", f"--simulator-port={ports.simulator}"]
    running = subprocess.Popen(
        [sys.executable, "-m", "local.run", *where, f"--folder={folder}"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert running.stdout is not None
        assert "runs" in running.stdout.readline()
        known = json.loads((folder / "state" / "demonstration.json").read_text(encoding="utf-8"))
        yield House(f"http://{HOST}:{ports.app}", known)
    finally:
        running.terminate()
        running.communicate(timeout=60)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with chromium() as running:
        yield running


@pytest.fixture
def hands(house: House, browser: Browser, swapped: bool) -> Iterator[Callable[..., Hand]]:
    """Gives people hands; at the end of a story, whatever was wrong with any of their pages fails it."""
    given: list[Hand] = []

    def give(name: str, *, desk: bool) -> Hand:
        hand = seat(browser, house, name, desk=desk is not swapped)
        given.append(hand)
        hand.open("/local/persona").become(name)
        hand.page.get_by_text("扫一扫服务卡").wait_for()
        return hand

    yield give
    complaints = [complaint for hand in given for complaint in hand.complaints]
    for hand in given:
        hand.page.context.close()
    assert complaints == []


@pytest.fixture
def person(hands: Callable[..., Hand]) -> Callable[[str], Hand]:
    """Somebody with a phone (375x812); the second time at a desk."""
    return lambda name: hands(name, desk=False)


@pytest.fixture
def desk(hands: Callable[..., Hand]) -> Callable[[str], Hand]:
    """Somebody at a desk (1280x800); the second time with a phone."""
    return lambda name: hands(name, desk=True)

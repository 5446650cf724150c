"""The other implementation: npm's wechatpay-axios-plugin, installed by the first test that needs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.wechat.conftest import clock, simulator
from tests.wechat.pay.conftest import connect, go_to, paid, pay, receiver, wechat

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["clock", "connect", "go_to", "paid", "pay", "receiver", "simulator", "wechat"]

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"
# npm writes this file last; it is older than the lock when the lock has changed since.
INSTALLED = HERE / "node_modules" / ".package-lock.json"


def unavailable(sentence: str) -> None:
    """On a developer's machine the tests are left out; where it counts they must run."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def independent() -> Callable[..., Any]:
    """Asks the other implementation one question."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unavailable("Node 20 or newer is needed to check WeChat Pay against another implementation.")
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        done = subprocess.run([str(npm), "ci"], cwd=HERE, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode != 0:
            unavailable("npm could not install wechatpay-axios-plugin; is the network there?")

    def ask(question: str, **given: Any) -> Any:
        asked = json.dumps({"question": question, **given})
        done = subprocess.run(
            [str(node), "independent.cjs"],
            cwd=HERE,
            input=asked,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask

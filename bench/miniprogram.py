"""The mini program where it is slowest: the card page for somebody who never opened it, on a poor network."""

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from local.chromium import MISSING, PHONE, PROGRAM, chromium
from local.mini_program import SOURCE, MiniProgram, build_app, build_for_wechat, install_packages, run_node
from local.seed import begins, seed
from local.stack import Ports, Stack
from local.travel import TravellingClock

LATENCY_MS, BYTES_PER_SECOND = 400, 1_000_000 // 8
"""A stairwell: a round trip of 400 ms and 1 Mbit/s."""

PAINT_BAR_MS = 2500
DATA_BAR_KB = 20
VISITS = 7

_WATCH = """
new MutationObserver((_, watcher) => {
  if (!document.querySelector('.charge-name')) return
  watcher.disconnect()
  requestAnimationFrame(() => requestAnimationFrame(() => { window.usefulAt = performance.now() }))
}).observe(document, { childList: true, subtree: true })
"""
"""Two frames after the name of who is responsible is there, it has been painted."""


def measure() -> Iterator[Figure]:
    """Start the demonstration, visit its card page from an empty browser, and weigh what the WeChat page sets."""
    if PROGRAM is None:
        print(f"Left out, the card page's paint: {MISSING}", file=sys.stderr)
        return
    app = build_app()
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        state = Path(folder) / "state"
        clock = TravellingClock(begins(state))
        with Stack(Ports.free(), state, clock=clock) as stack:
            known = seed(stack, clock, state)
            stack.put_in_front(lambda application: MiniProgram(application, app))
            print("Visiting the card page on a slow network ...", file=sys.stderr, flush=True)
            token = known["cards"][0].removeprefix("/c/")
            paints = _paints(f"{stack.base_url}/app/#/pages/card/index?token={token}")
    name = "card page, empty browser, 400 ms and 1 Mbit/s: useful paint"
    yield Figure(name, round(statistics.median(paints)), "ms", f"{VISITS} visits", PAINT_BAR_MS)
    yield Figure("card page in WeChat: data it sets", _data_kilobytes(), "KB", "", DATA_BAR_KB)


def _paints(address: str) -> list[float]:
    paints = []
    with chromium() as browser:
        for _ in range(VISITS):
            context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, locale="zh-CN")
            page = context.new_page()
            page.add_init_script(_WATCH)
            network = context.new_cdp_session(page)
            network.send("Network.enable")
            conditions = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
            network.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **conditions})
            page.goto(address, wait_until="commit")
            page.wait_for_function("() => window.usefulAt !== undefined")
            paints.append(page.evaluate("window.usefulAt"))
            context.close()
    return paints


def _data_kilobytes() -> float:
    """Return what pages.test.js weighed on its way."""
    tools = SOURCE / "tools"
    install_packages(tools)
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        weighed = Path(folder) / "card.json"
        given = {"BUILD": str(build_for_wechat()), "WEIGHED": str(weighed)}
        run_node(
            tools, "weigh the card page", "npx", "--no-install", "jest", "--rootDir", ".", "-t", "card page", **given
        )
        return round(json.loads(weighed.read_text())["bytes"] / 1024, 1)

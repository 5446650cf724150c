"""Somebody with the mini program before them: what they tap, type and see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page

from local.chromium import DESK, PHONE
from local.engine import HOST
from local.mini_program import SOURCE
from local.tool_environment import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Request

PATIENCE = 20_000
"""Milliseconds that anything awaited may take; on a busy machine an upload goes through several hands."""

AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = REPOSITORY / "build" / "screens"
_OFF_THE_MIDDLE = """item => new Promise(done => {
  const mark = item.closest('uni-picker-view-column').querySelector('.uni-picker-view-indicator')
  const middle = box => (box.top + box.bottom) / 2
  let before, still = 0
  const look = () => {
    const now = item.getBoundingClientRect()
    still = now.top === before ? still + 1 : 0
    before = now.top
    if (still < 6) requestAnimationFrame(look)
    else done(middle(now) - middle(mark.getBoundingClientRect()))
  }
  look()
})"""
"""How far a picker's wheel has to turn until the item stands in its middle, in pixels, once it stands still."""

_SETTLED = """() => Promise.all(
  document.getAnimations()
    .filter(one => one.effect.getTiming().iterations !== Infinity)
    .map(one => one.finished.catch(() => undefined))
)"""
"""What fades in has its colours when it is there."""

ROLES = ("button", "link", "checkbox", "radio", "switch", "tab")


@dataclass(frozen=True)
class House:
    """A running `make run`."""

    base_url: str
    known: dict[str, Any]


@dataclass
class Hand:
    """Somebody with the mini program before them: what they tap, type and see."""

    name: str
    page: Page
    house: House
    touches: bool
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Hand:
        """Go to a page of the mini program by its path."""
        self.page.goto(f"{self.house.base_url}/app/#{path}")
        # Another place of the same page does not load anew by itself.
        self.page.reload()
        return self

    def become(self, name: str) -> Hand:
        """Take up somebody's phone on the page of personas: one of the estate's people, or somebody new."""
        self.name = name
        self.page.get_by_text("道路队小区的人").wait_for()
        line = self.page.get_by_text(name, exact=True)
        if line.count():
            self.press(line.first)
        else:
            self.fill("怎么称呼", name).tap("以新来的人登录")
        return self

    def tap(self, label: str | re.Pattern[str], *, exact: bool = True) -> Hand:
        """Tap what is called so: a button, a link, a line of a list; the last where several pages lie stacked."""
        self.press(self._called(label, exact=exact))
        return self

    def fill(self, label: str, text: str) -> Hand:
        """Type into the field of that label."""
        shown = self.page.locator(f"input[aria-label='{label}']:visible, textarea[aria-label='{label}']:visible").last
        shown.fill(text)
        return self

    def pick(self, label: str, option: str) -> Hand:
        """Choose in the picker of that label."""
        self.press(self.page.locator(f"uni-picker[aria-label='{label}']:visible").last)
        named = re.compile(rf"^\s*{re.escape(option)}\s*$")
        item = self.page.locator(".uni-picker-item:visible", has_text=named).first
        item.wait_for(timeout=PATIENCE)
        if item.locator("xpath=ancestor::uni-picker-view-column").count():
            self._turn_to(item)
        else:
            item.click()
        done = self.page.locator(".uni-picker-action-confirm:visible")
        if done.count():
            done.first.click()
        return self

    def _turn_to(self, item: Locator) -> None:
        """Tap the wheel of a picker above or below its middle until the item stands there; it turns for a moment."""
        row = item.element_handle()
        row.evaluate(_OFF_THE_MIDDLE)
        mark = item.locator("xpath=ancestor::uni-picker-view-column").locator(".uni-picker-view-indicator")
        box = mark.bounding_box()
        assert box is not None
        reach = 2 * box["height"]
        while abs(off := row.evaluate(_OFF_THE_MIDDLE)) > 1.5:
            self.page.mouse.click(
                box["x"] + box["width"] / 2,
                box["y"] + box["height"] / 2 + max(-reach, min(reach, off)),
            )

    def upload(self, label: str, *files: Path | bytes) -> Hand:
        """Choose photos or files where the page asks for them; agree to the use of personal data if it asks first."""
        with self.page.expect_file_chooser(timeout=PATIENCE) as chooser:
            self.tap(label)
            agree = self.page.get_by_text("同意并继续")
            if agree.is_visible():
                self.press(agree)
        chooser.value.set_files([_chosen(file) for file in files])
        return self

    def see(self, text: str) -> Hand:
        """Wait until the words stand on the page, and hold the page against the rules of accessibility."""
        self.page.get_by_text(text).locator("visible=true").last.wait_for(timeout=PATIENCE)
        self.audit()
        return self

    def miss(self, text: str) -> Hand:
        """Wait until the words stand nowhere on the page."""
        self.page.get_by_text(text).locator("visible=true").first.wait_for(state="detached", timeout=PATIENCE)
        return self

    def audit(self) -> None:
        """Note what axe-core calls serious or critical on what shows now."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.page.evaluate(_SETTLED)
        found = self.page.evaluate(
            # A toast fades in and out; how far it has come is no colour of the page.
            "async () => (await axe.run({exclude: [['uni-toast']]}, {resultTypes: ['violations']})).violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`)"
        )
        self.complaints += [f"{self.name} at {self.page.url}: {one}" for one in found]

    def shot(self, name: str) -> Hand:
        """Keep a picture of the screen under build/screens; docs/screens holds the best of them."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(_SETTLED)
        self.page.screenshot(path=SCREENS / f"{name}-{'phone' if self.touches else 'desk'}.png")
        return self

    def _called(self, label: str | re.Pattern[str], *, exact: bool) -> Locator:
        shown = [self.page.get_by_role(role, name=label, exact=exact).locator("visible=true") for role in ROLES]
        any_of = shown[0]
        for other in shown[1:]:
            any_of = any_of.or_(other)
        any_of = any_of.or_(self.page.get_by_text(label, exact=exact).locator("visible=true"))
        any_of.last.wait_for(timeout=PATIENCE)
        return any_of.last

    def press(self, what: Locator) -> None:
        if self.touches:
            what.tap(timeout=PATIENCE)
        else:
            what.click(timeout=PATIENCE)


def _chosen(file: Path | bytes) -> Any:
    """What Playwright puts into a file chooser; bytes are a photo."""
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file} if isinstance(file, bytes) else str(file)


def seat(browser: Browser, house: House, name: str, *, desk: bool) -> Hand:
    """Give somebody a browser of their own, at a desk or with a phone; whatever goes wrong there is noted."""
    look = {"viewport": DESK} if desk else {"viewport": PHONE, "is_mobile": True, "has_touch": True}
    context = browser.new_context(device_scale_factor=1 if desk else 2, locale="zh-CN", **look)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    hand = Hand(name, page, house, touches=not desk)
    page.on("console", lambda said: _note(said, hand))
    page.on("pageerror", lambda thrown: hand.complaints.append(str(thrown)))
    page.on("request", lambda asked: _stay_at_home(asked, hand))
    return hand


def _note(said: ConsoleMessage, hand: Hand) -> None:
    """Note errors; for a refusal by the server the page has its sentence, whatever the browser writes beside it."""
    if said.type == "error" and not said.text.startswith("Failed to load resource: the server responded with a status"):
        hand.complaints.append(said.text)


def _stay_at_home(asked: Request, hand: Hand) -> None:
    """Note what is asked of another machine; Chromium was told to find none (`local.chromium`)."""
    if not asked.url.startswith((f"http://{HOST}:", "data:", "blob:")):
        hand.complaints.append(f"asked for {asked.url}")

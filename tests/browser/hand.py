"""Somebody with the mini program before them: what they tap, type and see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page

from local.mini_program import SOURCE
from local.tool_environment import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 20_000
"""Milliseconds that anything awaited may take; on a busy machine an upload goes through several hands."""

AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = REPOSITORY / "build" / "screens"
_STANDS_STILL = """item => {
  const wheel = item.closest('uni-picker-view-column')
  if (!wheel) return true
  const middle = box => (box.top + box.bottom) / 2
  const mark = wheel.querySelector('.uni-picker-view-indicator').getBoundingClientRect()
  return Math.abs(middle(mark) - middle(item.getBoundingClientRect())) < 1.5
}"""
"""A picker's wheel turns for a moment; until the item stands in its middle, another one would be chosen."""

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
        self.page.locator(
            ".uni-picker-item:visible", has_text=re.compile(rf"^\s*{re.escape(option)}\s*$")
        ).first.click()
        done = self.page.locator(".uni-picker-action-confirm:visible")
        if done.count():
            done.first.click()
        return self

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
        """Keep a picture of the screen, for docs/screens."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{name}.png")
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

"""The page of a card as a real browser lays it out on the narrowest phone: for old eyes and unsteady fingers."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any

import pytest

from miniprogram_api.cards.batches import CardSpot, first_card
from miniprogram_api.cards.face import Contact, Face, NextVisit, community_of
from miniprogram_api.cards.page import dead_page, living_page
from miniprogram_api.cards.rules import Grain
from miniprogram_api.kernel.place import PlaceInEstate, PlaceKind
from tests.cards.wall import DEPUTY, MANAGER

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00
COMPANY = "黑龙江省平房区安居流动物业服务有限责任公司"
FACE = Face(
    estate_id="est_1",
    locator="Abc123",
    estate_name="黑龙江省农业科学院园艺分院家属小区（南区）",
    community_name="友协社区居民委员会",
    community_phone="0451-86501234",
    verified=True,
    company_name=COMPANY,
    hotline="0451-86609999-80123",
    leader=replace(MANAGER, photo_key="portraits/1.jpg"),
    deputy=DEPUTY,
    services=("水电急修", "化粪池清掏、外运与周边环境消杀"),
    committee=Contact("马秀兰", "物业管理委员会主任", "13800000008"),
    next_visit=NextVisit("visit_1", NOW.date(), 540, 690, "清理楼道、检修单元门"),
)
PLACE = PlaceInEstate(PlaceKind.COMMON, "3号楼1单元", "bld_1", "1单元")
CARD = first_card("est_1", "Abc123", Grain.ENTRANCE, CardSpot(PLACE, "bld_1#1单元"), "batch_1", NOW)
PAGES = {
    "manager": living_page(FACE, CARD, NOW),
    "hotline": living_page(replace(FACE, leader=None, deputy=None), CARD, NOW),
    "dead": dead_page(community_of(FACE)),
    "dead, whose community nobody knows": dead_page(community_of(None)),
}

# Contrast as WCAG 2.1 defines it, between a text's colour and the nearest opaque colour behind it.
MEASURE = """<script>
function parts(colour) { return colour.match(/[\\d.]+/g).map(Number) }
function light(colour) {
  const [r, g, b] = parts(colour).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function behind(element) {
  const colour = getComputedStyle(element).backgroundColor
  return parts(colour)[3] === 0 ? behind(element.parentElement) : colour
}
function contrast(element) {
  const [a, b] = [light(getComputedStyle(element).color), light(behind(element))]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}
const all = [...document.querySelectorAll('body *:not(script)')]
const texts = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
const boxes = [...document.links].map(a => a.getBoundingClientRect())
const inside = r => r.left >= 0 && r.right <= innerWidth + 0.5
frameElement.dataset.measured = JSON.stringify({
  width: innerWidth,
  needs: document.documentElement.scrollWidth,
  outside: all.filter(e => !inside(e.getBoundingClientRect())).map(e => e.outerHTML),
  smallest_link: Math.min(...boxes.map(r => Math.min(r.width, r.height))),
  smallest_type: Math.min(...texts.map(e => parseFloat(getComputedStyle(e).fontSize))),
  contrast: Math.min(...texts.map(contrast)),
})
</script>"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every page laid out 320 CSS pixels wide, and what a ruler would say; one start of the browser for all."""
    folder = tmp_path_factory.mktemp("pages")
    frames = folder / "frames.html"
    # Frames, because no window of Chromium is as narrow as an old phone.
    listed = (
        f'<iframe width=320 height=640 frameborder=0 srcdoc="{escape(page + MEASURE)}"></iframe>'
        for page in PAGES.values()
    )
    frames.write_text("<!doctype html><meta charset=utf-8>" + "".join(listed), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
    flags.append(f"--user-data-dir={folder / 'profile'}")
    command = [str(BROWSER), *flags, "--dump-dom", frames.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.findall('data-measured="([^"]*)"', done.stdout)
    assert len(found) == len(PAGES), done.stderr[-500:]
    return {name: json.loads(unescape(seen)) for name, seen in zip(PAGES, found, strict=True)}


@pytest.mark.row("CARD-02")
@pytest.mark.parametrize("page", PAGES)
def test_old_eyes_can_read_it_and_unsteady_fingers_can_call(page: str, measured: dict[str, dict[str, Any]]) -> None:
    seen = measured[page]
    assert (seen["width"], seen["needs"], seen["outside"]) == (320, 320, [])
    assert seen["smallest_link"] >= 44
    assert seen["smallest_type"] >= 16
    assert seen["contrast"] >= 4.5

"""Every page of the mini program, opened once by somebody who may see it, in an estate where everything has happened.

At a phone's width and, for the packages of the staff, at a desk's; what people tap at home also in large type. A page
fails that shows a problem where it should show its thing, an id where it should show words, or is wider than the phone;
so does a page that nobody opens here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser

from local.cast import Cast
from local.desk import Desk
from local.mini_program import SOURCE, MiniProgram, build_app
from local.seed import begins, seed
from local.stack import Stack
from local.travel import TravellingClock
from tests.browser.furnished import (
    BUREAU,
    CHAIR,
    COMMUNITY,
    DISPATCHER,
    FINANCE,
    HEAD,
    LI,
    MANAGER,
    MEMBER,
    NEWCOMER,
    OPERATOR,
    REPAIRER,
    STREET,
    WANG,
    furnish,
)
from tests.browser.hand import PATIENCE, Hand, House, seat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT, OF = "estate_id={estate}", "company_id={company}"
UNIT, STREETS, DISTRICT = "unit_id={community}", "unit_id={street}", "unit_id={district}"
ROOM = f"{AT}&room_id={{room}}"


def one(name: str) -> str:
    """The address of one thing of the estate."""
    return f"{AT}&id={{{name}}}"


PAGES: dict[str, tuple[str, str]] = {
    "pages/home/index": (WANG, ""),
    "pages/notices/index": (WANG, ""),
    "pages/me/index": (WANG, ""),
    "pages/card/index": (WANG, "token={card_token}"),
    "pages/report/index": (WANG, "kind=repair&token={card_token}"),
    "pages/repairs/index": (WANG, ""),
    "pages/work-order/index": (WANG, one("order")),
    "pages/bills/index": (WANG, ""),
    "pages/bills/bill": (WANG, f"{ROOM}&id={{my_bill}}"),
    "pages/payments/index": (WANG, one("my_payment")),
    "pages/receipts/index": (WANG, ROOM),
    "pages/receipts/receipt": (WANG, one("receipt")),
    "pages/receipts/statement": (WANG, f"{ROOM}&year={{year}}"),
    "pages/me/name": (WANG, ""),
    "pages/me/reminders": (WANG, ""),
    "pages/me/leaving": (WANG, ""),
    "pages/funds/index": (WANG, AT),
    "pages/funds/month": (WANG, f"{AT}&month={{month}}"),
    "pages/ballots/index": (WANG, AT),
    "pages/ballot/index": (WANG, one("open_ballot")),
    "pages/ballot/vote": (WANG, f"{ROOM}&id={{open_ballot}}"),
    "pages/ballot/receipt": (WANG, f"{ROOM}&id={{published_ballot}}"),
    "pages/ballot/check": (WANG, f"{ROOM}&id={{published_ballot}}"),
    "pages/binding/index": (WANG, ROOM),
    "pages/binding/ask": (NEWCOMER, AT),
    "pages/binding/mine": (NEWCOMER, ""),
    "pages/privacy/index": (WANG, ""),
    "pages/estate/index": (WANG, AT),
    "pages/estate/standard": (WANG, AT),
    "pages/filing/index": (COMMUNITY, one("filing")),
    "pages/binding/queue": (MANAGER, AT),
    "pages/binding/check": (MANAGER, f"{AT}&room_id={{asked_room}}&account_id={{newcomer}}"),
    "pages/job/index": (NEWCOMER, "token={job_token}"),
    "pages/photos-to-decide/index": (MANAGER, AT),
    "pages/photo/index": (WANG, one("photo")),
    "pages/facility/index": (REPAIRER, one("facility")),
    "pages/season-task/index": (MANAGER, one("season_task")),
    "pages/rounds/visit": (REPAIRER, one("visit")),
    "pages/patrol-run/index": ("陈巡检", f"{AT}&route_id={{route}}&run_on={{today}}"),
    "pages/linkage/case": (WANG, one("linkage")),
    "pages/prices/index": (WANG, AT),
    "pages/price-talk/index": (WANG, one("talk")),
    "pages/appraisal/index": (WANG, one("appraisal")),
    "pages/wallet/index": (WANG, ROOM),
    "pages/charges/index": (WANG, ROOM),
    "pages/invoice/ask": (LI, f"{AT}&room_id={{room_li}}"),
    "pages/invoice/index": (WANG, AT),
    "pages/bill-adjustment/index": (FINANCE, one("adjustment")),
    "pages/deciding/index": (WANG, AT),
    "pages/ballot/proxy": (WANG, f"{ROOM}&id={{open_ballot}}"),
    "pages/ballot/opened": (WANG, one("published_ballot")),
    "pages/decisions/index": (WANG, AT),
    "pages/decision/index": (WANG, one("decision")),
    "pages/house-rules/index": (WANG, AT),
    "pages/house-rules/document": (WANG, one("document")),
    "pages/assembly/index": (WANG, one("session")),
    "pages/consultation/index": (WANG, one("topic")),
    "pages/consultation/propose": (WANG, AT),
    "pages/joint-action/index": (COMMUNITY, one("joint")),
    "pages/conduct/board": (WANG, AT),
    "pages/conduct/tell": (WANG, AT),
    "pages/conduct/case": (COMMUNITY, one("case")),
    "pages/conduct/breach": (COMMUNITY, one("breach")),
    "pages/conduct/reports": (WANG, f"{AT}&year={{year}}"),
    "pages/conduct/report": (WANG, f"{AT}&id={{committee}}&year={{year}}"),
    "pages/conduct/pledge": (CHAIR, one("seat")),
    "local/persona": (WANG, ""),
    "desk/company/index": (HEAD, OF),
    "desk/company/staff": (HEAD, OF),
    "desk/company/rounds": (HEAD, OF),
    "desk/company/visits": (HEAD, OF),
    "desk/company/filings": (HEAD, OF),
    "desk/company/filing": (HEAD, f"{OF}&estate_id={{estate}}"),
    "desk/company/merchant": (HEAD, OF),
    "desk/company/receipts": (HEAD, OF),
    "desk/company/reconciliations": (HEAD, OF),
    "desk/company/collection": (HEAD, OF),
    "desk/today/index": (MANAGER, AT),
    "desk/orders/index": (DISPATCHER, AT),
    "desk/orders/order": (DISPATCHER, one("order")),
    "desk/orders/mine": (REPAIRER, AT),
    "desk/orders/register": (DISPATCHER, AT),
    "desk/orders/categories": (MANAGER, AT),
    "desk/vendors/index": (MANAGER, AT),
    "desk/vendors/vendor": (MANAGER, one("vendor")),
    "desk/cards/index": (MANAGER, AT),
    "desk/cards/make": (MANAGER, AT),
    "desk/cards/batch": (MANAGER, one("batch")),
    "desk/cards/card": (MANAGER, one("card")),
    "desk/cards/hand-outs": (MANAGER, AT),
    "desk/rounds/index": (MANAGER, AT),
    "desk/rounds/plan": (MANAGER, AT),
    "desk/rounds/teams": (HEAD, f"{OF}&estate_id={{estate}}"),
    "desk/patrols/index": (MANAGER, AT),
    "desk/patrols/points": (MANAGER, AT),
    "desk/patrols/point": (MANAGER, one("point")),
    "desk/patrols/route": (MANAGER, one("route")),
    "desk/facilities/index": (MANAGER, AT),
    "desk/facilities/edit": (MANAGER, one("facility")),
    "desk/seasons/index": (MANAGER, AT),
    "desk/seasons/cleaning": (MANAGER, AT),
    "desk/matters/index": (MANAGER, AT),
    "desk/linkage/index": (COMMUNITY, AT),
    "desk/linkage/open": (COMMUNITY, AT),
    "desk/staff/index": (MANAGER, AT),
    "desk/staff/person": (MANAGER, one("post")),
    "desk/staff/roster": (MANAGER, AT),
    "desk/rooms/index": (COMMUNITY, AT),
    "desk/rooms/room": (COMMUNITY, one("room")),
    "desk/rooms/import": (COMMUNITY, AT),
    "desk/messages/index": (MANAGER, AT),
    "desk/money/index": (FINANCE, AT),
    "desk/tariffs/index": (FINANCE, AT),
    "desk/tariffs/tariff": (HEAD, one("tariff")),
    "desk/tariffs/edit": (MANAGER, one("tariff_draft")),
    "desk/tariffs/try": (FINANCE, AT),
    "desk/price-talks/index": (HEAD, AT),
    "desk/price-talks/talk": (HEAD, one("talk")),
    "desk/price-talks/appraise": (COMMUNITY, AT),
    "desk/bill-runs/index": (FINANCE, AT),
    "desk/bill-runs/run": (FINANCE, one("bill_run")),
    "desk/bills/index": (FINANCE, AT),
    "desk/bills/bill": (FINANCE, one("bill")),
    "desk/bills/adjust": (FINANCE, one("bill")),
    "desk/bills/adjustments": (MANAGER, AT),
    "desk/arrears/import": (FINANCE, AT),
    "desk/arrears/index": (MANAGER, AT),
    "desk/arrears/room": (MANAGER, ROOM),
    "desk/collection/index": (MANAGER, AT),
    "desk/exports/index": (FINANCE, AT),
    "desk/counter/index": (FINANCE, ROOM),
    "desk/counter/list": (FINANCE, AT),
    "desk/payments/index": (FINANCE, AT),
    "desk/payments/payment": (FINANCE, one("payment")),
    "desk/exceptions/index": (FINANCE, AT),
    "desk/invoices/index": (FINANCE, AT),
    "desk/ledger/index": (MEMBER, AT),
    "desk/ledger/month": (MEMBER, f"{AT}&month={{month}}"),
    "desk/ledger/entry": (MEMBER, f"{AT}&month={{this_month}}"),
    "desk/ledger/questions": (MEMBER, AT),
    "desk/ledger/accounts": (MEMBER, AT),
    "desk/ledger/contracts": (MANAGER, AT),
    "desk/ledger/year-end": (CHAIR, AT),
    "desk/spending/index": (MANAGER, AT),
    "desk/spending/request": (MANAGER, one("spending")),
    "desk/spending/ask": (MANAGER, AT),
    "desk/meters/index": (MANAGER, AT),
    "desk/meters/install": (MANAGER, f"{AT}&building_id={{building}}"),
    "desk/shared-costs/index": (FINANCE, AT),
    "desk/ballots/index": (CHAIR, AT),
    "desk/ballots/draft": (CHAIR, one("draft_ballot")),
    "desk/ballots/ballot": (CHAIR, one("open_ballot")),
    "desk/ballots/roll": (CHAIR, one("open_ballot")),
    "desk/ballots/deliveries": (CHAIR, one("open_ballot")),
    "desk/ballots/papers": (MEMBER, one("open_ballot")),
    "desk/ballots/mandates": (MEMBER, one("open_ballot")),
    "desk/ballots/candidates": (COMMUNITY, one("election")),
    "desk/assemblies/index": (CHAIR, AT),
    "desk/assemblies/draft": (CHAIR, one("draft_session")),
    "desk/assemblies/session": (CHAIR, one("session")),
    "desk/assemblies/attendance": (CHAIR, one("session")),
    "desk/consultations/index": (CHAIR, AT),
    "desk/consultations/topic": (CHAIR, one("topic_taken_up")),
    "desk/consultations/joint": (COMMUNITY, f"{AT}&topic_id={{topic_taken_up}}"),
    "desk/house-rules/index": (CHAIR, AT),
    "desk/house-rules/document": (CHAIR, one("draft_document")),
    "desk/house-rules/draft": (CHAIR, one("draft_document")),
    "station/home/index": (COMMUNITY, UNIT),
    "station/units/index": (STREET, STREETS),
    "station/officials/index": (STREET, UNIT),
    "station/estates/index": (COMMUNITY, UNIT),
    "station/estates/new": (COMMUNITY, UNIT),
    "station/estate/index": (COMMUNITY, AT),
    "station/estate/edit": (COMMUNITY, AT),
    "station/register/index": (COMMUNITY, AT),
    "station/register/building": (COMMUNITY, f"{AT}&building_id={{building}}"),
    "station/companies/index": (BUREAU, DISTRICT),
    "station/companies/company": (BUREAU, OF),
    "station/filings/index": (COMMUNITY, UNIT),
    "station/filings/estate": (COMMUNITY, AT),
    "station/committees/index": (COMMUNITY, AT),
    "station/committees/committee": (COMMUNITY, one("committee")),
    "station/representatives/index": (COMMUNITY, AT),
    "station/prices/index": (BUREAU, DISTRICT),
    "station/prices/benchmarks": (BUREAU, DISTRICT),
    "station/prices/standards": (BUREAU, DISTRICT),
    "station/season/index": (STREET, STREETS),
    "station/season/order": (STREET, f"{STREETS}&id={{season_order}}"),
    "station/matters/index": (COMMUNITY, UNIT),
    "station/matters/matter": (COMMUNITY, f"{UNIT}&id={{matter}}"),
    "station/disclosure/index": (COMMUNITY, UNIT),
    "station/collection/index": (COMMUNITY, UNIT),
    "station/gaps/index": (COMMUNITY, UNIT),
    "station/orders/index": (COMMUNITY, UNIT),
    "station/orders/order": (COMMUNITY, one("order")),
    "station/ballots/index": (COMMUNITY, UNIT),
    "station/conduct/index": (STREET, STREETS),
    "station/conduct/catalogue": (STREET, STREETS),
    "station/conduct/after": (COMMUNITY, one("case")),
    "station/decisions/reach": (COMMUNITY, one("rescinded")),
    "station/conduct/estate": (COMMUNITY, AT),
    "station/decisions/index": (COMMUNITY, AT),
    "station/operator/index": (OPERATOR, ""),
}
"""Page -> who opens it, and with what."""


def _registered() -> list[str]:
    """The pages of pages.json, which is JSON but for its `#ifdef` lines."""
    text = (SOURCE / "src" / "pages.json").read_text(encoding="utf-8")
    known = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    packages = known["subPackages"]
    return [
        *(page["path"] for page in known["pages"]),
        *(f"{package['root']}/{page['path']}" for package in packages for page in package["pages"]),
    ]


def test_every_page_of_the_mini_program_is_opened_here() -> None:
    assert sorted(PAGES) == sorted(_registered())


PHONE, LARGE, DESKTOP = "phone", "large type", "desk"
AT_HOME = ("pages/", "local/")
LOOKS = sorted(
    ((page, look) for page in PAGES for look in (PHONE, LARGE if page.startswith(AT_HOME) else DESKTOP)),
    key=lambda seen: (seen[1], PAGES[seen[0]][0]),
)
"""Each page with how it is looked at, in an order in which somebody goes on where the last page left them."""


@dataclass(frozen=True)
class Opened(House):
    """The house, with what its pages are opened with and the browser of each look."""

    browser: Browser = field(kw_only=True)
    ids: dict[str, str] = field(kw_only=True)
    hands: dict[str, Hand] = field(kw_only=True, default_factory=dict)

    def hand(self, name: str, look: str) -> Hand:
        """The browser of a look in somebody's hands."""
        if look not in self.hands:
            hand = seat(self.browser, self, "", desk=look == DESKTOP)
            hand.page.add_init_script(_BEFORE % {"large": str(look == LARGE).lower()})
            hand.page.goto(f"{self.base_url}/app/#/local/persona")
            self.hands[look] = hand
        hand = self.hands[look]
        if hand.name != name:
            go_to(hand, "local/persona").become(name)
        return hand


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Opened]:
    """The demonstration of `make run`, in which more has happened."""
    folder: Path = tmp_path_factory.mktemp("every-page")
    app = build_app()
    clock = TravellingClock(begins(folder))
    with Stack(state=folder, clock=clock) as stack:
        known = seed(stack, clock, folder)
        stack.put_in_front(lambda application: Desk(application, stack, known))
        stack.put_in_front(lambda application: MiniProgram(application, app))
        stack.pump.start()
        opened = Opened(stack.base_url, known, browser=browser, ids=furnish(stack, Cast(stack), known))
        yield opened
        for hand in opened.hands.values():
            hand.page.context.close()


_RESTS = """() => {
  const shown = selector => [...document.querySelectorAll(selector)].some(one => one.offsetParent)
  return shown('.page') && !shown('.skeleton') && !window.__asked
}"""
_BEFORE = """
  localStorage.setItem('fp-privacy-agreed', '{"type":"boolean","data":true}')
  localStorage.setItem('fp-large-type', '{"type":"boolean","data":%(large)s}')
  window.__asked = 0
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (...given) {
    window.__asked += 1
    this.addEventListener('loadend', () => setTimeout(() => (window.__asked -= 1), 30))
    return send.apply(this, given)
  }
"""
_FOUND = r"""(phone) => {
  const visible = one => one.offsetParent && one.getClientRects().length
  const said = [...document.querySelectorAll('.problem .said')].filter(visible).map(one => `says ${one.innerText}`)
  const page = [...document.querySelectorAll('.page')].filter(visible).pop()
  const text = page.innerText
  const wide = document.documentElement.scrollWidth - window.innerWidth
  const scrolls = one => one && one !== page && (one.tagName === 'UNI-SCROLL-VIEW' || scrolls(one.parentElement))
  const out = !phone ? [] : [...page.querySelectorAll('*')]
    .filter(one => visible(one) && one.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(one))
  const tables = !phone ? [] : [...page.querySelectorAll('.table-scroll .uni-scroll-view')]
    .filter(one => visible(one) && one.scrollWidth > one.clientWidth + 1)
  const raw = text.match(/\b[a-z]+_[0-9a-z_]{2,}(?!\w*\.py)|\d{4}-\d\d-\d\dT|undefined|\bnull\b|NaN|\[object/g) || []
  return [
    ...said,
    ...(wide > 1 ? [`is ${wide} px too wide`] : []),
    ...out.slice(0, 3).map(one => `reaches out: ${one.outerHTML.slice(0, 120)}`),
    ...tables.slice(0, 1).map(one => `has a table ${one.scrollWidth} px wide`),
    ...raw.map(one => `shows ${one}`),
    ...(text.trim().length < 8 ? ['shows nothing'] : []),
  ]
}"""


def go_to(hand: Hand, place: str) -> Hand:
    """Go to a page of the program that runs already, and wait until all it asked for is there."""
    hand.page.evaluate("place => { location.hash = place }", f"#/{place}")
    hand.page.wait_for_function(_RESTS, timeout=PATIENCE)
    return hand


def visit(house: Opened, page: str, look: str) -> Hand:
    """Open the page as somebody who may see it."""
    name, query = PAGES[page]
    return go_to(house.hand(name, look), f"{page}?{query.format(**house.ids)}")


@pytest.mark.parametrize(("page", "look"), LOOKS)
def test_a_page_shows_what_it_should(house: Opened, page: str, look: str) -> None:
    hand = visit(house, page, look)
    found: list[Any] = hand.page.evaluate(_FOUND, look != DESKTOP)
    if look != LARGE:
        hand.audit()
    found += hand.complaints
    hand.complaints.clear()
    assert found == [], hand.page.url

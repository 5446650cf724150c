"""What the README shows: `make browser` leaves each page in build/screens as it looks on a phone and at a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.hand import Hand, House

AT = "?estate_id={estate_id}"
SHOWN = (
    ("home", "业主王先生", "/pages/home/index", "办事"),
    ("card", "业主王先生", "/pages/card/index?token={card}", "现在找谁"),
    ("bills", "业主王先生", "/pages/bills/index", "缴费记录、收据、发票"),
    ("ballot", "业主王先生", "/pages/ballot/index" + AT + "&id={published_ballot_id}", "已公布"),
    ("funds", "业主王先生", "/pages/funds/index" + AT, "公共收支"),
    ("desk-today", "王建国", "/desk/today/index" + AT, "现在谁负责"),
    ("desk-rooms", "孙书记", "/desk/rooms/index" + AT, "1号楼"),
)


@pytest.mark.parametrize(("name", "who", "path", "seen"), SHOWN, ids=[shown[0] for shown in SHOWN])
def test_the_page_is_pictured(
    person: Callable[[str], Hand], house: House, name: str, who: str, path: str, seen: str
) -> None:
    known = house.known | {"card": house.known["cards"][0].removeprefix("/c/")}
    person(who).open(path.format(**known)).see(seen).shot(name)


def test_the_station_is_pictured(person: Callable[[str], Hand]) -> None:
    person("孙书记").tap("友协社区").see("小区和组织").shot("station")

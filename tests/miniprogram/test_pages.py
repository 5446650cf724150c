"""Pages that the server names in its messages are pages that the mini program has, asked for by the names it reads."""

from __future__ import annotations

import json
import re
from functools import cache

from local.mini_program import SOURCE, build_for_wechat
from local.tool_environment import REPOSITORY

NAMED = re.compile(r"""["'](?P<page>(?:pages|desk|station)/[a-z_/-]+)(?:\?(?P<query>[^"']*))?["']""")


@cache
def pages() -> set[str]:
    """Every page of the WeChat build."""
    known = json.loads((build_for_wechat() / "app.json").read_text(encoding="utf-8"))
    packages = known.get("subPackages", [])
    return {*known["pages"], *(f"{package['root']}/{page}" for package in packages for page in package["pages"])}


def named_by_the_server() -> dict[str, str]:
    """Page -> its query, for each page that a message of the server leads to."""
    found = {}
    for file in sorted((REPOSITORY / "miniprogram_api").rglob("*.py")):
        for match in NAMED.finditer(file.read_text(encoding="utf-8")):
            found[match["page"]] = match["query"] or ""
    return found


def test_every_page_that_a_message_leads_to_exists() -> None:
    assert sorted(set(named_by_the_server()) - pages()) == []


def test_pages_ask_for_their_place_by_one_name() -> None:
    """``estate_id``, ``room_id``, and ``id`` for the thing itself: what the pages read from their query."""
    wrong = {page: query for page, query in named_by_the_server().items() if re.search(r"\b(estate|room)=", query)}
    assert wrong == {}


def test_every_page_that_a_page_leads_to_exists() -> None:
    known = pages()
    dead = []
    for file in sorted((SOURCE / "src").rglob("*")):
        if file.suffix in {".vue", ".ts"}:
            for page in re.findall(r"/((?:pages|desk|station)/[a-z_/-]+?)(?=[?'\"`])", file.read_text("utf-8")):
                if page not in known:
                    dead.append(f"{file.name}: {page}")
    assert sorted(set(dead)) == []

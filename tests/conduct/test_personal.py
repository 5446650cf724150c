"""What is kept about a person's conduct is given to them, and stays as a fact without them when they leave."""

from __future__ import annotations

import pytest

from tests.conduct.conftest import HEARD

ANY_DAY = "2026-11-23"


@pytest.fixture
def ended(conduct):
    """A former member of whom a case was announced."""
    sun, post_id = conduct.member(conduct.committee(), owner_of="room_7")
    case_id = str(conduct.report(post_id).json["id"])
    conduct.step(case_id, "check")
    conduct.state(case_id, sun)
    for step in ("suspend", "put_to_vote"):
        conduct.step(case_id, step)
    conduct.step(case_id, "end", decision_id=conduct.decide())
    conduct.step(case_id, "announce")
    return sun, case_id


def test_a_member_takes_along_what_is_kept_about_them(conduct, ended, client) -> None:
    sun, _ = ended
    kept = client.get("/v1/me/export", who=sun).json["records"]["conduct"]
    assert [one["kind"] for one in kept] == ["pledge", "case"]
    assert kept[0]["signed_on"] == ANY_DAY
    assert HEARD in str(kept[1])
    assert conduct.who("owner 101").account_id not in str(kept)


def test_who_leaves_is_taken_out_and_the_fact_stays(conduct, ended, client) -> None:
    sun, case_id = ended
    assert client.delete("/v1/me", who=sun).status_code == 204
    shown = conduct.read(case_id)
    assert (shown["case"]["member"], shown["case"]["state"]) == ("已注销用户", "announced")
    assert [line["member"] for line in conduct.board()] == ["已注销用户"]

"""A breach of faith: proved, heard, decided by another, appealed against once, listed only when it stands (VOT-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.spreadsheets.reader import read_workbook
from tests.conduct.conftest import code, fresh_key
from tests.world import build_world


@pytest.fixture
def recorded(conduct):
    """A member, and a record about them made by the community."""
    sun, post_id = conduct.member(conduct.committee())
    community = conduct.who("community")
    body = {"post_id": post_id, "fact": "拒不移交上一届账目", "photo_ids": [conduct.photo(community)]}
    answer = conduct.client.post(f"{conduct.estate}/breach-records", who=community, key=fresh_key(), json=body)
    assert answer.status_code == 201, answer.json
    return sun, str(answer.json["breach"]["id"])


def step(conduct, breach_id: str, name: str, who: str = "street", key: str | None = None, text: str = "经复核属实"):
    path = f"{conduct.estate}/breach-records/{breach_id}/steps"
    return conduct.client.post(path, who=conduct.who(who), key=key or fresh_key(), json={"step": name, "text": text})


def own(conduct, breach_id: str, who, what: str, text: str = "账目在修缮期间封存，已提供清单"):
    path = f"{conduct.estate}/breach-records/{breach_id}/{what}"
    return conduct.client.post(path, who=who, key=fresh_key(), json={"text": text})


def exported(conduct, unit=None, who: str = "street") -> list[list[str]]:
    unit = unit or conduct.world.street
    answer = conduct.client.get(f"/v1/units/{unit.id}/breach-records.xlsx", who=conduct.who(who))
    assert answer.status_code == 200
    (sheet,) = read_workbook(answer.data)
    return [["" if cell is None else str(cell) for cell in row] for _, row in sheet.rows]


@pytest.mark.row("VOT-13")
def test_a_record_stands_after_it_was_heard_decided_and_not_appealed_against(conduct, recorded) -> None:
    sun, breach_id = recorded
    assert code(step(conduct, breach_id, "uphold")) == (409, "illegal_transition")
    assert own(conduct, breach_id, sun, "statement").json["breach"]["state"] == "heard"
    assert code(step(conduct, breach_id, "uphold", "community")) == (403, "same_person_refused")
    upheld = step(conduct, breach_id, "uphold").json
    assert (upheld["breach"]["state"], upheld["stands"]) == ("upheld", False)
    assert len(exported(conduct)) == 1, "the heading alone: an appeal is still possible"
    conduct.clock.advance(timedelta(days=15))
    heading, row = exported(conduct)
    assert heading[0] == "姓名"
    assert row[:4] == ["孙大海", "委员", conduct.world.estate.name, "拒不移交上一届账目"]
    assert "已提供清单" in row[5]
    assert code(own(conduct, breach_id, conduct.people.again(sun), "appeal")) == (409, "breach_appeal_over")
    assert len(exported(conduct, conduct.world.community, "community")) == 2


@pytest.mark.row("VOT-13")
@pytest.mark.parametrize(("decision", "listed"), [("uphold", 2), ("withdraw", 1)])
def test_one_appeal_and_its_decision_is_the_last(conduct, recorded, decision, listed) -> None:
    sun, breach_id = recorded
    own(conduct, breach_id, sun, "statement")
    step(conduct, breach_id, "uphold")
    assert own(conduct, breach_id, sun, "appeal", "有新证据").json["breach"]["state"] == "appealed"
    assert len(exported(conduct)) == 1
    assert code(step(conduct, breach_id, decision, "community")) == (403, "same_person_refused")
    step(conduct, breach_id, decision)
    assert len(exported(conduct)) == listed
    wanted = (409, "breach_appeal_over" if decision == "uphold" else "illegal_transition")
    assert code(own(conduct, breach_id, sun, "appeal")) == wanted


@pytest.mark.row("VOT-13")
def test_only_the_member_speaks_for_themselves_and_sees_it(conduct, recorded, client, container, people) -> None:
    sun, breach_id = recorded
    path = f"{conduct.estate}/breach-records"
    for role in ("owner 101", "committee", "manager", "bureau"):
        assert code(own(conduct, breach_id, conduct.who(role), "statement")) == (404, "breach_unknown")
        assert code(client.get(f"{path}/{breach_id}", who=conduct.who(role))) == (403, "not_allowed")
        assert client.get("/v1/me/conduct", who=conduct.who(role)).json["breaches"] == []
    (mine,) = client.get("/v1/me/conduct", who=sun).json["breaches"]
    assert (mine["breach"]["id"], mine["fact"]) == (breach_id, "拒不移交上一届账目")
    assert [one["id"] for one in client.get(path, who=conduct.who("community")).json["items"]] == [breach_id]
    assert client.get(f"{path}/{breach_id}", who=conduct.who("street")).json["history"][0]["name"] == "record"
    abroad = build_world(container)
    foreign = f"/v1/estates/{abroad.estate.id}/breach-records/{breach_id}"
    assert code(client.get(foreign, who=people.official(abroad.community))) == (404, "breach_unknown")


def test_a_statement_may_be_taken_down_by_the_street(conduct, recorded) -> None:
    _, breach_id = recorded
    assert step(conduct, breach_id, "hear", text="通知三次，本人未作陈述").json["breach"]["state"] == "heard"
    assert code(step(conduct, breach_id, "hear")) == (409, "illegal_transition")


def test_what_is_sent_twice_is_done_once(conduct, recorded) -> None:
    _, breach_id = recorded
    first = step(conduct, breach_id, "hear", key="hear-once-0001")
    assert step(conduct, breach_id, "hear", key="hear-once-0001").json == first.json
    assert code(step(conduct, breach_id, "hear", key="hear-once-0001", text="别的内容")) == (409, "conduct_key_reused")


def test_recording_is_for_community_and_street_with_proof(conduct, client) -> None:
    _, post_id = conduct.member(conduct.committee())
    path, community = f"{conduct.estate}/breach-records", conduct.who("community")
    body = {"post_id": post_id, "fact": "拒不移交账目", "photo_ids": [conduct.photo(community)]}
    assert code(client.post(path, who=conduct.who("committee"), key=fresh_key(), json=body)) == (403, "not_allowed")
    assert client.post(path, who=community, key=fresh_key(), json={**body, "photo_ids": []}).status_code == 422
    nobody = {**body, "post_id": "post_nobody"}
    assert code(client.post(path, who=community, key=fresh_key(), json=nobody)) == (404, "seat_unknown")
    first = client.post(path, who=community, key="record-once-01", json=body)
    assert client.post(path, who=community, key="record-once-01", json=body).json == first.json
    other = {**body, "fact": "另一件事"}
    assert code(client.post(path, who=community, key="record-once-01", json=other)) == (409, "conduct_key_reused")
    assert code(client.get(f"/v1/units/{conduct.world.street.id}/breach-records.xlsx", who=conduct.who("bureau"))) == (
        403,
        "not_allowed",
    )

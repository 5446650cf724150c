"""Officials by the level above, the street's station, committees inside their term, building heads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.estates.store import ESTATE
from miniprogram_api.storage.transaction import Transaction
from tests.neighbours import fresh_phone


def post_official(client, who, unit, key, **person):
    body = {"name": "陈主任", "phone": fresh_phone(), **person}
    return client.post(f"/v1/units/{unit.id}/officials", who=who, key=key, json=body)


@pytest.mark.row("IDR-08")
def test_officials_are_posted_by_the_level_above_and_nobody_else(client, world, people) -> None:
    bureau, street, community = (people.official(unit) for unit in (world.district, world.street, world.community))
    assert post_official(client, street, world.community, "off-key-0001").json["role"] == "community"
    assert post_official(client, bureau, world.street, "off-key-0002").json["role"] == "street"
    assert post_official(client, bureau, world.community, "off-key-0003").status_code == 201
    assert post_official(client, people.operator(), world.city, "off-key-0004").json["role"] == "bureau"
    for who, unit in ((street, world.street), (bureau, world.district)):
        assert post_official(client, who, unit, "off-key-0005").json["code"] == "not_allowed"
    assert post_official(client, street, world.district, "off-key-0006").json["code"] == "place_unknown"
    assert post_official(client, community, world.community, "off-key-0007").json["code"] == "not_allowed"


@pytest.mark.row("IDR-08")
def test_an_official_sees_own_node_and_below_and_loses_it_with_the_post(client, world, people, newcomer) -> None:
    bureau, chen = people.official(world.district), newcomer()
    chen.prove_phone()
    post = post_official(client, bureau, world.street, "off-key-0010", phone=chen.phone).json
    assert chen.me()["workspaces"][0]["home"] == "street"
    seen = {
        unit.level: client.get(f"/v1/units/{unit.id}/officials", who=chen).status_code
        for unit in (world.district, world.street, world.community)
    }
    assert list(seen.values()) == [404, 200, 200]
    assert client.get(f"/v1/estates/{world.estate.id}/staff", who=chen).status_code == 200
    path = f"/v1/units/{world.street.id}/officials/{post['id']}/steps"
    client.post(path, who=bureau, json={"step": "end", "reason": "调任"})
    assert client.get(f"/v1/estates/{world.estate.id}/staff", who=chen).status_code == 404


@pytest.mark.row("IDR-07")
def test_the_station_counts_its_sources_and_warns_of_who_is_missing(client, world, people, container) -> None:
    bureau = people.official(world.district)
    act = Transaction("system", "test_setup", container.clock())
    from dataclasses import replace

    act.change(ESTATE, world.estate, replace(world.estate, households=166))
    container.table.commit(act)
    path = f"/v1/units/{world.street.id}/station"
    assert client.get(path, who=bureau).json["missing"] == ["bureau", "subdistrict"]
    post_official(client, bureau, world.street, "sta-key-0001", source="bureau")
    post_official(client, bureau, world.street, "sta-key-0002", source="social_organisation")
    station = client.get(path, who=bureau).json
    assert (station["bureau"], station["subdistrict"], station["social_organisation"]) == (1, 0, 1)
    assert station["missing"] == ["subdistrict"]
    assert (station["households"], station["households_base"], station["communities"]) == (166, 20_000, 1)
    assert client.get(f"/v1/units/{world.community.id}/station", who=bureau).json["code"] == "station_unknown"


@pytest.fixture
def committee(client, world, people):
    """A committee formed on 1 June 2026 for three years, and the community that looks after it."""
    community = people.official(world.community)
    body = {
        "kind": "owners_committee",
        "name": "第三届业主委员会",
        "formed_on": "2026-06-01",
        "term_ends_on": "2029-05-31",
        "seal_keeper": "李掌印 副主任",
    }
    path = f"/v1/estates/{world.estate.id}/committees"
    made = client.post(path, who=community, key="body-key-0001", json=body)
    assert made.status_code == 201
    again = client.post(path, who=community, key="body-key-0001", json=body)
    assert again.json["id"] == made.json["id"]
    return community, f"{path}/{made.json['id']}"


def join(client, community, path, key, **person):
    body = {"name": "孙委员", "phone": fresh_phone(), "title": "主任", **person}
    return client.post(f"{path}/members", who=community, key=key, json=body)


def sign(client, member, post):
    """The member signs the commitment; no right counts before (VOT-13)."""
    seats = client.get("/v1/me/committee-posts", who=member).json
    digest = next(seat["commitment"]["digest"] for seat in seats if seat["post_id"] == post["id"])
    path = f"/v1/estates/{post['place_id']}/committee-posts/{post['id']}/pledge"
    assert client.post(path, who=member, json={"digest": digest}).status_code == 201


@pytest.mark.row("IDR-05")
def test_members_have_rights_inside_the_term_only(client, committee, newcomer, world, clock) -> None:
    community, path = committee
    sun = newcomer()
    sun.prove_phone()
    member = join(client, community, path, "mem-key-0001", phone=sun.phone, ends_on="2035-01-01").json
    sign(client, sun, member)
    assert (member["ends_on"], sun.roles()) == ("2029-05-31", [("committee", world.estate.id)])
    client.patch(path, who=community, json={"term_ends_on": "2026-11-23"})
    assert sun.roles() == [("committee", world.estate.id)]
    clock.advance(timedelta(hours=14))
    assert sun.sign_in().roles() == []


@pytest.mark.row("IDR-05")
def test_a_suspended_member_loses_every_right_at_once_and_leaves_the_card(
    client, committee, newcomer, world, container
):
    community, path = committee
    sun = newcomer()
    sun.prove_phone()
    member = join(client, community, path, "mem-key-0002", phone=sun.phone).json
    sign(client, sun, member)
    client.patch(path, who=community, json={"contact": member["id"]})
    assert container.cards.face_of(world.estate).committee.name == "孙委员"
    steps = f"{path}/members/{member['id']}/steps"
    client.post(steps, who=community, json={"step": "suspend", "reason": "负面清单核查"})
    assert sun.roles() == []
    assert container.cards.face_of(world.estate).committee is None
    client.post(steps, who=community, json={"step": "resume"})
    assert sun.roles() == [("committee", world.estate.id)]
    assert container.cards.face_of(world.estate).committee.name == "孙委员"


@pytest.mark.row("IDR-05")
def test_a_dissolved_committee_takes_its_members_along(client, committee, newcomer, world, container) -> None:
    community, path = committee
    sun = newcomer()
    sun.prove_phone()
    member = join(client, community, path, "mem-key-0003", phone=sun.phone).json
    sign(client, sun, member)
    join(client, community, path, "mem-key-0004", title="委员")
    client.patch(path, who=community, json={"contact": member["id"]})
    client.post(f"{path}/dissolve", who=community, json={"reason": "届满换届"})
    assert sun.roles() == []
    assert container.cards.face_of(world.estate).committee is None
    assert client.get(path, who=community).json["members"] == []
    assert join(client, community, path, "mem-key-0005").json["code"] == "body_over"


def test_neighbours_see_the_committee_without_numbers_or_the_seal(client, committee, world, people) -> None:
    community, path = committee
    join(client, community, path, "mem-key-0006", phone="13912340000")
    seen = client.get(path, who=people.resident(world.estate)).json
    assert seen["members"][0]["title"] == "主任"
    assert (seen.get("seal_keeper"), "1391234" in str(seen)) == (None, False)
    assert client.get(path, who=community).json["seal_keeper"] == "李掌印 副主任"


@pytest.mark.row("IDR-12")
def test_a_building_head_has_a_term(client, world, people, newcomer, clock) -> None:
    community, he = people.official(world.community), newcomer()
    he.prove_phone()
    path = f"/v1/estates/{world.estate.id}/representatives"
    body = {"name": "何楼长", "phone": he.phone, "ends_on": "2026-11-23"}
    post = client.post(path, who=community, key="head-key-0001", json=body).json
    assert (post["role"], he.roles()) == ("building_head", [("building_head", world.estate.id)])
    listed = client.get(path, who=he).json["items"]
    assert [one["id"] for one in listed] == [post["id"]]
    unknown = {**body, "building_id": "bld_nowhere"}
    assert client.post(path, who=community, key="head-key-0002", json=unknown).json["code"] == "building_unknown"
    clock.advance(timedelta(hours=14))
    assert he.sign_in().roles() == []


def test_a_company_s_head_is_named_by_bureau_then_by_the_company(client, world, people, newcomer, container) -> None:
    operator, first = people.operator(), newcomer()
    first.prove_phone()
    path = f"/v1/companies/{world.company.id}/admins"
    made = client.post(path, who=operator, key="head-key-0010", json={"name": "刘总经理", "phone": first.phone})
    assert made.status_code == 201
    assert first.roles() == [("company_admin", world.company.id)]
    assert first.me()["workspaces"][0]["home"] == "company"
    second = client.post(path, who=first, key="head-key-0011", json={"name": "马", "phone": fresh_phone()})
    assert second.status_code == 201
    ended = client.post(f"{path}/{made.json['id']}/steps", who=operator, json={"step": "end", "reason": "变更法人"})
    assert (ended.json["state"], first.roles()) == ("ended", [])

"""What members tell voluntarily: figures for community and street, and nobody else's business (VOT-11, VOT-12)."""

from __future__ import annotations

import pytest

from miniprogram_api.conduct.composition import Background, composition
from miniprogram_api.storage import keys
from tests.conduct.conftest import code
from tests.neighbours import fresh_phone

YES, NO, SILENT = Background(True, None), Background(False, None), Background(None, None)


def figures(conduct, body_id: str, who: str = "community"):
    return conduct.client.get(f"{conduct.estate}/committees/{body_id}/composition", who=conduct.who(who))


@pytest.mark.row("VOT-11")
@pytest.mark.parametrize(
    ("members", "majority"),
    [
        ([], False),
        ([YES], True),
        ([YES, NO], False),  # half is not more than half
        ([YES, YES, NO], True),
        ([YES, YES, SILENT, SILENT], False),  # what was not said is no yes
        ([YES, YES, YES, SILENT, NO], True),
    ],
)
def test_a_majority_is_more_than_half_of_all_members(members, majority) -> None:
    assert composition(members).party_majority is majority


@pytest.mark.row("VOT-11")
def test_officials_are_warned_and_nobody_is_kept_from_office(conduct) -> None:
    body_id = conduct.committee()
    for told in (True, False, None):
        assert conduct.elect(body_id, fresh_phone(), party_member=told).status_code == 201
    seen = figures(conduct, body_id).json
    assert (seen["members"], seen["party_members"], seen["not_said"], seen["party_majority"]) == (3, 1, 1, False)
    assert "1/3" in seen["warning"]
    conduct.elect(body_id, fresh_phone(), party_member=True)
    conduct.elect(body_id, fresh_phone(), party_member=True)
    seen = figures(conduct, body_id, "street").json
    assert (seen["party_majority"], seen.get("warning")) == (True, None)
    for role in ("owner 101", "committee", "manager", "bureau"):
        assert code(figures(conduct, body_id, role)) == (403, "not_allowed")


@pytest.mark.row("VOT-12")
def test_posts_held_besides_are_counted(conduct) -> None:
    body_id = conduct.committee()
    for told in ("社区书记", "社区书记", "人大代表", None):
        conduct.elect(body_id, fresh_phone(), concurrent_post=told)
    assert figures(conduct, body_id).json["concurrent"] == [
        {"post": "人大代表", "members": 1},
        {"post": "社区书记", "members": 2},
    ]


@pytest.mark.row("VOT-11", "VOT-12")
def test_a_member_tells_changes_and_takes_back_and_no_neighbour_sees_it(conduct, client) -> None:
    body_id = conduct.committee()
    sun, post_id = conduct.member(body_id)
    path = f"{conduct.estate}/committee-posts/{post_id}/background"
    told = client.put(path, who=sun, json={"party_member": True, "concurrent_post": "社区书记"})
    assert told.status_code == 204
    assert client.get("/v1/me/committee-posts", who=sun).json[0]["party_member"] is True
    assert figures(conduct, body_id).json["party_members"] == 1
    assert code(
        client.put(path, who=conduct.who("community"), json={"party_member": None, "concurrent_post": None})
    ) == (
        404,
        "seat_unknown",
    )
    for look in (f"{conduct.estate}/committees/{body_id}", f"{conduct.estate}/representatives"):
        seen = client.get(look, who=conduct.who("owner 101")).get_data(as_text=True)
        assert post_id in seen
        assert "party" not in seen
        assert "社区书记" not in seen
    client.put(path, who=sun, json={"party_member": None, "concurrent_post": None})
    seen = figures(conduct, body_id).json
    assert (seen["party_members"], seen["not_said"], seen["concurrent"]) == (0, 1, [])


@pytest.mark.row("VOT-11")
def test_party_membership_goes_with_the_post_and_never_into_the_trail(conduct, client, container, desk) -> None:
    body_id = conduct.committee()
    post_id = conduct.elect(body_id, fresh_phone(), party_member=True).json["id"]
    key = keys.post("estate", conduct.world.estate.id, post_id)
    desk.follow(None, desk.item(key))
    before = desk.item(key)
    steps = f"{conduct.estate}/committees/{body_id}/members/{post_id}/steps"
    client.post(steps, who=conduct.who("community"), json={"step": "end", "reason": "辞职"})
    desk.follow(before, desk.item(key))
    assert container.committees.access_seat_by_id(conduct.world.estate.id, post_id).about.party_member is None
    trail = container.audit.history(key, 10, None).items
    assert sorted(change.verb for change in trail) == ["appoint_committee_member", "end_post"]
    assert "party_member" not in str(trail)

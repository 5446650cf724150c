"""No right of a committee member counts before the commitment is signed; signing itself needs none (VOT-13)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.appointments.notices import notices
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.notice import NoticeKind
from tests.conduct.conftest import code
from tests.neighbours import fresh_phone
from tests.world import build_world


def pledge_path(conduct, post_id: str) -> str:
    return f"{conduct.estate}/committee-posts/{post_id}/pledge"


@pytest.mark.row("VOT-13")
def test_an_elected_member_has_no_right_before_signing_and_all_of_them_after(conduct, client) -> None:
    body_id, sun = conduct.committee(), conduct.neighbour(owner_of="room_7")
    post = conduct.elect(body_id, sun.phone).json
    assert post["pledge_missing"] is True
    assert ("committee", conduct.world.estate.id) not in sun.roles()
    assert code(client.get(f"{conduct.estate}/gaps", who=sun)) == (403, "not_allowed")
    seats = client.get("/v1/me/committee-posts", who=sun).json
    assert [(seat["post_id"], seat["pledge_missing"]) for seat in seats] == [(post["id"], True)]
    assert seats[0]["commitment"]["sample"] is True
    assert "示范文本" in seats[0]["commitment"]["text"]
    signed = conduct.sign(sun, post["id"])
    assert (signed.status_code, signed.json["text"]) == (201, seats[0]["commitment"]["text"])
    assert ("committee", conduct.world.estate.id) in sun.roles()
    assert client.get(f"{conduct.estate}/gaps", who=sun).status_code == 200


@pytest.mark.row("VOT-13")
def test_a_member_whose_number_is_proved_later_signs_then(conduct, client) -> None:
    phone = fresh_phone()
    post = conduct.elect(conduct.committee(), phone).json
    sun = conduct.newcomer(phone=phone)
    assert code(client.post(pledge_path(conduct, post["id"]), who=sun, json={"digest": "0" * 16})) == (
        404,
        "seat_unknown",
    )
    sun.prove_phone()
    assert sun.roles() == []
    assert conduct.sign(sun, post["id"]).status_code == 201
    assert sun.roles() == [("committee", conduct.world.estate.id)]


def test_nobody_signs_for_another_and_a_foreign_estate_knows_nothing(conduct, client, people, container) -> None:
    sun = conduct.neighbour()
    post = conduct.elect(conduct.committee(), sun.phone).json
    digest = client.get("/v1/me/committee-posts", who=sun).json[0]["commitment"]["digest"]
    for other in (people.stranger(), conduct.who("committee"), conduct.who("street")):
        assert code(client.post(pledge_path(conduct, post["id"]), who=other, json={"digest": digest})) == (
            404,
            "seat_unknown",
        )
    abroad = build_world(container).estate.id
    path = f"/v1/estates/{abroad}/committee-posts/{post['id']}/pledge"
    assert code(client.post(path, who=sun, json={"digest": digest})) == (404, "seat_unknown")
    assert sun.roles() == []


def test_what_is_signed_is_what_was_shown_and_stays_as_it_was(conduct, client) -> None:
    sun = conduct.neighbour()
    post = conduct.elect(conduct.committee(), sun.phone).json
    old = client.get("/v1/me/committee-posts", who=sun).json[0]["commitment"]
    text = "友协街道履职承诺书：本人承诺依法履职，接受业主监督，如有违反自愿承担责任。"
    street = f"/v1/units/{conduct.world.street.id}/pledge-text"
    written = client.put(street, who=conduct.who("street"), json={"text": text})
    assert (written.status_code, written.json["sample"]) == (200, False)
    refused = client.post(pledge_path(conduct, post["id"]), who=sun, json={"digest": old["digest"]})
    assert code(refused) == (409, "pledge_text_changed")
    assert conduct.sign(sun, post["id"]).json["text"] == text
    client.put(street, who=conduct.who("street"), json={"text": text + "（修订）"})
    listed = client.get(f"{conduct.estate}/pledges", who=conduct.who("community")).json["items"]
    assert [(one["post_id"], one["text"], one["on_paper"]) for one in listed] == [(post["id"], text, False)]


def test_signing_twice_is_signing_once(conduct, client) -> None:
    sun, post_id = conduct.member(conduct.committee())
    first = conduct.sign(sun, post_id)
    conduct.clock.advance(timedelta(hours=1))
    again = conduct.sign(sun, post_id)
    assert (again.status_code, again.json) == (201, first.json)


@pytest.mark.row("VOT-13")
def test_a_member_without_an_account_signs_on_paper_and_the_community_records_it(conduct, client) -> None:
    phone = fresh_phone()
    post = conduct.elect(conduct.committee(), phone).json
    path = f"{conduct.estate}/committee-posts/{post['id']}/paper-pledge"
    community = conduct.who("community")
    body = {"signed_on": "2026-11-22", "photo_ids": [conduct.photo(community)]}
    assert client.post(path, who=community, json={**body, "photo_ids": []}).status_code == 422
    assert code(client.post(path, who=community, json={**body, "signed_on": "2026-11-24"})) == (
        422,
        "pledge_date_wrong",
    )
    for role in ("committee", "manager", "owner 101"):
        assert code(client.post(path, who=conduct.who(role), json=body)) == (403, "not_allowed")
    first = client.post(path, who=community, json=body)
    assert (first.status_code, first.json["on_paper"]) == (201, True)
    assert client.post(path, who=community, json=body).json == first.json
    other = {**body, "photo_ids": [conduct.photo(community)]}
    assert code(client.post(path, who=community, json=other)) == (409, "pledge_there")
    sun = conduct.newcomer(phone=phone)
    sun.prove_phone()
    assert sun.roles() == [("committee", conduct.world.estate.id)], "the paper counts once the number is proved"


def test_who_has_an_account_signs_in_person(conduct, client) -> None:
    sun = conduct.neighbour()
    post = conduct.elect(conduct.committee(), sun.phone).json
    community = conduct.who("community")
    body = {"signed_on": "2026-11-22", "photo_ids": [conduct.photo(community)]}
    path = f"{conduct.estate}/committee-posts/{post['id']}/paper-pledge"
    assert code(client.post(path, who=community, json=body)) == (409, "pledge_in_person")


def test_an_ended_seat_is_not_signed(conduct, client) -> None:
    sun = conduct.neighbour()
    body_id = conduct.committee()
    post = conduct.elect(body_id, sun.phone).json
    digest = client.get("/v1/me/committee-posts", who=sun).json[0]["commitment"]["digest"]
    steps = f"{conduct.estate}/committees/{body_id}/members/{post['id']}/steps"
    client.post(steps, who=conduct.who("community"), json={"step": "end", "reason": "放弃任职"})
    assert code(client.post(pledge_path(conduct, post["id"]), who=sun, json={"digest": digest})) == (409, "seat_over")
    assert client.get("/v1/me/committee-posts", who=sun).json == []


def test_no_card_shows_a_member_who_has_not_signed(conduct, client, container) -> None:
    sun = conduct.neighbour()
    body_id = conduct.committee()
    post = conduct.elect(body_id, sun.phone).json
    path = f"{conduct.estate}/committees/{body_id}"
    client.patch(path, who=conduct.who("community"), json={"contact": post["id"]})
    assert container.cards.face_of(conduct.world.estate).committee is None
    conduct.sign(sun, post["id"])
    assert container.cards.face_of(conduct.world.estate).committee.name == "孙大海"


def test_the_member_is_asked_to_sign_once_the_post_is_theirs(conduct, container) -> None:
    phone = fresh_phone()
    post_id = conduct.elect(conduct.committee(), phone).json["id"]

    def stored():
        return container.committees.access_seat_by_id(conduct.world.estate.id, post_id)

    waiting = stored()
    assert notices(None, waiting) == ()
    sun = conduct.newcomer(phone=phone)
    sun.prove_phone()
    (told,) = notices(waiting, stored())
    assert (told.kind, told.to.account_id) == (NoticeKind.TASK, sun.account_id)
    before = stored()
    conduct.sign(sun, post_id)
    assert notices(before, stored()) == ()


@pytest.mark.row("VOT-13")
@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.BUREAU])
def test_only_streets_keep_the_texts(conduct, client, role) -> None:
    unit = {Role.COMMUNITY: conduct.world.community, Role.BUREAU: conduct.world.district}[role]
    text = {"text": "本人承诺依法履职，接受业主监督，违反承诺自愿承担责任。"}
    answer = client.put(f"/v1/units/{unit.id}/pledge-text", who=conduct.who(role.value), json=text)
    wanted = (403, "not_allowed") if role is Role.COMMUNITY else (422, "conduct_catalogue_misplaced")
    assert code(answer) == wanted

"""Votes on paper: two people, one ledger, and a photo that nobody looks at before the count (VOT-01)."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests

from miniprogram_api.kernel.access import Role
from miniprogram_api.storage import ballot_keys
from miniprogram_api.storage.kinds import Key
from tests.ballots.hall import NO, YES, content
from tests.photos.conftest import jpeg_with_place

if TYPE_CHECKING:
    from tests.ballots.hall import Hall
    from tests.world import Person

AREAS = {"101": 8000, "102": 8000, "201": 9000, "202": 9000}


@pytest.fixture
def open_ballot(hall) -> str:
    hall.settle(AREAS)
    return hall.opened()


@pytest.fixture
def first(hall) -> Person:
    return hall.someone(Role.COMMITTEE, 2)


@pytest.fixture
def second(hall) -> Person:
    return hall.someone(Role.BUILDING_HEAD)


def photo(hall: Hall, who: Person, *, sealed: bool = True) -> str:
    """A photo of a paper, uploaded and processed."""
    data = jpeg_with_place()
    body = {"content_type": "image/jpeg", "size": len(data), "sealed": sealed}
    form = hall.post(f"/v1/estates/{hall.estate_id}/photos", who, 201, **body)
    assert requests.post(form["url"], data=form["fields"], files={"file": data}, timeout=10).status_code == 204
    if sealed:
        hall.container.photos.process_upload(hall.estate_id, form["photo_id"], hall.clock())
    return str(form["photo_id"])


def enter(hall: Hall, ballot_id: str, number: str, who: Person, status: int = 201, **more: Any) -> Any:
    body = {"room_id": hall.rooms[number].id, "serial": f"NO-{number}", "choices": YES, **more}
    body.setdefault("photo_ids", [photo(hall, who)])
    return hall.post(f"{hall.path}/{ballot_id}/papers", who, status, **body)


def confirm(hall: Hall, ballot_id: str, number: str, who: Person, status: int = 200, **more: Any) -> Any:
    body = {"serial": f"NO-{number}", "choices": YES, **more}
    path = f"{hall.path}/{ballot_id}/papers/{hall.rooms[number].id}/confirmation"
    return hall.post(path, who, status, **body)


def votes(hall: Hall, ballot_id: str) -> list[tuple[str, Any]]:
    """Channel and choices of every vote in the file of proof."""
    rows = content(hall.bundle(ballot_id))["rows"]
    return sorted((row["vote"]["channel"], row["vote"]["choices"]) for row in rows if row["vote"])


@pytest.mark.row("VOT-01")
def test_two_people_read_a_paper_and_it_counts_like_any_vote(hall, open_ballot, first, second) -> None:
    entered = enter(hall, open_ballot, "101", first)
    assert (entered["confirmed"], "yes" in json.dumps(entered)) == (False, False)
    waiting = hall.get(f"{hall.path}/{open_ballot}/papers", second)["items"]
    assert waiting[0]["label"] == hall.rooms["101"].label, "the second reader sees which room the paper is of"
    assert [one["serial"] for one in waiting] == ["NO-101"]
    assert confirm(hall, open_ballot, "101", second)["confirmed"] is True
    assert confirm(hall, open_ballot, "101", second)["confirmed"] is True, "a bad network asks twice"
    assert hall.get(f"{hall.path}/{open_ballot}/papers", second)["items"] == []
    enter(hall, open_ballot, "102", second, channel="on_site", choices=NO)
    confirm(hall, open_ballot, "102", first, choices=NO)
    enter(hall, open_ballot, "202", first)
    hall.vote(open_ballot, "201")
    hall.close(open_ballot)
    assert votes(hall, open_ballot) == [("on_site", NO), ("online", YES), ("paper", YES)], (
        "one person's reading is none"
    )


@pytest.mark.row("VOT-01")
def test_one_person_does_not_read_for_both(hall, open_ballot, first, second) -> None:
    enter(hall, open_ballot, "101", first)
    assert confirm(hall, open_ballot, "101", first, 403)["code"] == "same_person_refused"
    confirm(hall, open_ballot, "101", second)


@pytest.mark.row("VOT-01")
def test_two_different_readings_are_no_vote(hall, open_ballot, first, second) -> None:
    enter(hall, open_ballot, "101", first)
    assert confirm(hall, open_ballot, "101", second, 409, choices=NO)["code"] == "paper_vote_differs"
    assert confirm(hall, open_ballot, "101", second, 404, serial="NO-999")["code"] == "paper_vote_unknown"
    path = f"{hall.path}/{open_ballot}/papers/{hall.rooms['101'].id}/withdrawal"
    assert hall.post(path, first)["withdrawn"] is True
    enter(hall, open_ballot, "101", first, choices=NO)
    confirm(hall, open_ballot, "101", second, choices=NO)


@pytest.mark.row("VOT-01")
def test_a_paper_is_entered_once(hall, open_ballot, first, second) -> None:
    enter(hall, open_ballot, "101", first)
    assert enter(hall, open_ballot, "102", second, 409, serial="NO-101")["code"] == "paper_serial_used"
    assert enter(hall, open_ballot, "101", second, 409, serial="NO-777")["code"] == "room_voted"
    again = enter(hall, open_ballot, "101", first)
    assert again["serial"] == "NO-101", "the same entry sent twice is one"
    confirm(hall, open_ballot, "101", second)
    assert enter(hall, open_ballot, "102", first, 409, serial="NO-101")["code"] == "paper_serial_used"


@pytest.mark.row("VOT-01")
def test_the_vote_an_owner_casts_in_between_wins(hall, open_ballot, first, second) -> None:
    enter(hall, open_ballot, "101", first)
    hall.vote(open_ballot, "101", NO)
    assert confirm(hall, open_ballot, "101", second, 409)["code"] == "already_voted"
    hall.close(open_ballot)
    assert votes(hall, open_ballot) == [("online", NO)]


@pytest.mark.row("VOT-01")
def test_no_paper_for_a_room_that_has_voted(hall, open_ballot, first, second) -> None:
    hall.vote(open_ballot, "101", NO)
    assert enter(hall, open_ballot, "101", first, 409)["code"] == "room_voted"
    enter(hall, open_ballot, "102", first)
    confirm(hall, open_ballot, "102", second)
    assert enter(hall, open_ballot, "102", first, 409, serial="NO-888")["code"] == "room_voted"
    assert hall.vote(open_ballot, "102", status=409)["code"] == "already_voted"


def test_a_paper_after_the_end_is_too_late(hall, open_ballot, first, second) -> None:
    enter(hall, open_ballot, "101", first)
    late = photo(hall, first)
    hall.close(open_ballot)
    assert confirm(hall, open_ballot, "101", second, 409)["code"] == "ballot_not_open"
    assert enter(hall, open_ballot, "102", first, 409, photo_ids=[late])["code"] == "ballot_not_open"


@pytest.mark.row("VOT-01")
def test_only_a_sealed_photo_goes_with_a_paper_and_a_sealed_one_goes_nowhere_else(hall, open_ballot, first) -> None:
    ordinary, kept = photo(hall, first, sealed=False), photo(hall, first)
    assert enter(hall, open_ballot, "101", first, 404, photo_ids=[ordinary])["code"] == "photo_not_yours"
    question = {"title": "其他", "form": "approve", "matter": "other"}
    draft = {"kind": "assembly", "title": "另一次表决", "text": "", "questions": [question]}
    assert hall.post(hall.path, first, 404, **draft, photo_ids=[kept])["code"] == "photo_not_yours"
    hall.post(hall.path, first, 201, **draft, photo_ids=[ordinary])
    enter(hall, open_ballot, "101", first, photo_ids=[kept])
    assert enter(hall, open_ballot, "102", first, 404, photo_ids=[kept])["code"] == "photo_not_yours", (
        "one paper, one photo"
    )


# Who sees the paper

NEVER = (Role.MANAGER, Role.DISPATCHER, Role.COMPANY_ADMIN, Role.OPERATOR, Role.BUREAU, Role.OWNER, Role.REGISTERED)


@pytest.mark.row("VOT-01")
@pytest.mark.parametrize("disclosure", ["signed", "masked"])
def test_nobody_reads_the_photo_before_the_count_and_the_community_after_it(hall, first, second, disclosure) -> None:
    hall.settle(AREAS)
    kind, asked = "assembly", None
    if disclosure == "masked":
        kind, asked = "satisfaction", [{"title": "满意度", "form": "rate"}]
    ballot_id = hall.draft(kind, asked)
    hall.freeze(ballot_id)
    hall.announce(ballot_id)
    hall.clock.advance(hall.container.ballots.get_ballot(hall.estate_id, ballot_id).opens_at - hall.clock())
    choices = YES if kind == "assembly" else [["satisfied"]]
    picture = photo(hall, first)
    enter(hall, ballot_id, "101", first, photo_ids=[picture], choices=choices)
    confirm(hall, ballot_id, "101", second, choices=choices)
    by_id = f"/v1/estates/{hall.estate_id}/photos/{picture}"
    paper = f"{hall.path}/{ballot_id}/papers/{hall.rooms['101'].id}"
    street = hall.someone(Role.STREET)
    assert hall.get(by_id, first)["links"], "whoever took it"
    for who in (second, hall.drafter, hall.community, street, hall.owners["101"], *map(hall.someone, NEVER)):
        assert hall.get(by_id, who, 404)["code"] == "photo_unknown"
    for who in (hall.community, street):
        assert hall.get(paper, who, 403)["code"] == "votes_masked"
    for who in (first, second, hall.owners["101"], hall.someone(Role.MANAGER)):
        assert hall.get(paper, who, 403)["code"] == "not_allowed"
    assert hall.get(f"/v1/estates/{hall.estate_id}/photos-to-decide", hall.someone(Role.MANAGER))["items"] == []
    hall.close(ballot_id)
    for who in (hall.community, street):
        seen = hall.get(paper, who)
        assert (seen["serial"], seen["counted"]) == ("NO-101", True)
        assert seen["entered_by"] != seen["confirmed_by"] != ""
        assert requests.get(seen["photos"][0]["links"]["full"], timeout=10).status_code == 200
    for who in (first, second, hall.owners["101"], hall.someone(Role.MANAGER)):
        assert hall.get(paper, who, 403)["code"] == "not_allowed"
    for who in (second, hall.community, hall.someone(Role.MANAGER)):
        assert hall.get(by_id, who, 404)["code"] == "photo_unknown"


def stored(hall: Hall, ballot_id: str, number: str) -> dict[str, Any]:
    """The entry of a paper as the table's stream would show it."""
    ballot = hall.container.ballots.get_ballot(hall.estate_id, ballot_id)
    elector = hall.container._roll_store.find_elector(ballot, hall.rooms[number].id)
    key = ballot_keys.paper_entry(hall.estate_id, ballot_id, elector.shard, elector.room_id)
    client = boto3.client("dynamodb", region_name=hall.container.settings.region)
    place = {"pk": {"S": key.pk}, "sk": {"S": key.sk}}
    return dict(client.get_item(TableName=hall.container.settings.table, Key=place)["Item"])


@pytest.mark.row("VOT-01")
def test_whoever_looks_at_a_paper_stands_in_the_trail(hall, open_ballot, first) -> None:
    """Also at one that was never confirmed: somebody may say that it should have been."""
    enter(hall, open_ballot, "101", first)
    hall.close(open_ballot)
    looked = []
    for who in (hall.community, hall.someone(Role.STREET), hall.community):
        before = stored(hall, open_ballot, "101")
        assert hall.get(f"{hall.path}/{open_ballot}/papers/{hall.rooms['101'].id}", who)["counted"] is False
        after = stored(hall, open_ballot, "101")
        change = {"Keys": {"pk": after["pk"], "sk": after["sk"]}, "OldImage": before, "NewImage": after}
        hall.container.followers.follow({"dynamodb": {**change, "SequenceNumber": secrets.token_hex(8)}})
        looked.append(who.account_id)
        hall.clock.advance(hall.clock().resolution)
    key = Key(after["pk"]["S"], after["sk"]["S"])
    trail = hall.container.audit.history(key, 10, None).items
    assert [(one.verb, one.by) for one in trail] == [("look_at_paper_vote", by) for by in reversed(looked)]


def test_there_is_nothing_to_look_at_where_no_paper_came(hall, open_ballot, first) -> None:
    hall.vote(open_ballot, "101")
    hall.close(open_ballot)
    papers = f"{hall.path}/{open_ballot}/papers"
    assert hall.get(f"{papers}/{hall.rooms['101'].id}", hall.community, 404)["code"] == "paper_vote_unknown"
    assert hall.get(f"{papers}/room_nowhere", hall.community, 404)["code"] == "room_not_on_roll"

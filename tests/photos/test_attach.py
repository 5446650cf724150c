"""Photos belong to one thing of the person who uploaded them, and are shown only once accepted (REP-01)."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.photo import PhotoState
from miniprogram_api.photos.rules import PhotoNotYours
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import jpeg_with_place
from tests.world import build_world

pytestmark = pytest.mark.row("REP-01")


@dataclass(frozen=True)
class Thing:
    id: str
    version: int = 0


THING = Kind("thing", Thing, lambda thing: Key(f"THING#{thing.id}", "THING"))


def write_with(desk, estate_id: str, who, photo_ids: list[str], thing_id: str | None = None) -> str:
    """One act that writes a thing and binds photos to it."""
    thing = Thing(thing_id or secrets.token_hex(8))
    act = Transaction(who.account_id, "write_thing", desk.container.clock())
    act.add(THING, thing, otherwise=Conflict)
    desk.container.photos.attach(act, estate_id, photo_ids, thing.id, "proof")
    desk.container.table.commit(act)
    return thing.id


def is_there(desk, thing_id: str) -> bool:
    return desk.container.table.find(THING, Key(f"THING#{thing_id}", "THING")) is not None


def asked(desk, who, estate_id: str) -> str:
    return str(desk.ask(who, estate_id, jpeg_with_place())["photo_id"])


def test_photos_still_on_their_way_are_bound_at_once_and_shown_when_accepted(desk, world, resident) -> None:
    estate_id = world.estate.id
    accepted, waiting = desk.accepted(resident, estate_id), asked(desk, resident, estate_id)
    write_with(desk, estate_id, resident, [waiting, accepted])
    shown = desk.container.photos.show(estate_id, [waiting, "photo_nowhere", accepted])
    assert [(photo.id, photo.state, photo.links is not None) for photo in shown] == [
        (waiting, PhotoState.AWAITING_UPLOAD, False),
        (accepted, PhotoState.ACCEPTED, True),
    ]


def test_showing_nine_photos_is_one_read_and_binding_them_none(desk, world, resident, calls) -> None:
    photo_ids = [asked(desk, resident, world.estate.id) for _ in range(9)]
    with calls() as seen:
        write_with(desk, world.estate.id, resident, photo_ids)
    assert [name for name, _ in seen] == ["TransactWriteItems"]
    with calls() as seen:
        assert len(desk.container.photos.show(world.estate.id, photo_ids)) == 9
    assert [name for name, _ in seen] == ["BatchGetItem"]


def test_a_bound_photo_goes_on_through_its_check(desk, world, resident) -> None:
    photo_id = desk.upload(resident, world.estate.id)
    owner = write_with(desk, world.estate.id, resident, [photo_id])
    desk.judged()
    photo = desk.stored(world.estate.id, photo_id)
    assert (photo.state, photo.owner, photo.purpose) == (PhotoState.ACCEPTED, owner, "proof")


def test_only_free_and_usable_photos_of_ones_own_and_of_this_estate_are_bound(
    desk, world, resident, people, container
) -> None:
    estate_id = world.estate.id
    neighbour, elsewhere = people.resident(world.estate), build_world(container)
    bound = asked(desk, resident, estate_id)
    write_with(desk, estate_id, resident, [bound])
    broken = desk.upload(resident, estate_id, b"\xff\xd8\xff nothing")
    free = asked(desk, resident, estate_id)
    refused = {
        "unknown": [free, "photo_nowhere"],
        "twice": [free, free],
        "of a neighbour": [asked(desk, neighbour, estate_id)],
        "of another estate": [asked(desk, resident, elsewhere.estate.id)],
        "bound": [bound],
        "broken": [broken],
    }
    for why, photo_ids in refused.items():
        thing_id = secrets.token_hex(8)
        with pytest.raises(PhotoNotYours):
            write_with(desk, estate_id, resident, photo_ids, thing_id)
        assert not is_there(desk, thing_id), why
    write_with(desk, estate_id, resident, [free])


def test_two_things_at_once_want_one_photo_and_one_gets_it(desk, world, resident) -> None:
    photo_id = asked(desk, resident, world.estate.id)
    names = [secrets.token_hex(8) for _ in range(4)]

    def attempt(thing_id: str) -> bool:
        try:
            write_with(desk, world.estate.id, resident, [photo_id], thing_id)
        except PhotoNotYours:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(attempt, names))
    assert sum(won) == 1
    assert [is_there(desk, name) for name in names] == won
    assert desk.stored(world.estate.id, photo_id).owner == names[won.index(True)]


def test_a_photo_is_seen_by_its_uploader_and_the_desk_alone(desk, world, resident, people) -> None:
    photo_id = asked(desk, resident, world.estate.id)
    path = f"/v1/estates/{world.estate.id}/photos/{photo_id}"
    seen = {who: desk.client.get(path, who=who).status_code for who in (resident, people.staff(world.estate))}
    assert set(seen.values()) == {200}
    for who in (people.resident(world.estate), people.stranger()):
        answer = desk.client.get(path, who=who)
        assert (answer.status_code, answer.json["code"]) == (404, "photo_unknown")

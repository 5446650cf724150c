"""Sealed photos: a paper vote's photo shows the choice, so only its uploader sees it before the count (VOT-01)."""

from __future__ import annotations

import secrets
from io import BytesIO

import pytest
import requests
from PIL import Image

from miniprogram_api.appointments.rules import Particulars, PortraitNotReady
from miniprogram_api.appointments.service.portraits import Portraits
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.errors import Conflict
from miniprogram_api.kernel.photo import PhotoState
from miniprogram_api.photos.rules import PhotoNotYours
from miniprogram_api.storage.transaction import Transaction
from tests.photos.conftest import jpeg_with_place
from tests.photos.test_attach import THING, Thing, is_there


def ask_sealed(desk, who, estate_id: str, data: bytes, **more) -> dict:
    body = {"content_type": "image/jpeg", "size": len(data), "sealed": True, **more}
    key = f"key-{secrets.token_hex(8)}"
    answer = desk.client.post(f"/v1/estates/{estate_id}/photos", json=body, who=who, key=key)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def sealed(desk, who, estate_id: str) -> str:
    """A sealed photo that has arrived; its uploader never opened the mini program, which WeChat would ask for."""
    data = jpeg_with_place((3000, 1500))
    form = ask_sealed(desk, who, estate_id, data)
    assert desk.post(form, data) == 204
    desk.arrive(estate_id, form["photo_id"])
    return str(form["photo_id"])


def bind(desk, estate_id: str, who, photo_id: str, *, as_sealed: bool) -> str:
    thing = Thing(secrets.token_hex(8))
    act = Transaction(who.account_id, "write_thing", desk.container.clock())
    act.add(THING, thing, otherwise=Conflict)
    desk.container.photos.attach(act, estate_id, [photo_id], thing.id, "proof", sealed=as_sealed)
    try:
        desk.container.table.commit(act)
    except PhotoNotYours:
        assert not is_there(desk, thing.id)
        raise
    return thing.id


def test_it_is_made_safe_and_kept_and_wechat_is_not_asked(desk, world, resident, monkeypatch) -> None:
    def never(*_: object) -> str:
        raise AssertionError("a sealed photo goes nowhere")

    monkeypatch.setattr(desk.container.wechat, "check_image", never)
    photo_id = sealed(desk, resident, world.estate.id)
    photo = desk.stored(world.estate.id, photo_id)
    assert (photo.state, photo.trace_id, photo.sealed) == (PhotoState.ACCEPTED, None, True)
    shown = desk.read(resident, world.estate.id, photo_id)
    data = requests.get(shown["links"]["full"], timeout=10).content
    assert b"SecretCamera" not in data
    picture = Image.open(BytesIO(data))
    assert not picture.getexif()
    assert picture.size == (1024, 2048)


def test_what_cannot_be_made_a_picture_is_refused_with_the_reason(desk, world, resident) -> None:
    broken = b"\xff\xd8\xff nothing".ljust(4096, b"\0")
    form = ask_sealed(desk, resident, world.estate.id, broken)
    desk.post(form, broken)
    desk.arrive(world.estate.id, form["photo_id"])
    assert desk.read(resident, world.estate.id, form["photo_id"])["state"] == "refused"


@pytest.mark.row("VOT-01")
def test_nobody_but_its_uploader_is_shown_it(desk, world, resident, people) -> None:
    estate_id = world.estate.id
    photo_id = sealed(desk, resident, estate_id)
    path = f"/v1/estates/{estate_id}/photos/{photo_id}"
    assert desk.read(resident, estate_id, photo_id)["links"]
    for role in Role:
        answer = desk.client.get(path, who=people.holding(role, world))
        assert (answer.status_code, answer.json["code"]) == (404, "photo_unknown"), role
    manager = people.staff(world.estate)
    refused = desk.client.post(f"{path}/decision", json={"accept": False, "reason": "看看"}, who=manager)
    assert (refused.status_code, refused.json["code"]) == (404, "photo_unknown")
    assert desk.client.get(f"/v1/estates/{estate_id}/photos-to-decide", who=manager).json["items"] == []
    (shown,) = desk.container.photos.show(estate_id, [photo_id])
    assert (shown.state, shown.links) == (PhotoState.ACCEPTED, None)
    (opened,) = desk.container.photos.show_sealed(estate_id, [photo_id, "photo_nowhere"])
    assert opened.links is not None


def test_only_sealed_ones_are_opened_as_sealed(desk, world, resident) -> None:
    ordinary = desk.accepted(resident, world.estate.id)
    assert desk.container.photos.show_sealed(world.estate.id, [ordinary]) == []
    assert desk.container.photos.show_sealed(world.estate.id, []) == []


@pytest.mark.row("VOT-01")
def test_sealed_and_ordinary_ones_are_never_bound_in_each_others_place(desk, world, resident, calls) -> None:
    estate_id = world.estate.id
    ordinary, kept = desk.accepted(resident, estate_id), sealed(desk, resident, estate_id)
    with pytest.raises(PhotoNotYours):
        bind(desk, estate_id, resident, ordinary, as_sealed=True)
    with pytest.raises(PhotoNotYours):
        bind(desk, estate_id, resident, kept, as_sealed=False)
    with calls() as seen:
        owner = bind(desk, estate_id, resident, kept, as_sealed=True)
    assert [name for name, _ in seen] == ["TransactWriteItems"], "checked by the act itself, not by a read before it"
    assert desk.stored(estate_id, kept).owner == owner
    bind(desk, estate_id, resident, ordinary, as_sealed=False)


def test_a_photo_from_before_there_were_sealed_ones_is_an_ordinary_one(desk, world, resident) -> None:
    photo_id = desk.ask(resident, world.estate.id, jpeg_with_place())["photo_id"]
    assert desk.stored(world.estate.id, photo_id).sealed is None, "absent in the table, as it was before"
    bind(desk, world.estate.id, resident, photo_id, as_sealed=False)


def test_nobody_hangs_on_a_wall_what_nobody_checked(desk, world, resident) -> None:
    photo_id = sealed(desk, resident, world.estate.id)
    with pytest.raises(PortraitNotReady):
        Portraits(desk.container.photos).named(world.estate.id, Particulars("张经理", photo_id=photo_id))


def test_the_same_key_asks_for_one_kind_of_photo(desk, world, resident) -> None:
    path = f"/v1/estates/{world.estate.id}/photos"
    body = {"content_type": "image/jpeg", "size": 100}
    first = desk.client.post(path, json={**body, "sealed": True}, who=resident, key="key-sealed-1")
    again = desk.client.post(path, json={**body, "sealed": True}, who=resident, key="key-sealed-1")
    assert first.json["photo_id"] == again.json["photo_id"]
    other = desk.client.post(path, json=body, who=resident, key="key-sealed-1")
    assert (other.status_code, other.json["code"]) == (409, "photo_permit_over")

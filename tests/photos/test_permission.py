"""Asking leave to upload: what is permitted, and asking twice (REP-01)."""

from __future__ import annotations

import base64
import json

import pytest

from tests.photos.conftest import jpeg_with_place

pytestmark = pytest.mark.row("REP-01")


def ask(desk, who, estate_id: str, once: str, **body):
    return desk.client.post(f"/v1/estates/{estate_id}/photos", json=body, who=who, key=once)


def test_the_form_fixes_key_type_size_and_ten_minutes(desk, world, resident) -> None:
    form = ask(desk, resident, world.estate.id, "key-00000001", content_type="image/png", size=1234).json
    conditions = json.loads(base64.b64decode(form["fields"]["policy"]))["conditions"]
    assert ["content-length-range", 1, 1234] in conditions
    assert {"Content-Type": "image/png"} in conditions
    assert {"key": f"uploads/{world.estate.id}/{form['photo_id']}"} in conditions
    assert form["expires_in"] == 600


@pytest.mark.parametrize(
    "body",
    [
        {"content_type": "image/jpeg", "size": 10 * 1024 * 1024 + 1},
        {"content_type": "image/jpeg", "size": 0},
        {"content_type": "image/gif", "size": 10},
        {"content_type": "text/html", "size": 10},
        {"content_type": "image/jpeg", "size": 10, "key": "uploads/elsewhere"},
    ],
)
def test_what_is_no_photo_of_ten_megabytes_is_not_permitted(desk, world, resident, body) -> None:
    assert ask(desk, resident, world.estate.id, "key-00000001", **body).status_code == 422


def test_asking_again_with_the_same_key_gives_the_same_photo_until_it_was_uploaded(desk, world, resident) -> None:
    data = jpeg_with_place()
    body = {"content_type": "image/jpeg", "size": len(data)}
    first = ask(desk, resident, world.estate.id, "key-00000001", **body)
    again = ask(desk, resident, world.estate.id, "key-00000001", **body)
    assert again.json["photo_id"] == first.json["photo_id"]
    other = ask(desk, resident, world.estate.id, "key-00000001", content_type="image/jpeg", size=5)
    assert (other.status_code, other.json["code"]) == (409, "photo_permit_over")
    desk.visit(resident)
    desk.post(first.json, data)
    desk.arrive(world.estate.id, first.json["photo_id"])
    over = ask(desk, resident, world.estate.id, "key-00000001", **body)
    assert (over.status_code, over.json["code"]) == (409, "photo_permit_over")

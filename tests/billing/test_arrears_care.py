"""Rooms in arrears are spoken with, not shamed: a reason, the complaint behind it, and who was there (FEE-14)."""

from __future__ import annotations

import pytest

from miniprogram_api.kernel.access import NEIGHBOURS, Role
from tests.billing.estate import with_rooms

pytestmark = pytest.mark.row("FEE-14")


@pytest.fixture
def room(container, world):
    (room,) = with_rooms(container, world.estate.id, buildings=1, rooms=1)
    return room


def account(room) -> str:
    return f"/v1/estates/{room.estate_id}/room-accounts/{room.id}"


def test_a_reason_and_conversations_are_kept(client, people, world, room) -> None:
    finance = people.staff(world.estate, Role.FINANCE)
    for reason in ("unknown", "dissatisfied"):
        body = {"reason": reason, "note": "电梯常坏"}
        assert client.put(f"{account(room)}/arrears-reason", json=body, who=finance).status_code == 200
    contact = {"means": "visit", "text": "约定维修后缴纳"}
    first = client.post(f"{account(room)}/arrears-contacts", json=contact, who=finance, key="contact-key-1")
    again = client.post(f"{account(room)}/arrears-contacts", json=contact, who=finance, key="contact-key-1")
    assert first.json["id"] == again.json["id"]
    other = {"means": "phone", "text": "另一次"}
    reused = client.post(f"{account(room)}/arrears-contacts", json=other, who=finance, key="contact-key-1")
    assert (reused.status_code, reused.json["code"]) == (409, "contact_key_reused")
    shown = client.get(f"{account(room)}/arrears-care", who=finance).json
    assert (shown["care"]["reason_label"], [one["text"] for one in shown["contacts"]]) == (
        "对服务不满意",
        ["约定维修后缴纳"],
    )
    listed = client.get(f"/v1/estates/{room.estate_id}/arrears-care?reason=dissatisfied", who=finance).json
    assert [one["room_id"] for one in listed["items"]] == [room.id]
    gone = client.get(f"/v1/estates/{room.estate_id}/arrears-care?reason=unknown", who=finance).json
    assert gone["items"] == []


def test_a_reason_is_linked_to_the_complaint_behind_it(client, people, world, room) -> None:
    manager, resident = people.staff(world.estate), people.resident(world.estate, room_id=room.id)
    unknown = {"reason": "dispute", "work_order_id": "wo_unknown_0000"}
    refused = client.put(f"{account(room)}/arrears-reason", json=unknown, who=manager)
    assert (refused.status_code, refused.json["code"]) == (404, "work_order_unknown")
    place = {"kind": "common", "label": "1号楼1单元"}
    body = {"kind": "repair", "category": "lighting", "place": place, "text": "楼道灯一直不亮"}
    opened = client.post(f"/v1/estates/{room.estate_id}/work-orders", json=body, who=resident, key="complaint-1")
    assert opened.status_code == 201, opened.json
    order_id = opened.json["id"]
    linked = {"reason": "dispute", "work_order_id": order_id}
    assert client.put(f"{account(room)}/arrears-reason", json=linked, who=manager).json["work_order_id"] == order_id


@pytest.mark.parametrize("role", sorted(NEIGHBOURS))
def test_no_neighbour_sees_who_owes(client, people, world, room, role) -> None:
    neighbour = people.holding(role, world)
    for path in (
        f"/v1/estates/{room.estate_id}/arrears-care",
        f"/v1/estates/{room.estate_id}/unpaid-bills",
        f"/v1/estates/{room.estate_id}/bills?period=2026-11",
        f"{account(room)}/bills",
        f"{account(room)}/arrears-care",
    ):
        refused = client.get(path, who=neighbour)
        assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")

"""Household bindings: matched with the roster or decided by a person, ended in one act (IDR-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.estates.rules import Building, Room
from miniprogram_api.estates.store import BUILDING, ROOM
from miniprogram_api.households.notices import notices
from miniprogram_api.kernel.access import Role
from miniprogram_api.photos.rules import ContentType, Photo
from miniprogram_api.photos.store import PHOTO
from miniprogram_api.storage.transaction import Transaction
from tests.neighbours import MeetInTheMiddle, at_once
from tests.world import build_world


@pytest.fixture
def home(container, world):
    """Room 301, whose owner's number in the roster is 13800000301, and its neighbour 302 without a number."""
    index = container.phones.index_of("13800000301")
    act = Transaction("system", "test_setup", container.clock())
    act.add(BUILDING, Building("bld_2", world.estate.id, "2号楼", ("1单元",)))
    for number, indexes in (("301", (index,)), ("302", ())):
        act.add(
            ROOM,
            Room(
                id=f"room_{number}",
                estate_id=world.estate.id,
                building_id="bld_2",
                entrance="1单元",
                number=number,
                label=f"2号楼1单元{number}",
                area=5566,
                order=number,
                owner_phone_indexes=indexes,
            ),
        )
    container.table.commit(act)
    return f"/v1/estates/{world.estate.id}/rooms/room_301"


@pytest.fixture
def owner(client, newcomer, home):
    """The owner of 301, bound by the roster."""
    wang = newcomer(phone="13800000301")
    wang.prove_phone()
    assert ask(client, wang, home).json["state"] == "live"
    return wang


def ask(client, who, home, relation="owner", **body):
    return client.put(f"{home}/binding", who=who, json={"relation": relation, "name": "王小明", **body})


def decide(client, who, home, about, decision, reason=None):
    body = {"decision": decision, "reason": reason}
    return client.post(f"{home}/bindings/{about.account_id}/decision", who=who, json=body)


def end(client, who, home, about, reason=None):
    return client.post(f"{home}/bindings/{about.account_id}/end", who=who, json={"reason": reason})


@pytest.fixture
def asker(client, newcomer, home):
    """Somebody with a proved number that is not in the roster, who asked to be an owner."""
    li = newcomer()
    li.prove_phone()
    assert ask(client, li, home, share={"numerator": 1, "denominator": 2}).json["state"] == "waiting"
    return li


@pytest.mark.row("IDR-03")
def test_the_roster_s_number_binds_the_owner_at_once(owner, world) -> None:
    assert owner.roles() == [("owner", world.estate.id)]
    assert owner.me()["state"] == "verified"
    assert owner.me()["workspaces"][0]["label"].endswith("2号楼1单元301")


@pytest.mark.row("IDR-03")
def test_the_roster_s_number_proves_no_tenant_and_no_other_room(client, newcomer, home, world) -> None:
    wang = newcomer(phone="13800000301")
    wang.prove_phone()
    assert ask(client, wang, home, "tenant").json["state"] == "waiting"
    assert ask(client, wang, home.replace("room_301", "room_302")).json["state"] == "waiting"
    assert wang.roles() == []


def test_nobody_asks_without_a_proved_number_or_for_a_room_that_is_not_there(client, newcomer, home) -> None:
    wang = newcomer(phone="13800000301")
    assert ask(client, wang, home).json["code"] == "phone_not_proved"
    wang.prove_phone()
    assert ask(client, wang, home.replace("room_301", "room_999")).json["code"] == "room_unknown"
    assert ask(client, wang, home, share={"numerator": 3, "denominator": 2}).json["code"] == "share_unclear"
    assert ask(client, wang, home, valid_until="2026-11-22").json["code"] == "period_unclear"


@pytest.mark.row("IDR-03")
def test_asking_twice_is_one_binding_at_its_old_place_in_the_queue(client, asker, home, world, people, clock) -> None:
    clock.advance(timedelta(minutes=30))
    again = ask(client, asker, home, "family").json
    assert (again["relation"], again["asked_at"]) == ("family", "2026-11-23T02:00:00Z")
    queue = client.get(f"/v1/estates/{world.estate.id}/bindings", who=people.staff(world.estate)).json["items"]
    assert [one["account_id"] for one in queue] == [asker.account_id]


def test_the_queue_is_oldest_first_and_holds_only_what_waits(client, newcomer, home, world, people, clock) -> None:
    manager, askers = people.staff(world.estate), []
    for _ in range(3):
        who = newcomer()
        who.prove_phone()
        ask(client, who, home, "family")
        askers.append(who)
        clock.advance(timedelta(minutes=1))
    decide(client, manager, home, askers[1], "approve")
    path = f"/v1/estates/{world.estate.id}/bindings?limit=1"
    first = client.get(path, who=manager).json
    second = client.get(f"{path}&cursor={first['next']}", who=manager).json
    assert [first["items"][0]["account_id"], second["items"][0]["account_id"]] == [
        askers[0].account_id,
        askers[2].account_id,
    ]


@pytest.mark.row("IDR-03")
def test_approval_gives_the_role_and_repeats_are_conflicts(client, asker, home, world, people) -> None:
    manager = people.staff(world.estate)
    full = client.get(f"{home}/bindings/{asker.account_id}", who=manager).json
    assert (full["name"], full["phone"]) == ("王小明", asker.phone)
    done = decide(client, manager, home, asker, "approve")
    assert (done.json["state"], done.json["share"]) == ("live", {"numerator": 1, "denominator": 2})
    assert asker.roles() == [("owner", world.estate.id)]
    assert decide(client, manager, home, asker, "approve").json["code"] == "illegal_transition"
    assert decide(client, manager, home, asker, "reject", "又想了想").status_code == 409
    assert asker.roles() == [("owner", world.estate.id)]


@pytest.mark.row("IDR-03")
def test_more_proof_is_asked_for_given_and_judged(client, asker, home, world, people, container) -> None:
    community = people.official(world.community)
    assert decide(client, community, home, asker, "ask_proof").json["code"] == "input_missing"
    assert decide(client, community, home, asker, "ask_proof", "请补充房产证照片").json["state"] == "more_proof"
    unusable = client.post(
        f"{home}/bindings/{asker.account_id}/proof", who=asker, json={"photo_ids": ["photo_of_nobody"]}
    )
    assert unusable.json["code"] == "photo_not_yours"
    asked_at, photo = container.clock(), f"photo-of-{asker.account_id}"
    act = Transaction(asker.account_id, "test_setup", asked_at)
    act.add(PHOTO, Photo(photo, world.estate.id, asker.account_id, ContentType.JPEG, 1000, asked_at, asked_at))
    container.table.commit(act)
    given = client.post(f"{home}/bindings/{asker.account_id}/proof", who=asker, json={"photo_ids": [photo]})
    assert given.json["state"] == "waiting"
    checked = client.get(f"{home}/bindings/{asker.account_id}", who=community).json
    assert checked["proof_photo_ids"] == [one["id"] for one in checked["proof_photos"]] == [photo]
    assert decide(client, community, home, asker, "reject", "材料不符").json["reason"] == "材料不符"
    assert asker.roles() == []
    assert ask(client, asker, home, "tenant").json["state"] == "waiting"


def test_approve_and_reject_at_once_are_one_decision(
    client, asker, home, world, people, container, monkeypatch
) -> None:
    manager, community = people.staff(world.estate), people.official(world.community)
    bindings = container.households._bindings
    meeting = MeetInTheMiddle(bindings.commit, {"approve_binding", "reject_binding"}, 2)
    monkeypatch.setattr(bindings, "commit", meeting)
    approved, rejected = at_once(
        lambda: decide(client, manager, home, asker, "approve"),
        lambda: decide(client, community, home, asker, "reject", "材料不符"),
    )
    assert sorted([approved.status_code, rejected.status_code]) == [200, 409]
    expected = [("owner", world.estate.id)] if approved.status_code == 200 else []
    assert asker.roles() == expected


def test_nobody_decides_about_their_own_binding(client, newcomer, home, world, people) -> None:
    admin, li = people.company_admin(world.company), newcomer()
    li.prove_phone()
    body = {"name": "李经理", "phone": li.phone, "role": "manager"}
    client.post(f"/v1/estates/{world.estate.id}/staff", who=admin, key="own-key-0001", json=body)
    ask(client, li, home)
    assert decide(client, li, home, li, "approve").json["code"] == "own_binding"


@pytest.mark.row("IDR-03")
def test_moving_out_takes_the_role_away_at_once_and_one_may_come_back(client, owner, home, world) -> None:
    assert end(client, owner, home, owner).json["state"] == "ended"
    assert owner.roles() == []
    assert end(client, owner, home, owner).json["state"] == "ended"
    assert ask(client, owner, home).json["state"] == "live"
    assert owner.roles() == [("owner", world.estate.id)]


@pytest.mark.row("IDR-03")
def test_an_owner_sees_and_ends_family_and_tenants_but_no_other_owner(
    client, owner, asker, newcomer, home, world, people
):
    manager, tenant = people.staff(world.estate), newcomer()
    tenant.prove_phone()
    ask(client, tenant, home, "tenant", valid_until="2027-11-22")
    for who in (asker, tenant):
        decide(client, manager, home, who, "approve")
    assert tenant.roles() == [("tenant", world.estate.id)]
    seen = client.get(f"{home}/bindings", who=owner).json["items"]
    assert {one["account_id"] for one in seen} == {owner.account_id, asker.account_id, tenant.account_id}
    assert [one["account_id"] for one in client.get(f"{home}/bindings", who=tenant).json["items"]] == [
        tenant.account_id
    ]
    assert end(client, owner, home, asker).json["code"] == "binding_unknown"
    assert end(client, tenant, home, owner).json["code"] == "binding_unknown"
    assert end(client, owner, home, tenant).json["state"] == "ended"
    assert tenant.roles() == []


def test_staff_end_a_binding_with_a_reason_only(client, owner, home, world, people) -> None:
    manager = people.staff(world.estate)
    assert end(client, manager, home, owner).json["code"] == "reason_missing"
    assert end(client, manager, home, owner, "房屋已过户").json["reason"] == "房屋已过户"
    assert owner.roles() == []


@pytest.mark.row("IDR-03")
def test_a_tenant_s_right_ends_with_the_lease(client, newcomer, home, world, people, clock) -> None:
    tenant = newcomer()
    tenant.prove_phone()
    ask(client, tenant, home, "tenant", valid_until="2026-11-23")
    decide(client, people.staff(world.estate), home, tenant, "approve")
    assert tenant.roles() == [("tenant", world.estate.id)]
    clock.advance(timedelta(hours=14))
    assert tenant.sign_in().roles() == []


def test_a_tenant_has_no_owner_s_right(client, newcomer, home, world, people) -> None:
    tenant = newcomer()
    tenant.prove_phone()
    ask(client, tenant, home, "tenant")
    decide(client, people.staff(world.estate), home, tenant, "approve")
    roles = {one["role"] for one in tenant.me()["workspaces"]}
    assert roles == {Role.TENANT.value}


def test_a_foreign_manager_finds_nothing(client, asker, home, container, people) -> None:
    stranger = people.staff(build_world(container).estate)
    assert decide(client, stranger, home, asker, "approve").json["code"] == "place_unknown"
    here = home.replace(home.split("/")[3], stranger.grants[0].scope.id)
    assert decide(client, stranger, here, asker, "approve").json["code"] == "binding_unknown"
    assert client.get(f"{home}/bindings", who=stranger).json["items"] == []


def test_a_newcomer_finds_their_room_without_learning_who_owns_it(client, newcomer, home, world) -> None:
    wang, path = newcomer(), f"/v1/estates/{world.estate.id}/addresses"
    assert client.get(path, who=wang).json["items"] == [
        {"building_id": "bld_2", "name": "2号楼", "entrances": ["1单元"]}
    ]
    rooms = client.get(f"{path}/bld_2/rooms", who=wang).json["items"]
    assert rooms[0] == {"room_id": "room_301", "entrance": "1单元", "number": "301", "label": "2号楼1单元301"}


def test_bound_rooms_are_known_to_the_registers(owner, asker, home, world, container) -> None:
    bound = container.households.bound_rooms(world.estate.id, ["room_301", "room_302"])
    assert bound == frozenset({"room_301"})


def test_leaving_ends_the_binding_and_removes_the_person(client, owner, home, world, container, people) -> None:
    exported = client.get("/v1/me/export", who=owner).json["records"]["rooms"]
    assert (exported[0]["name"], exported[0]["phone"]) == ("王小明", "13800000301")
    assert client.delete("/v1/me", who=owner).status_code == 204
    left = container.households._bindings.find(world.estate.id, "room_301", owner.account_id)
    assert (left.state, left.name, left.phone, left.phone_masked) == ("ended", None, None, None)


def test_the_person_hears_every_decision_of_others_and_the_manager_what_waits(
    client, asker, home, world, people, container
):
    bindings = container.households._bindings
    waiting = bindings.find(world.estate.id, "room_301", asker.account_id)
    (to_manager,) = notices(None, waiting)
    assert to_manager.to.estate_id == world.estate.id
    assert Role.MANAGER in to_manager.to.roles
    decide(client, people.staff(world.estate), home, asker, "reject", "材料不符")
    rejected = bindings.find(world.estate.id, "room_301", asker.account_id)
    (to_asker,) = notices(waiting, rejected)
    assert to_asker.to.account_id == asker.account_id
    assert "材料不符" in to_asker.text
    ask(client, asker, home)
    asked = bindings.find(world.estate.id, "room_301", asker.account_id)
    end(client, asker, home, asker)
    assert notices(asked, bindings.find(world.estate.id, "room_301", asker.account_id)) == ()
    assert notices(rejected, rejected) == ()

"""Staff by phone number: given at once or waiting, ended at once; one manager, one deputy (IDR-04, IDR-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from miniprogram_api.estates.store import ESTATE
from miniprogram_api.kernel.access import Role
from miniprogram_api.kernel.ids import new_id, secret_token
from miniprogram_api.storage.transaction import Transaction
from tests.neighbours import MeetInTheMiddle, at_once, fresh_phone
from tests.world import build_world


def appoint(client, who, world, key, **person):
    body = {"name": "王小明", "phone": fresh_phone(), "role": "repairer", **person}
    return client.post(f"/v1/estates/{world.estate.id}/staff", who=who, key=key, json=body)


def step(client, who, world, post_id, name, reason="工作调整"):
    path = f"/v1/estates/{world.estate.id}/staff/{post_id}/steps"
    return client.post(path, who=who, json={"step": name, "reason": reason})


@pytest.fixture
def admin(people, world):
    return people.company_admin(world.company)


@pytest.fixture
def more_estates(container, world, clock):
    """More estates of the company, as after further contracts."""

    def make(number: int, company_id: str | None = None):
        made = []
        for _ in range(number):
            estate = replace(
                world.estate,
                id=new_id("est", clock()),
                locator=secret_token(6),
                company_id=company_id or world.company.id,
                version=0,
            )
            act = Transaction("system", "test_setup", clock())
            act.add(ESTATE, estate)
            container.table.commit(act)
            made.append(estate)
        return made

    return make


@pytest.mark.row("IDR-04")
def test_a_post_for_a_proved_number_counts_at_once(client, admin, world, newcomer) -> None:
    wang = newcomer()
    wang.prove_phone()
    post = appoint(client, admin, world, "staff-key-0001", phone=wang.phone).json
    assert (post["state"], post["account_id"], post["display_name"]) == ("active", wang.account_id, "王师傅")
    assert wang.roles() == [("repairer", world.estate.id)]
    assert wang.me()["workspaces"][0]["home"] == "staff"
    assert client.get(f"/v1/estates/{world.estate.id}/staff", who=wang).status_code == 403


@pytest.mark.row("IDR-04")
def test_a_post_waits_for_its_number_and_is_claimed_with_it(client, admin, world, newcomer) -> None:
    wang = newcomer()
    post = appoint(client, admin, world, "staff-key-0002", phone=wang.phone).json
    assert (post["state"], post.get("account_id")) == ("waiting", None)
    assert wang.roles() == []
    assert wang.prove_phone().json["state"] == "verified"
    assert wang.roles() == [("repairer", world.estate.id)]


def test_asking_again_with_the_same_key_is_one_appointment(client, admin, world) -> None:
    phone = fresh_phone()
    first = appoint(client, admin, world, "staff-key-0003", phone=phone)
    again = appoint(client, admin, world, "staff-key-0003", phone=phone)
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    other = appoint(client, admin, world, "staff-key-0003")
    assert (other.status_code, other.json["code"]) == (409, "post_differs")
    listed = client.get(f"/v1/estates/{world.estate.id}/staff", who=admin).json["items"]
    assert len(listed) == 1


def test_proving_and_appointing_at_once_never_miss_each_other(client, admin, world, newcomer, container, monkeypatch):
    wang = newcomer()
    meeting = MeetInTheMiddle(container.people.commit, {"prove_phone", "appoint_staff"}, 2)
    monkeypatch.setattr(container.people, "commit", meeting)
    monkeypatch.setattr(container._registry, "commit", meeting)
    proved, appointed = at_once(
        wang.prove_phone, lambda: appoint(client, admin, world, "staff-key-0004", phone=wang.phone)
    )
    assert (proved.status_code, appointed.status_code) == (200, 201)
    assert wang.roles() == [("repairer", world.estate.id)]


def test_two_who_prove_the_awaited_number_at_once_get_one_post(client, admin, world, newcomer, container, monkeypatch):
    first = newcomer()
    second = newcomer(phone=first.phone)
    appoint(client, admin, world, "staff-key-0008", phone=first.phone)
    monkeypatch.setattr(container.people, "commit", MeetInTheMiddle(container.people.commit, {"prove_phone"}, 2))
    answers = at_once(first.prove_phone, second.prove_phone)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted([first.roles(), second.roles()]) == [[], [("repairer", world.estate.id)]]


def test_claim_and_end_at_once_leave_no_right_behind(client, admin, world, newcomer, container, monkeypatch) -> None:
    wang = newcomer()
    post = appoint(client, admin, world, "staff-key-0005", phone=wang.phone).json
    meeting = MeetInTheMiddle(container.people.commit, {"prove_phone", "end_post"}, 2)
    monkeypatch.setattr(container.people, "commit", meeting)
    monkeypatch.setattr(container._registry, "commit", meeting)
    proved, ended = at_once(wang.prove_phone, lambda: step(client, admin, world, post["id"], "end"))
    assert proved.status_code == 200
    assert ended.status_code in {200, 409}
    now = client.get(f"/v1/estates/{world.estate.id}/staff/{post['id']}", who=admin).json["post"]["state"]
    expected = {200: ("ended", []), 409: ("active", [("repairer", world.estate.id)])}[ended.status_code]
    assert (now, wang.roles()) == expected


@pytest.mark.row("IDR-04")
def test_suspending_resuming_and_ending_count_from_the_next_request(client, admin, world, newcomer) -> None:
    wang = newcomer()
    wang.prove_phone()
    post = appoint(client, admin, world, "staff-key-0006", phone=wang.phone, role="dispatcher").json
    path = f"/v1/estates/{world.estate.id}/staff"
    assert client.get(path, who=wang).status_code == 200
    assert step(client, admin, world, post["id"], "suspend").json["state"] == "suspended"
    assert client.get(path, who=wang).status_code == 404
    assert step(client, admin, world, post["id"], "suspend").json["code"] == "illegal_transition"
    step(client, admin, world, post["id"], "resume")
    assert client.get(path, who=wang).status_code == 200
    step(client, admin, world, post["id"], "end")
    assert client.get(path, who=wang).status_code == 404
    assert client.get(path, who=admin).json["items"] == []


def test_ending_and_suspending_need_a_reason(client, admin, world, newcomer) -> None:
    post = appoint(client, admin, world, "staff-key-0007").json
    path = f"/v1/estates/{world.estate.id}/staff/{post['id']}/steps"
    assert client.post(path, who=admin, json={"step": "end"}).json["code"] == "input_missing"


@pytest.mark.row("IDR-04", "CARD-07")
def test_the_card_shows_the_new_manager_in_the_same_act(client, admin, world, container) -> None:
    hours = [{"from_minute": 540, "to_minute": 1080}]
    first = appoint(client, admin, world, "lead-key-0001", role="manager", name="张大山", duty_hours=hours).json
    face = container.cards.face_of(world.estate)
    assert (face.leader.name, face.leader.post, face.leader.hours[0].start) == ("张大山", "项目经理", 540)
    refused = appoint(client, admin, world, "lead-key-0002", role="manager")
    assert (refused.status_code, refused.json["code"]) == (409, "seat_taken")
    appoint(client, admin, world, "lead-key-0003", role="manager", deputy=True, name="李小河")
    successor = appoint(client, admin, world, "lead-key-0004", role="manager", name="赵新来", successor_of=first["id"])
    assert successor.status_code == 201
    face = container.cards.face_of(world.estate)
    assert (face.leader.name, face.deputy.name, face.deputy.post) == ("赵新来", "李小河", "副经理")
    states = {
        one["display_name"]: one["state"]
        for one in client.get(f"/v1/estates/{world.estate.id}/staff", who=admin).json["items"]
    }
    assert states == {"赵经理": "waiting", "李经理": "waiting"}
    step(client, admin, world, successor.json["id"], "end")
    face = container.cards.face_of(world.estate)
    assert (face.leader, face.deputy.name) == (None, "李小河")


def test_a_suspended_manager_leaves_the_card_and_comes_back(client, admin, world, newcomer, container) -> None:
    wang = newcomer()
    wang.prove_phone()
    post = appoint(client, admin, world, "lead-key-0005", role="manager", phone=wang.phone).json
    step(client, admin, world, post["id"], "suspend")
    assert container.cards.face_of(world.estate).leader is None
    assert appoint(client, admin, world, "lead-key-0006", role="manager").json["code"] == "seat_taken"
    step(client, admin, world, post["id"], "resume")
    path = f"/v1/estates/{world.estate.id}/staff/{post['id']}"
    client.patch(path, who=admin, json={"title": "驻场经理", "skills": ["水暖"]})
    assert container.cards.face_of(world.estate).leader.post == "驻场经理"


@pytest.mark.row("IDR-04")
def test_two_managers_appointed_at_once_are_one(client, people, world, container, monkeypatch) -> None:
    first, second = people.company_admin(world.company), people.company_admin(world.company)
    meeting = MeetInTheMiddle(container._registry.commit, {"appoint_staff"}, 2)
    monkeypatch.setattr(container._registry, "commit", meeting)
    answers = at_once(
        lambda: appoint(client, first, world, "race-key-0001", role="manager", name="甲某某"),
        lambda: appoint(client, second, world, "race-key-0002", role="manager", name="乙某某"),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert next(answer for answer in answers if answer.status_code == 409).json["code"] == "seat_taken"
    winner = next(answer for answer in answers if answer.status_code == 201).json
    face = container.cards.face_of(world.estate)
    assert face.leader.name[:1] == winner["display_name"][:1]
    leaders = container._registry.find_leaders([world.estate.id])[world.estate.id]
    assert (leaders.manager, leaders.deputy) == (winner["id"], None)


def test_a_manager_names_workers_but_no_manager(client, people, world, admin) -> None:
    manager = people.staff(world.estate)
    assert appoint(client, manager, world, "rank-key-0001").status_code == 201
    refused = appoint(client, manager, world, "rank-key-0002", role="manager")
    assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")
    seated = appoint(client, admin, world, "rank-key-0003", role="manager").json
    assert step(client, manager, world, seated["id"], "end").json["code"] == "not_allowed"
    for role in ("community", "operator", "owner", "company_admin", "committee"):
        assert appoint(client, admin, world, f"rank-key-{role}", role=role).json["code"] == "role_not_givable"


@pytest.mark.row("IDR-20")
def test_one_appointment_serves_several_estates_and_ends_in_all(client, admin, world, newcomer, more_estates) -> None:
    estates = [world.estate, *more_estates(2)]
    wang = newcomer()
    body = {
        "name": "王小明",
        "phone": wang.phone,
        "role": "repairer",
        "estate_ids": [estate.id for estate in estates],
    }
    path = f"/v1/companies/{world.company.id}/staff"
    made = client.post(path, who=admin, key="many-key-0001", json=body).json["items"]
    assert len({one["id"] for one in made}) == 1
    wang.prove_phone()
    assert wang.roles() == sorted(("repairer", estate.id) for estate in estates)
    assert len(client.get(path, who=admin).json["items"]) == 3
    ended = client.post(f"{path}/{made[0]['id']}/steps", who=admin, json={"step": "end", "reason": "离职"})
    assert [one["state"] for one in ended.json["items"]] == ["ended"] * 3
    assert wang.roles() == []


@pytest.mark.row("IDR-20")
def test_one_manager_of_twelve_estates_follows_another_in_one_act(
    client, admin, world, newcomer, more_estates, container
):
    estates = [world.estate, *more_estates(11)]
    path = f"/v1/companies/{world.company.id}/staff"
    first, second = newcomer(), newcomer()
    first.prove_phone()
    second.prove_phone()
    body = {"name": "甲某", "phone": first.phone, "role": "manager", "estate_ids": [one.id for one in estates]}
    made = client.post(path, who=admin, key="many-key-0002", json=body)
    assert made.status_code == 201
    after = {**body, "name": "乙某", "phone": second.phone, "successor_of": made.json["items"][0]["id"]}
    assert client.post(path, who=admin, key="many-key-0003", json=after).status_code == 201
    assert (len(first.roles()), len(second.roles())) == (0, 12)
    assert {container.cards.face_of(one).leader.name for one in estates} == {"乙某"}


@pytest.mark.row("IDR-20")
def test_another_company_s_estates_and_staff_do_not_exist(
    client, admin, world, container, people, more_estates
) -> None:
    other = build_world(container)
    stranger = people.company_admin(other.company)
    post = appoint(client, admin, world, "wall-key-0001").json
    assert client.get(f"/v1/companies/{world.company.id}/staff", who=stranger).json["code"] == "place_unknown"
    body = {"name": "王", "phone": fresh_phone(), "role": "guard", "estate_ids": [other.estate.id]}
    refused = client.post(f"/v1/companies/{world.company.id}/staff", who=admin, key="wall-key-0002", json=body)
    assert (refused.status_code, refused.json["code"]) == (404, "place_unknown")
    foreign = client.post(
        f"/v1/companies/{other.company.id}/staff/{post['id']}/steps",
        who=stranger,
        json={"step": "end", "reason": "越权"},
    )
    assert (foreign.status_code, foreign.json["code"]) == (404, "post_unknown")
    elsewhere = f"/v1/estates/{other.estate.id}/staff/{post['id']}"
    assert client.get(elsewhere, who=stranger).json["code"] == "post_unknown"


@pytest.mark.row("IDR-04")
def test_staff_lose_the_estate_with_the_contract_and_the_seat_is_free(
    client, admin, world, newcomer, container, people
):
    wang = newcomer()
    wang.prove_phone()
    appoint(client, admin, world, "gone-key-0001", role="manager", phone=wang.phone)
    other = build_world(container)
    before = container.estates.get_estate(world.estate.id)
    act = Transaction("system", "test_setup", container.clock())
    act.change(ESTATE, before, replace(before, company_id=other.company.id))
    container.table.commit(act)
    assert client.get(f"/v1/estates/{world.estate.id}/staff", who=wang).status_code == 404
    incoming = people.company_admin(other.company)
    assert client.get(f"/v1/estates/{world.estate.id}/staff", who=incoming).json["items"] == []
    new = appoint(client, incoming, world, "gone-key-0002", role="manager", name="新来的")
    assert new.status_code == 201
    assert container.cards.face_of(before).leader.name == "新来的"


def test_a_contract_s_end_vacates_both_seats(client, admin, world, container, newcomer) -> None:
    wang = newcomer()
    wang.prove_phone()
    appoint(client, admin, world, "gone-key-0003", role="manager", phone=wang.phone)
    appoint(client, admin, world, "gone-key-0004", role="manager", deputy=True)
    act = Transaction("system", "end_contract", container.clock())
    container.appointments.vacate(act, world.estate)
    container.table.commit(act)
    face = container.cards.face_of(world.estate)
    assert (face.leader, face.deputy, wang.roles()) == (None, None, [])


@pytest.mark.row("IDR-04")
def test_a_term_ends_by_itself_and_the_sweep_frees_the_seat(client, admin, world, newcomer, clock, container, people):
    wang = newcomer()
    wang.prove_phone()
    appoint(client, admin, world, "term-key-0001", role="manager", phone=wang.phone, ends_on="2026-11-24")
    clock.advance(timedelta(days=1, hours=13, minutes=59))
    assert wang.sign_in().roles() == [("manager", world.estate.id)]
    clock.advance(timedelta(minutes=1))
    assert wang.roles() == []
    assert container.cards.face_of(world.estate).leader is not None
    assert container.appointments.sweep(clock()) >= 1
    assert container.cards.face_of(world.estate).leader is None
    assert appoint(client, people.again(admin), world, "term-key-0002", role="manager").status_code == 201


def test_people_at_finds_staff_of_the_estate_and_officials_above(client, admin, world, people, container, newcomer):
    wang, community = newcomer(), people.official(world.community)
    wang.prove_phone()
    appoint(client, admin, world, "find-key-0001", phone=wang.phone)
    people.official(build_world(container).community)

    def found(*roles, **place):
        held = container.appointments.people_at(roles=set(roles), **(place or {"estate_id": world.estate.id}))
        return sorted(one.account_id for one in held)

    assert found(Role.REPAIRER) == [wang.account_id]
    assert found(Role.REPAIRER, Role.COMMUNITY, Role.COMPANY_ADMIN) == sorted(
        [wang.account_id, community.account_id, admin.account_id]
    )
    assert found(Role.COMMUNITY, unit_id=world.community.id) == [community.account_id]
    assert found(Role.OWNER) == []


def test_lists_mask_and_the_one_who_works_with_them_reads_in_full(client, admin, world) -> None:
    post = appoint(client, admin, world, "mask-key-0001", phone="13987654321", name="周工").json
    assert post["phone"] == "139****4321"
    full = client.get(f"/v1/estates/{world.estate.id}/staff/{post['id']}", who=admin).json
    assert (full["name"], full["phone"]) == ("周工", "13987654321")

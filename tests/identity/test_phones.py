"""Phone numbers: by WeChat, by a code that staff read out; each number in one pair of hands (IDR-01)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from miniprogram_api.identity.store import People
from tests.neighbours import MeetInTheMiddle, at_once


def invite(client, manager, world, phone, name="王小明", key="invite-key-0001"):
    path = f"/v1/estates/{world.estate.id}/invitations"
    return client.post(path, who=manager, key=key, json={"phone": phone, "name": name})


def enter(client, who, phone, code):
    return client.put("/v1/me/phone/invitation", who=who, json={"phone": phone, "code": code})


@pytest.mark.row("IDR-01")
def test_wechat_s_button_proves_the_number_and_shows_it_masked(newcomer) -> None:
    wang = newcomer(phone="13812345678")
    assert wang.prove_phone().json["phone"] == "138****5678"
    assert wang.me()["state"] == "registered"


def test_a_code_of_the_button_works_once(client, newcomer, simulator) -> None:
    wang = newcomer()
    code = simulator.control("phone_code", phone=wang.phone)["code"]
    assert client.put("/v1/me/phone", who=wang, json={"code": code}).status_code == 200
    refused = client.put("/v1/me/phone", who=wang, json={"code": code})
    assert (refused.status_code, refused.json["code"]) == (422, "phone_code_refused")


def test_the_number_follows_the_last_person_who_proved_it(newcomer, container) -> None:
    first = newcomer()
    first.prove_phone()
    second = newcomer(phone=first.phone)
    second.prove_phone()
    assert (first.me().get("phone"), second.me()["phone"][-4:]) == (None, first.phone[-4:])
    number = People(container.table).find_phone(container.phones.index_of(first.phone))
    assert number is not None
    assert number.account_id == second.account_id


def test_two_who_prove_one_number_at_once_leave_it_with_one(newcomer, container, monkeypatch) -> None:
    first = newcomer()
    second = newcomer(phone=first.phone)
    monkeypatch.setattr(container.people, "commit", MeetInTheMiddle(container.people.commit, {"prove_phone"}, 2))
    answers = at_once(first.prove_phone, second.prove_phone)
    assert [answer.status_code for answer in answers] == [200, 200]
    holders = [one for one in (first, second) if one.me().get("phone")]
    number = container.people.find_phone(container.phones.index_of(first.phone))
    assert [one.account_id for one in holders] == [number.account_id]


@pytest.mark.row("IDR-01")
def test_a_code_from_the_manager_proves_the_number(client, newcomer, people, world) -> None:
    manager, wang = people.staff(world.estate), newcomer()
    made = invite(client, manager, world, wang.phone)
    assert made.status_code == 201
    assert len(made.json["code"]) == 6
    answer = enter(client, wang, wang.phone, made.json["code"])
    assert answer.json["phone"] == f"139****{wang.phone[-4:]}"
    again = enter(client, wang, wang.phone, made.json["code"])
    assert (again.status_code, again.json["phone"]) == (200, answer.json["phone"])
    other = newcomer()
    assert enter(client, other, wang.phone, made.json["code"]).json["code"] == "invitation_refused"


def test_a_repeated_request_makes_the_same_code_and_a_new_one_replaces_it(client, newcomer, people, world) -> None:
    manager, wang = people.staff(world.estate), newcomer()
    first = invite(client, manager, world, wang.phone).json["code"]
    assert invite(client, manager, world, wang.phone).json["code"] == first
    second = invite(client, manager, world, wang.phone, key="invite-key-0002").json["code"]
    assert second != first
    assert enter(client, wang, wang.phone, first).status_code == 403
    assert enter(client, wang, wang.phone, second).status_code == 200


def test_a_code_is_dead_after_72_hours(client, newcomer, people, world, clock) -> None:
    manager, wang = people.staff(world.estate), newcomer()
    code = invite(client, manager, world, wang.phone).json["code"]
    clock.advance(timedelta(hours=72))
    assert enter(client, wang.sign_in(), wang.phone, code).json["code"] == "invitation_refused"


def test_five_wrong_codes_end_the_invitation_and_say_no_more_than_before(client, newcomer, people, world) -> None:
    manager, wang = people.staff(world.estate), newcomer()
    code = invite(client, manager, world, wang.phone).json["code"]
    wrong = "000000" if code != "000000" else "111111"
    refusals = [enter(client, wang, wang.phone, wrong) for _ in range(5)]
    refusals.append(enter(client, wang, wang.phone, code))
    refusals.append(enter(client, wang, "13700000000", code))
    assert {(one.status_code, one.json["code"], one.json["message"]) for one in refusals} == {
        (403, "invitation_refused", refusals[0].json["message"])
    }


def test_guesses_at_one_moment_are_counted_like_any_others(client, newcomer, people, world, container) -> None:
    manager, wang = people.staff(world.estate), newcomer()
    code = invite(client, manager, world, wang.phone).json["code"]
    guesses = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 9)]
    at_once(*[lambda guess=guess: enter(client, wang, wang.phone, guess) for guess in guesses])
    spent = container.people.find_invitation(container.phones.index_of(wang.phone))
    assert spent.tries == 5
    assert enter(client, wang, wang.phone, code).status_code == 403

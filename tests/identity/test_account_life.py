"""Registered, verified, suspended, restored, gone (IDR-01); the first operator."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta

import pytest

from miniprogram_api.identity.service.standing import Standing
from miniprogram_api.kernel.access import Role
from tests.neighbours import at_once

SECRET = "a-deployers-secret-of-more-than-20"


@pytest.mark.row("IDR-01")
def test_every_sign_in_is_logged_and_shown_to_the_person(client, newcomer, clock) -> None:
    wang = newcomer()
    clock.advance(timedelta(minutes=5))
    wang.sign_in()
    logged = client.get("/v1/me/export", who=wang).json["records"]["sign_ins"]
    assert [entry["outcome"] for entry in logged] == ["registered", "signed_in"]


@pytest.mark.row("IDR-02")
def test_a_page_learns_what_somebody_may_do_at_an_estate(client, people, world, newcomer) -> None:
    path = f"/v1/estates/{world.estate.id}/my-permissions"
    finance = client.get(path, who=people.staff(world.estate, Role.FINANCE)).json["permissions"]
    owner = client.get(path, who=people.resident(world.estate)).json["permissions"]
    assert ("bill.issue" in finance, "tariff.approve" in finance) == (True, False)
    assert ("bill.issue" in owner, "price.counter" in owner) == (False, True)
    assert client.get(path, who=newcomer()).status_code == 404


@pytest.mark.row("IDR-01")
def test_a_suspended_person_loses_everything_on_the_next_request(client, people, world, newcomer, container) -> None:
    community = people.official(world.community)
    admin = people.company_admin(world.company)
    wang = newcomer()
    wang.prove_phone()
    body = {"name": "王小明", "phone": wang.phone, "role": "repairer"}
    client.post(f"/v1/estates/{world.estate.id}/staff", who=admin, key="appoint-0001", json=body)
    assert wang.me()["state"] == "verified"
    path = f"/v1/estates/{world.estate.id}/accounts/{wang.account_id}"
    done = client.post(f"{path}/suspend", who=community, json={"reason": "多次辱骂邻居"})
    assert (done.json["state"], done.json["reason"]) == ("suspended", "多次辱骂邻居")
    assert client.get("/v1/me", who=wang).status_code == 401
    code = wang.simulator.control("login_code", openid=wang.openid)["code"]
    refused = client.post("/v1/sessions", json={"code": code})
    assert (refused.status_code, refused.json["code"]) == (403, "account_suspended")
    assert container.appointments.people_at(estate_id=world.estate.id, roles={Role.REPAIRER}) == []
    restored = client.post(f"{path}/restore", who=community)
    assert restored.json["state"] == "verified"
    assert wang.sign_in().roles() == [("repairer", world.estate.id)]


def test_nobody_is_suspended_from_where_they_never_belonged(client, people, world, newcomer) -> None:
    community, wang = people.official(world.community), newcomer()
    path = f"/v1/estates/{world.estate.id}/accounts/{wang.account_id}/suspend"
    answer = client.post(path, who=community, json={"reason": "不认识的人"})
    assert (answer.status_code, answer.json["code"]) == (404, "account_unknown")


def test_a_community_does_not_suspend_officials(client, people, world) -> None:
    community, street = people.official(world.community), people.official(world.street)
    path = f"/v1/estates/{world.estate.id}/accounts/{street.account_id}/suspend"
    assert client.post(path, who=community, json={"reason": "意见不合"}).json["code"] == "official_not_suspendable"


@pytest.mark.row("IDR-01")
def test_one_leaves_with_everything_and_the_openid_is_free_again(client, newcomer, container) -> None:
    wang = newcomer()
    wang.prove_phone()
    exported = client.get("/v1/me/export", who=wang).json["records"]["account"]
    assert exported["phone"] == wang.phone
    assert client.delete("/v1/me", who=wang).status_code == 204
    assert client.get("/v1/me", who=wang).status_code == 401
    gone = container.people.find(wang.account_id)
    assert (gone.state, gone.openid, gone.phone, gone.phone_index, gone.name) == ("cancelled", "", None, None, None)
    assert container.people.find_phone(container.phones.index_of(wang.phone)).account_id is None
    before = wang.account_id
    assert wang.sign_in().account_id != before


def test_whoever_holds_a_post_hands_it_over_before_leaving(client, people, world, newcomer) -> None:
    admin, wang = people.company_admin(world.company), newcomer()
    wang.prove_phone()
    body = {"name": "王小明", "phone": wang.phone, "role": "manager"}
    client.post(f"/v1/estates/{world.estate.id}/staff", who=admin, key="appoint-0002", json=body)
    refused = client.delete("/v1/me", who=wang)
    assert (refused.status_code, refused.json["code"]) == (409, "posts_held")
    assert wang.roles() == [("manager", world.estate.id)]


@pytest.mark.parametrize("name", ["王经理", "物业客服", "社区主任", "  ", "\u202e反着写"])
def test_nobody_names_themselves_into_office(client, newcomer, name) -> None:
    answer = client.patch("/v1/me", who=newcomer(), json={"display_name": name})
    assert (answer.status_code, answer.json["code"]) == (422, "display_name_refused")


def test_a_name_wechat_objects_to_is_refused_and_another_is_kept(client, newcomer, simulator) -> None:
    wang = newcomer()
    simulator.control("content", words={"坏词": ["risky", 20001]})
    assert client.patch("/v1/me", who=wang, json={"display_name": "坏词"}).status_code == 422
    assert client.patch("/v1/me", who=wang, json={"display_name": "三楼老王"}).json["display_name"] == "三楼老王"
    assert wang.me()["display_name"] == "三楼老王"


def claim(client, who, code=SECRET):
    return client.post("/v1/operators", who=who, json={"code": code})


def test_the_deployer_s_code_names_one_operator_once(client, newcomer, container) -> None:
    container.standing = Standing(container.people, container.grants, lambda: SECRET)
    first, second = newcomer(), newcomer()
    answers = at_once(lambda: claim(client, first), lambda: claim(client, second))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    winner, loser = (first, second) if answers[0].status_code == 201 else (second, first)
    assert (winner.roles(), loser.roles()) == ([("operator", "")], [])
    assert claim(client, winner).status_code == 201
    assert claim(client, loser).json["code"] == "operator_claimed"


def test_a_short_or_wrong_code_is_refused_and_ten_tries_are_all_one_has(client, newcomer, container) -> None:
    wang = newcomer()
    container.standing = Standing(container.people, container.grants, lambda: "short")
    assert claim(client, wang, "short").json["code"] == "operator_code_refused"
    container.standing = Standing(container.people, container.grants, lambda: SECRET)
    for _ in range(9):
        assert claim(client, wang, "not-the-deployers-secret").status_code == 403
    assert claim(client, wang).json["code"] == "operator_code_refused"


def test_no_personal_data_lies_readable_in_the_table_or_the_log(client, people, world, newcomer, container) -> None:
    written = io.StringIO()
    for logger in (logging.getLogger(), logging.getLogger("flowing-property")):
        handler = logging.StreamHandler(written)
        logger.addHandler(handler)
    admin, name = people.company_admin(world.company), "欧阳震华"
    zhou = newcomer(name)
    invited = {"phone": zhou.phone, "name": name}
    manager = people.staff(world.estate)
    code = client.post(
        f"/v1/estates/{world.estate.id}/invitations", who=manager, key="privacy-key-1", json=invited
    ).json["code"]
    client.put("/v1/me/phone/invitation", who=zhou, json={"phone": zhou.phone, "code": code})
    body = {**invited, "role": "repairer"}
    client.post(f"/v1/estates/{world.estate.id}/staff", who=admin, key="privacy-key-2", json=body)
    assert zhou.roles() == [("repairer", world.estate.id)]
    client.post("/v1/sessions", json={"code": "nonsense"})
    raw = json.dumps(everything(container), ensure_ascii=False)
    for private in (zhou.phone, name, zhou.openid, f'"{code}"'):
        assert private not in raw
        assert private not in written.getvalue()


def everything(container) -> list[dict]:
    """Every item of the table, read past the house's own code."""
    import boto3

    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=container.settings.table)
    return [item for page in pages for item in page["Items"]]

"""What every operation does alike, seen through the smallest ones."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.mark.row("IDR-01")
def test_first_sign_in_registers_and_the_second_finds_the_same_person(client, simulator) -> None:
    first = client.post("/v1/sessions", json={"code": simulator.control("login_code", openid="o-wang")["code"]})
    again = client.post("/v1/sessions", json={"code": simulator.control("login_code", openid="o-wang")["code"]})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["me"]["account_id"] == again.json["me"]["account_id"]
    assert first.json["me"]["state"] == "registered"


def test_a_used_code_is_refused_with_what_to_do_next(client, simulator) -> None:
    code = simulator.control("login_code", openid="o-li")["code"]
    client.post("/v1/sessions", json={"code": code})
    refused = client.post("/v1/sessions", json={"code": code})
    assert (refused.status_code, refused.json["code"]) == (401, "login_code_refused")
    assert "重新" in refused.json["message"]


def test_nobody_is_let_in_without_or_with_a_foreign_token(client) -> None:
    assert client.get("/v1/me").json["code"] == "unauthenticated"
    forged = client.get("/v1/me", headers={"Authorization": "Bearer eyJhIjoiYWNjIn0.forged"})
    assert (forged.status_code, forged.json["code"]) == (401, "session_over")


def test_a_session_ends_after_two_hours(client, people, clock) -> None:
    person = people.stranger()
    clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    assert client.get("/v1/me", who=person).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert client.get("/v1/me", who=person).json["code"] == "session_over"


def test_signing_out_everywhere_ends_tokens_at_once(client, people) -> None:
    person = people.stranger()
    assert client.delete("/v1/sessions", who=person).status_code == 204
    assert client.get("/v1/me", who=person).json["code"] == "session_ended"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"code": 1}', "application/json", 422, "invalid"),
        (b'{"code": ""}', "application/json", 422, "invalid"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"code": "a", "more": 1}', "application/json", 422, "invalid"),
        (b'{"code": "a"', "application/json", 400, "malformed"),
        (b'{"code": "\xff"}', "application/json", 400, "malformed"),
        (b"code=a", "application/x-www-form-urlencoded", 400, "malformed"),
        (b'{"code": "' + b"a" * 300_000 + b'"}', "application/json", 413, "body_too_large"),
        (b"a" * 10_000_000, "application/json", 413, "body_too_large"),
    ],
)
def test_bad_bodies_get_a_clear_refusal(client, body, content_type, status, code) -> None:
    refused = client.post("/v1/sessions", data=body, content_type=content_type)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert refused.json["message"]


def test_an_unknown_address_and_a_wrong_method_have_the_same_shape(client) -> None:
    unknown, wrong = client.get("/v1/nothing"), client.put("/v1/me")
    assert (unknown.status_code, unknown.json["code"]) == (404, "route_unknown")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method_refused")
    assert wrong.headers["Allow"]


def test_public_operations_brake_one_address_and_not_another(client, simulator) -> None:
    def knock(address: str) -> int:
        return client.post("/v1/sessions", json={"code": "x"}, environ_base={"REMOTE_ADDR": address}).status_code

    answers = [knock("203.0.113.1") for _ in range(31)]
    assert answers[:30] == [401] * 30
    assert answers[30] == 429
    assert knock("203.0.113.2") == 401


def test_whatever_a_path_holds_is_looked_up_and_never_breaks_a_line(client) -> None:
    odd = client.post("/c/a%0Ab/calls?to=committee")
    assert odd.status_code == 204, "an address without a card, as any other"
    assert client.get("/v1/%0A").json["code"] == "route_unknown"
    assert client.get("//v1/me").json["code"] == "route_unknown"

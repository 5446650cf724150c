"""Every route, as every role, at home and in a foreign place: read from the route table, so a new route is covered."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from miniprogram_api.app import operations
from miniprogram_api.edge.guards import InPlace, Place, Public
from miniprogram_api.kernel.access import PERMISSIONS, Role
from tests.world import build_world

if TYPE_CHECKING:
    from miniprogram_api.edge.operations import Operation

REFUSED_AT_THE_DOOR = {"unauthenticated", "session_over", "session_ended", "not_allowed", "place_unknown"}
NOWHERE = {Place.ESTATE: "est_0000000000", Place.UNIT: "unit_0000000000", Place.COMPANY: "cmp_0000000000"}
GUARDED = [operation for operation in operations() if isinstance(operation.guard, InPlace)]
PERSONAL = [operation for operation in operations() if not isinstance(operation.guard, InPlace | Public)]


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def address(operation: Operation, place_id: str = "") -> str:
    """Fill the path: the guarded place as given, every other id with one that exists nowhere."""
    guard = operation.guard
    filled = operation.path
    if isinstance(guard, InPlace):
        filled = filled.replace(f"<{guard.place.value}>", place_id)
    return re.sub(r"<\w+>", "unknown-0000", filled)


def code_of(response) -> str | None:
    """The code of a refusal; None for an answer, whatever its shape."""
    body = response.get_json(silent=True)
    return body.get("code") if isinstance(body, dict) and "request_id" in body else None


def call(client, operation: Operation, path: str, who=None):
    """Send a request that could pass the guard but never do anything: its body is empty and its ids are unknown."""
    body = {"json": {}} if operation.body is not None and operation.body is not bytes else {}
    if operation.body is bytes:
        body = {"data": b"", "content_type": operation.consumes}
    return client.open(operation.method, path, who=who, key="access-test-key", **body)


@pytest.fixture(scope="module")
def everybody(settings):
    """Two worlds and one person of each role in the first."""
    from miniprogram_api.container import Container
    from tests.conftest import MONDAY_MORNING
    from tests.world import People, SettableClock

    container = Container(settings, SettableClock(MONDAY_MORNING))
    home, abroad = build_world(container), build_world(container)
    people = People(container)
    return home, abroad, {role: people.holding(role, home) for role in Role}


def place_id(world, operation: Operation, role: Role | None = None) -> str:
    """The id of the guarded place in a world; of the tree, the unit at which an official of that role is posted."""
    match operation.guard.place:
        case Place.ESTATE:
            return world.estate.id
        case Place.COMPANY:
            return world.company.id
        case Place.UNIT:
            posts = {Role.STREET: world.street, Role.BUREAU: world.district}
            return posts.get(role, world.community).id


ABOVE_ALL_UNITS = {"/v1/units"}
"""Cities have no unit above them that a path could name: the view itself asks for the operator."""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_operator_sees_and_makes_cities(client, people, method) -> None:
    body = {"json": {"name": "测试市"}} if method == "POST" else {}
    refused = client.open(method, "/v1/units", who=people.stranger(), key="access-test-key", **body)
    assert (refused.status_code, refused.json["code"]) == (404, "place_unknown")


@cache
def reaches_home(role: Role, place: Place) -> bool:
    """Whether a person of the role, posted as tests/world.py posts them, belongs to the home place of that kind."""
    at_company = {Role.COMPANY_ADMIN, Role.OPERATOR}
    at_unit = {Role.COMMUNITY, Role.STREET, Role.BUREAU, Role.OPERATOR}
    if role is Role.REGISTERED:
        return False
    if place is Place.ESTATE:
        return True
    return role in (at_company if place is Place.COMPANY else at_unit)


@pytest.mark.row("IDR-02", "IDR-08")
@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
def test_guarded_route_at_home(client, everybody, operation) -> None:
    home, _, persons = everybody
    allowed = PERMISSIONS[operation.guard.permission]
    for role, person in persons.items():
        response = call(client, operation, address(operation, place_id(home, operation, role)), person)
        code = code_of(response)
        place = operation.guard.place
        passes = role in allowed and (reaches_home(role, place) or role is Role.REGISTERED)
        # Everybody is at least registered, so what a registered stranger may do, everybody may.
        passes = passes or Role.REGISTERED in allowed
        if passes:
            assert code not in REFUSED_AT_THE_DOOR, f"{role} is kept out of {name_of(operation)}: {code}"
        elif reaches_home(role, place):
            assert (response.status_code, code) == (403, "not_allowed"), f"{role} at {name_of(operation)}"
        else:
            assert (response.status_code, code) == (404, "place_unknown"), f"{role} at {name_of(operation)}"


@pytest.mark.row("IDR-02", "IDR-08")
@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
def test_guarded_route_abroad_answers_as_if_the_place_did_not_exist(client, everybody, operation) -> None:
    _, abroad, persons = everybody
    if Role.REGISTERED in PERMISSIONS[operation.guard.permission]:
        return
    nowhere = call(client, operation, address(operation, NOWHERE[operation.guard.place]), persons[Role.REGISTERED])
    for role, person in persons.items():
        if role is Role.OPERATOR:
            continue
        there = call(client, operation, address(operation, place_id(abroad, operation)), person)
        assert (there.status_code, there.json["code"]) == (404, "place_unknown"), f"{role} at {name_of(operation)}"
        assert {**there.json, "request_id": ""} == {**nowhere.json, "request_id": ""}, role


@pytest.mark.parametrize("operation", [*GUARDED, *PERSONAL], ids=name_of)
def test_nobody_passes_without_a_session(client, everybody, operation) -> None:
    home, _, _ = everybody
    identity = place_id(home, operation) if isinstance(operation.guard, InPlace) else ""
    response = call(client, operation, address(operation, identity))
    assert (response.status_code, response.json["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("operation", PERSONAL, ids=name_of)
def test_personal_route_is_open_to_everybody_signed_in(client, everybody, people, operation) -> None:
    person = people.operator() if operation.path in ABOVE_ALL_UNITS else people.stranger()
    response = call(client, operation, address(operation), person)
    assert code_of(response) not in REFUSED_AT_THE_DOOR

"""Generated requests against every operation, as several persons: nothing breaks, nothing answers beside the contract.

Everything comes from the contract and a fixed seed, so a new operation is covered without anybody remembering, and a
failure comes back on every run.
"""

import os
from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from miniprogram_api.app import create_app, operations
from miniprogram_api.container import Container
from miniprogram_api.kernel.access import Role
from tests.conftest import MONDAY_MORNING
from tests.world import People, SettableClock, build_world

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "8"))
"""Requests per operation; the default keeps all operations of the house together below two minutes."""

PERSONS = (None, Role.REGISTERED, Role.OWNER, Role.MANAGER, Role.COMMUNITY)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
OPERATIONS = operations()
FILES = st.binary(max_size=2000)
"""What is sent where a file is asked for: hardly ever one, which is the point; files are tested in their rooms."""

for media_type in {operation.consumes for operation in OPERATIONS if operation.body is bytes}:
    schemathesis.openapi.media_type(media_type, FILES)


class House:
    """One application with its own clock, in which each operation gets a world of its own."""

    def __init__(self, settings_of_the_run):
        self.clock = SettableClock(MONDAY_MORNING)
        self.container = Container(settings_of_the_run, self.clock)
        self.people = People(self.container)
        self.schema = schemathesis.openapi.from_wsgi("/openapi.json", create_app(self.container))


@pytest.fixture(scope="module")
def house(settings):
    return House(settings)


def requests_of(operation, described):
    """Requests as the contract allows them; where something can be wrong, also such as it forbids."""
    asked = described.as_strategy(GenerationMode.POSITIVE)
    if operation.body is None and operation.query is None and not operation.repeatable:
        return asked
    return asked | described.as_strategy(GenerationMode.NEGATIVE)


def name_of(operation) -> str:
    return f"{operation.method} {operation.path}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_operation_keeps_to_the_contract_whatever_is_sent(house, operation) -> None:
    world = build_world(house.container)
    persons = {role: house.people.holding(role, world) if role else None for role in PERSONS}
    known = {"estate_id": world.estate.id, "unit_id": world.community.id, "company_id": world.company.id}
    described = house.schema[operation.path.replace("<", "{").replace(">", "}")][operation.method]

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        case=requests_of(operation, described),
        role=st.sampled_from(PERSONS),
        at_home=st.sampled_from([True, True, True, False]),
    )
    def send(case, role, at_home):
        house.clock.advance(timedelta(seconds=1))  # so that nobody is sent away for asking too often
        if at_home:
            case.path_parameters.update({name: known[name] for name in operation.path_parameters if name in known})
        person = persons[role]
        case.headers.pop("X-Workspace", None)
        headers = house.people.again(person).headers if person else {}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    send()

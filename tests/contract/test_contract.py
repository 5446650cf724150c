"""The contract as a document: committed, valid, served, and readable without anything from elsewhere."""

import dataclasses
import html
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from miniprogram_api.app import operations
from miniprogram_api.edge.addresses import KEPT
from miniprogram_api.edge.contract import openapi
from miniprogram_api.edge.contract_page import render
from miniprogram_api.edge.guards import public
from miniprogram_api.edge.operations import Call, Routes
from miniprogram_api.kernel.errors import Conflict
from tests.contract.committed import COMMITTED, generated, tree


@pytest.fixture(scope="module")
def document():
    return openapi(operations())


def test_committed_contract_is_the_one_the_code_makes() -> None:
    assert COMMITTED.exists(), "docs/openapi.json is missing: run `make contract` and commit it"
    same = COMMITTED.read_text(encoding="utf-8") == generated()
    assert same, "docs/openapi.json is not what the code makes: run `make contract`, look at the difference, commit it"


def test_addresses_lead_to_the_modules_that_declare_them() -> None:
    same = KEPT.read_text(encoding="utf-8") == tree()
    assert same, f"{KEPT.name} is not what the operations make: run `make contract` and commit it"


def test_contract_is_valid_openapi(document) -> None:
    faults = list(OpenAPIV31SpecValidator(json.loads(json.dumps(document))).iter_errors())
    assert [f"{list(fault.absolute_path)}: {fault.message}" for fault in faults] == []


def test_every_reference_leads_somewhere(document) -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named <= set(document["components"]["schemas"])


def test_every_operation_says_what_it_is_for_in_one_sentence(document) -> None:
    silent = [
        f"{method} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not operation["summary"].rstrip().endswith((".", ":"))
    ]
    assert silent == []


def test_contract_is_served_as_it_is(client, document) -> None:
    response = client.get("/openapi.json")
    assert response.mimetype == "application/json"
    assert response.json == json.loads(json.dumps(document))


class Seen(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.ids: set[str] = set()

    def handle_starttag(self, tag, attributes) -> None:
        given = dict(attributes)
        self.tags.add(tag)
        self.attributes |= set(given)
        self.ids |= {given["id"]} if "id" in given else set()
        self.addresses += [given[name] for name in ("href", "src") if name in given]


def test_page_needs_nothing_from_elsewhere_and_runs_nothing(client) -> None:
    response = client.get("/docs")
    seen = Seen()
    seen.feed(response.get_data(as_text=True))
    assert not seen.tags & {"script", "link", "iframe", "img", "object", "embed", "base"}
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert [address for address in seen.addresses if not address.startswith("#") and address != "/openapi.json"] == []
    assert "url(" not in response.get_data(as_text=True)
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.mimetype == "text/html"


def test_every_operation_and_every_schema_is_on_the_page(client, document) -> None:
    page = client.get("/docs").get_data(as_text=True)
    seen = Seen()
    seen.feed(page)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            line = f"<span class=m>{method.upper()}</span> <code>{html.escape(path)}</code>"
            assert line in page, f"{method} {path} is not on the page"
            assert html.escape(operation["summary"]) in page
    assert set(document["components"]["schemas"]) <= seen.ids
    assert {address.removeprefix("#") for address in seen.addresses if address.startswith("#")} <= seen.ids


def test_what_a_docstring_says_cannot_become_markup() -> None:
    routes = Routes("x", tag="<b>x")

    @routes.get("/x", guard=public())
    def read_x(call: Call) -> None:
        """Say <script>alert(1)</script>."""

    page = render(openapi(routes.operations))
    assert "<script" not in page
    assert "<b>" not in page


def two_types_of_one_name():
    """Two rooms that call their answer the same."""
    return [msgspec.defstruct("Answer", [(field, int)], module=f"house.{field}") for field in ("one", "other")]


def test_two_types_of_one_name_stay_apart() -> None:
    one, other = two_types_of_one_name()
    first, second = Routes("first", tag="一"), Routes("second", tag="二")

    def read_one(call: Call):
        """Read."""

    def read_other(call: Call):
        """Read."""

    read_one.__annotations__["return"] = one
    read_other.__annotations__["return"] = other
    first.get("/one", guard=public())(read_one)
    second.get("/other", guard=public())(read_other)
    made = openapi([*first.operations, *second.operations])

    def fields(path):
        answer = made["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return set(made["components"]["schemas"][answer["$ref"].rsplit("/", 1)[1]]["properties"])

    assert (fields("/one"), fields("/other")) == ({"one"}, {"other"})


def test_two_operations_of_one_name_are_refused() -> None:
    routes = Routes("x", tag="x")

    @routes.get("/x", guard=public(), errors=(Conflict,))
    def read_x(call: Call) -> None:
        """Read."""

    twin = dataclasses.replace(routes.operations[0], path="/y")
    with pytest.raises(ValueError, match="read_x"):
        openapi([*routes.operations, twin])


def test_the_frame_of_every_operation_is_described(document) -> None:
    """What the edge adds to every operation: the session, the workspace, the key of a repeatable act, the brake."""
    for operation in operations():
        described = document["paths"][operation.path.replace("<", "{").replace(">", "}")][operation.method.lower()]
        headers = {p["name"]: p for p in described["parameters"] if p["in"] == "header"}
        is_open = described["security"] == []
        assert ("X-Workspace" in headers) == (not is_open)
        assert ("401" in described["responses"]) == (not is_open) or operation.errors
        assert ("Idempotency-Key" in headers) == operation.repeatable
        if is_open:
            assert described["responses"]["429"]["headers"]["Retry-After"]["required"]

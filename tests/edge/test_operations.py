"""What every operation does alike, on operations made for it: decoding, answering, refusing, writing it down."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import pytest
from aws_lambda_powertools import Logger

from miniprogram_api.app import create_app
from miniprogram_api.edge.addresses import Addresses
from miniprogram_api.edge.guards import in_estate, public, signed_in
from miniprogram_api.edge.operations import Call, Content, ListQuery, PageOf, Routes
from miniprogram_api.kernel.access import Permission, Role, Scope, ScopeKind
from miniprogram_api.kernel.errors import Conflict, Unavailable
from miniprogram_api.observability import RedactingFormatter

if TYPE_CHECKING:
    from collections.abc import Callable

routes = Routes("probe", tag="probe")
PHONE = "13812345678"


class Wide(ListQuery, frozen=True):
    state: list[str] = msgspec.field(default_factory=list)
    floors: list[int] | None = None
    only: bool = False
    name: Annotated[str, msgspec.Meta(max_length=4)] | None = None


class Filled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    phone: Annotated[str, msgspec.Meta(pattern="^1[0-9]{10}$")]
    floor: int = 0


@routes.get("/p/list", guard=public(10_000))
def list_things(call: Call, query: Wide) -> PageOf[str]:
    """List."""
    return PageOf([json.dumps(msgspec.to_builtins(query))], None)


@routes.post("/p/act", guard=signed_in(), repeatable=True)
def act_once(call: Call, body: Filled) -> Filled:
    """Act."""
    return body


@routes.get("/p/page", guard=public(10_000), produces=("text/html", "application/json"))
def show_page(call: Call) -> Content:
    """Show."""
    return Content(call.accepts.encode(), call.accepts)


@routes.get("/p/sheet", guard=public(10_000), produces=("application/pdf",))
def show_sheet(call: Call) -> Content:
    """Download."""
    return Content(b"%PDF-", "application/pdf", "王 小明\r\nX: y.pdf")


@routes.delete("/p/gone", guard=public(10_000))
def end_it(call: Call) -> None:
    """End."""


@routes.get("/p/estates/<estate_id>/who", guard=in_estate(Permission.CARD_ISSUE))
def who_am_i(call: Call, estate_id: str) -> list[str]:
    """Name the grants that count."""
    return [grant.id for grant in call.principal.grants]


@routes.get("/p/broken/<thing_id>", guard=public(10_000))
def break_down(call: Call, thing_id: str) -> None:
    """Break."""
    raise ZeroDivisionError(f"secret-inside {PHONE}")


@routes.get("/p/silent", guard=public(10_000), errors=(Unavailable,))
def stay_silent(call: Call) -> None:
    """Depend on something that is away."""
    raise Unavailable(name="table")


@routes.get("/p/refused", guard=public(10_000), errors=(Conflict,))
def refuse(call: Call) -> None:
    """Refuse."""
    raise Conflict(state="closed")


@pytest.fixture
def lines(container) -> Callable[[], list[dict[str, Any]]]:
    """What the application really wrote to its log."""
    stream = io.StringIO()
    log = Logger(service=f"probe-{id(stream)}", stream=stream, logger_formatter=RedactingFormatter())
    container.__dict__["log"] = log
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def probe(container, lines):
    """The application with these operations instead of the rooms'."""
    return create_app(container, Addresses.of(routes.operations)).test_client()


def asked(probe, query: str):
    return json.loads(probe.get(f"/p/list?{query}").json["items"][0])


# The query


def test_a_query_is_read_by_its_types(probe) -> None:
    assert asked(probe, "") == {"limit": 20, "cursor": None, "state": [], "floors": None, "only": False, "name": None}
    read = asked(
        probe, "limit=3&state=open&state=closed&floors=1&floors=-2&only=true&name=%E5%B0%8F%E5%8C%BA&foreign=1"
    )
    assert read == {
        "limit": 3, "cursor": None, "state": ["open", "closed"], "floors": [1, -2], "only": True, "name": "小区",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("limit=0", 422, "limit"),
        ("limit=101", 422, "limit"),
        ("limit=-1", 422, "limit"),
        ("limit=two", 422, "limit"),
        ("limit=", 422, "limit"),
        ("limit=1.5", 422, "limit"),
        ("floors=1&floors=x", 422, "floors[1]"),
        ("only=perhaps", 422, "only"),
        ("name=12345", 422, "name"),
        (f"cursor={'a' * 2001}", 422, "cursor"),
        ("name=%ff", 400, None),
        ("foreign=%c3%28", 400, None),
    ],
)
def test_a_query_that_does_not_fit_names_its_field(probe, query, status, field) -> None:
    refused = probe.get(f"/p/list?{query}")
    assert refused.status_code == status
    if field:
        (named,) = refused.json["detail"]["fields"]
        assert named["field"] == field
        assert named["reason"]


@pytest.mark.parametrize("limit", [1, 100])
def test_the_ends_of_a_limit_are_taken(probe, limit) -> None:
    assert asked(probe, f"limit={limit}")["limit"] == limit


# The body and the key


def post(probe, person, data, key="key-00000001", **more):
    headers = {**person.headers, "Content-Type": "application/json"} | ({} if key is None else {"Idempotency-Key": key})
    return probe.post("/p/act", data=data, headers=headers, **more)


@pytest.mark.parametrize("key", ["12345678", "a" * 64, "Az09_-Az"])
def test_a_key_of_the_right_form_passes(probe, people, key) -> None:
    assert post(probe, people.stranger(), json.dumps({"phone": PHONE}), key).status_code == 200


@pytest.mark.parametrize("key", [None, "", "1234567", "a" * 65, "with blank", "schlüssel", "semi;colon", "12345678."])
def test_an_act_without_a_proper_key_is_refused(probe, people, key) -> None:
    refused = post(probe, people.stranger(), json.dumps({"phone": PHONE}), key)
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"phone": "x" + PHONE}, 422),
        ({"phone": PHONE, "floor": PHONE}, 422),
        ({"phone": PHONE, f"号{PHONE}": 1}, 422),
        ({"phone": [PHONE]}, 422),
        ({"floor": 1}, 422),
        ([PHONE], 422),
    ],
)
def test_a_refusal_never_repeats_what_was_sent(probe, people, body, status) -> None:
    refused = post(probe, people.stranger(), json.dumps(body))
    assert refused.status_code == status
    assert PHONE not in refused.get_data(as_text=True)
    assert refused.json["message"]


@pytest.mark.parametrize("data", [b"", b"{", b'{"phone": "\xff"}', b'{"phone": "\\ud800"}', b"\xef\xbb\xbf{}"])
def test_what_is_no_json_is_malformed(probe, people, data) -> None:
    refused = post(probe, people.stranger(), data)
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


def test_a_packed_body_is_not_unpacked(probe, people) -> None:
    packed = gzip.compress(json.dumps({"phone": PHONE}).encode())
    assert post(probe, people.stranger(), packed).status_code == 400


def test_a_body_sent_in_pieces_is_measured_too(probe, people) -> None:
    person = people.stranger()
    big = io.BytesIO(b'{"phone": "' + b"1" * 300_000 + b'"}')
    headers = {**person.headers, "Content-Type": "application/json", "Idempotency-Key": "key-00000001"}
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    refused = probe.post("/p/act", input_stream=big, headers=headers, environ_overrides=environ)
    assert (refused.status_code, refused.json["code"]) == (413, "body_too_large")


# The answer


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/html;q=0.1, application/json;q=0.2", "application/json"),
        ("image/png", "application/json"),
        (";;;q=x", "application/json"),
    ],
)
def test_the_form_of_an_answer_follows_accept(probe, accept, chosen) -> None:
    answer = probe.get("/p/page", headers={} if accept is None else {"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, chosen)


def test_a_download_has_a_name_that_cannot_break_the_header(probe) -> None:
    answer = probe.get("/p/sheet")
    assert answer.get_data() == b"%PDF-"
    offered = answer.headers["Content-Disposition"]
    assert offered.startswith("attachment; filename*=UTF-8''%E7%8E%8B")
    assert "X" not in answer.headers
    assert "\n" not in offered


def test_nothing_to_say_is_204_and_empty(probe) -> None:
    answer = probe.delete("/p/gone")
    assert (answer.status_code, answer.get_data()) == (204, b"")


def test_every_answer_forbids_keeping_and_guessing(probe) -> None:
    for address in ("/p/list", "/p/none", "/p/broken/x", "/health"):
        headers = probe.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Request-Id"]


def test_head_is_get_without_a_body_and_options_does_nothing(probe) -> None:
    head, options = probe.head("/p/list"), probe.options("/p/act")
    assert (head.status_code, head.get_data()) == (200, b"")
    assert (options.status_code, options.get_data()) == (200, b"")
    assert set(options.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    assert not [name for name, _ in options.headers if name.lower().startswith("access-control")]


# Who asks


@pytest.mark.row("IDR-02")
def test_a_workspace_narrows_a_person_to_one_of_their_grants(probe, people, world, container) -> None:
    from miniprogram_api.kernel.access import Grant
    from tests.world import build_world

    other = build_world(container)
    manager = Grant(
        "grant_manager1", Role.MANAGER, Scope(ScopeKind.ESTATE, world.estate.id), company_id=world.company.id
    )
    owner = Grant("grant_owner1", Role.OWNER, Scope(ScopeKind.ESTATE, other.estate.id), room_id="room_1")
    person = people.with_grants(manager, owner)
    at = f"/p/estates/{world.estate.id}/who"

    def ask(address, workspace=None):
        headers = {**person.headers} | ({} if workspace is None else {"X-Workspace": workspace})
        return probe.get(address, headers=headers)

    assert sorted(ask(at).json) == ["grant_manager1", "grant_owner1"]
    assert ask(at, "grant_manager1").json == ["grant_manager1"]
    assert ask(at, "grant_owner1").json["code"] == "place_unknown"
    assert ask(at, "grant_of_somebody").json["code"] == "workspace_unknown"
    assert ask(f"/p/estates/{other.estate.id}/who", "grant_owner1").json["code"] == "not_allowed"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "bearer", "Token x"])
def test_no_proper_session_is_nobody(probe, header) -> None:
    refused = probe.post("/p/act", headers={"Authorization": header})
    assert (refused.status_code, refused.json["code"]) == (401, "unauthenticated")


# What is written down


def test_a_fault_shows_its_number_and_nothing_of_the_inside(probe, lines) -> None:
    answer = probe.get(f"/p/broken/{PHONE}", headers={"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"})
    shown = answer.get_data(as_text=True)
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert answer.json["request_id"] == "Root=1-67891233-abcdef012345678912345678" == answer.headers["X-Request-Id"]
    assert not [word for word in ("ZeroDivision", "secret-inside", PHONE, ".py", "Traceback") if word in shown]
    broken, request = lines()
    assert (broken["message"], broken["request_id"]) == ("request_broken", answer.json["request_id"])
    assert broken["exception_name"] == "ZeroDivisionError"
    assert (request["route"], request["status"]) == ("/p/broken/<thing_id>", 500)
    assert PHONE not in json.dumps([broken, request])


def test_the_line_of_a_request_holds_the_route_and_never_the_path(probe, lines) -> None:
    probe.get(f"/p/estates/est_{PHONE}/who?token=abc")
    probe.get(f"/nowhere/{PHONE}")
    first, second = lines()
    assert (first["method"], first["route"], first["status"]) == ("GET", "/p/estates/<estate_id>/who", 401)
    assert (second["route"], second["status"]) == ("unknown", 404)
    assert first["request_id"] != second["request_id"]
    assert PHONE not in json.dumps([first, second])


def test_a_silence_behind_us_is_503_and_written_down(probe, lines) -> None:
    answer = probe.get("/p/silent")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert lines()[0]["message"] == "request_failed"


def test_an_ordinary_refusal_is_no_alarm(probe, lines) -> None:
    answer = probe.get("/p/refused")
    assert (answer.status_code, answer.json["detail"]) == (409, {"state": "closed"})
    assert [line["level"] for line in lines()] == ["INFO"]


@pytest.mark.parametrize("given", ["<script>", "a b", "x" * 300, "王"])
def test_a_callers_own_request_number_is_not_repeated(probe, given) -> None:
    answer = probe.get("/p/refused", headers={"X-Amzn-Trace-Id": given.encode().decode("latin-1")})
    assert len(answer.json["request_id"]) == 32
    assert answer.headers["X-Request-Id"] == answer.json["request_id"]

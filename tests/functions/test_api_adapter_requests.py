"""What of an API Gateway event reaches the application, and what a caller cannot make it believe."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from functions.gateway import answer_http_event

EVENTS = Path(__file__).parent / "events"


def load(name: str) -> dict[str, Any]:
    return json.loads((EVENTS / f"{name}.json").read_text())


def seen_by_application(event: dict[str, Any]) -> Request:
    """Send the event through the gateway and return the request as the application read it."""
    requests: list[Request] = []

    @Request.application
    def remember(request: Request) -> Response:
        request.get_data(cache=True)
        requests.append(request)
        return Response("ok")

    assert answer_http_event(remember, event)["statusCode"] == 200
    return requests[0]


FORGED = pytest.mark.parametrize("name", ["v2_get_forged_address", "v1_get_forged_address"])


@FORGED
def test_the_caller_is_who_api_gateway_saw_and_not_who_a_header_claims(name: str) -> None:
    request = seen_by_application(load(name))
    assert request.remote_addr == "203.0.113.7"
    assert "X-Forwarded-For" not in request.headers
    assert request.access_route == ["203.0.113.7"]


@FORGED
def test_every_request_came_over_https_whatever_the_headers_claim(name: str) -> None:
    request = seen_by_application(load(name))
    assert request.is_secure
    assert request.environ["SERVER_PORT"] == "443"
    assert request.url.startswith(f"https://{request.host}/")
    assert ":80" not in request.host


@FORGED
def test_path_query_and_cookies_arrive_as_they_were_sent(name: str) -> None:
    request = seen_by_application(load(name))
    assert request.method == "GET"
    assert request.path == "/v1/rooms/3单元"
    assert request.args.getlist("state") == ["open", "paused"]
    assert request.args["q"] == "漏水"
    assert request.args["empty"] == ""
    assert request.cookies.to_dict(flat=False) == {"session": ["abc"], "theme": ["large"]}


@pytest.mark.parametrize("version", ["v2", "v1"])
def test_a_percent_encoded_path_is_the_same_path(version: str) -> None:
    event = load(f"{version}_get_forged_address")
    event["rawPath" if version == "v2" else "path"] = "/v1/rooms/3%E5%8D%95%E5%85%83"
    assert seen_by_application(event).path == "/v1/rooms/3单元"


def test_a_request_without_headers_in_a_named_stage_is_answered() -> None:
    request = seen_by_application(load("v2_no_headers_named_stage"))
    # Stripped once and whole: the second "dev" is the caller's, and "/devices" only begins like the stage.
    assert request.path == "/dev/devices"
    assert request.root_path == "/dev"
    assert request.host == "a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize(
    ("raw_path", "expected_path"),
    [("/dev", "/"), ("/dev/", "/"), ("/devices", "/devices"), ("/dev/x", "/x"), ("/", "/")],
)
def test_only_a_whole_first_segment_is_the_stage(raw_path: str, expected_path: str) -> None:
    event = {**load("v2_no_headers_named_stage"), "rawPath": raw_path}
    assert seen_by_application(event).path == expected_path


def test_a_rest_stage_named_like_a_route_is_not_taken_for_it() -> None:
    event = load("v1_get_forged_address")
    assert event["requestContext"]["stage"] == "v1"
    assert seen_by_application(event).path.startswith("/v1/")


@pytest.mark.parametrize("absent", [{"headers": None, "multiValueHeaders": None}, {}])
def test_a_rest_test_invocation_without_headers_is_answered(absent: dict[str, None]) -> None:
    event = {key: value for key, value in load("v1_null_headers").items() if "eaders" not in key} | absent
    request = seen_by_application(event)
    assert request.path == "/health"
    assert request.remote_addr == "test-invoke-source-ip"


@pytest.mark.parametrize("headers", [None, {}])
def test_headers_that_are_null_or_empty_are_no_headers(headers: dict[str, str] | None) -> None:
    request = seen_by_application({**load("v2_no_headers_named_stage"), "headers": headers})
    assert not [name for name, _ in request.headers if name != "Host"]


@pytest.mark.parametrize("name", ["v2_post_base64", "v1_post_base64"])
def test_a_base64_body_arrives_as_its_bytes(name: str) -> None:
    request = seen_by_application(load(name))
    assert request.data == base64.b64decode(load(name)["body"]) == b"\x00\xff\x80\x81\n\xab"
    assert request.content_length == 6
    assert request.content_type == "application/octet-stream"


def test_a_text_body_is_measured_in_bytes_and_not_as_the_header_claims() -> None:
    request = seen_by_application(load("v2_post_json"))
    assert request.json == {"description": "厨房漏水"}
    assert request.content_length == len('{"description":"厨房漏水"}'.encode())
    assert request.headers["Idempotency-Key"] == "k-1"


@pytest.mark.parametrize("name", ["v2_post_json", "v1_post_base64"])
@pytest.mark.parametrize("body", [None, ""])
def test_a_missing_body_is_an_empty_one(name: str, body: str | None) -> None:
    request = seen_by_application({**load(name), "body": body})
    assert request.data == b""
    assert request.content_length == 0


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_answering_leaves_the_event_as_it_was(name: str) -> None:
    event = load(name)
    before = copy.deepcopy(event)
    seen_by_application(event)
    assert event == before


@pytest.mark.parametrize(
    "event", [{"raw_command": "import os"}, {"command": "os.getcwd"}, {"Records": []}, {"job": "overdue"}, {}]
)
def test_an_event_that_is_no_http_request_never_reaches_the_application(event: dict[str, Any]) -> None:
    def unreachable(environ: Any, start_response: Any) -> Any:
        raise AssertionError("the application was called")

    with pytest.raises(KeyError):
        answer_http_event(unreachable, event)

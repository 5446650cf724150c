"""How the application's answer is shaped for API Gateway, in both payload versions."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from functions.gateway import answer_http_event

EVENTS = Path(__file__).parent / "events"
VERSIONS = pytest.mark.parametrize("name", ["v2_get_forged_address", "v1_null_headers"])


def answer(name: str, response: Response) -> dict[str, Any]:
    return answer_http_event(response, json.loads((EVENTS / f"{name}.json").read_text()))


@VERSIONS
@pytest.mark.parametrize(
    "mimetype",
    ["text/html", "text/plain", "application/json", "application/problem+json", "application/xml", "image/svg+xml",
     "text/javascript", "application/javascript", "application/atom+xml"],
)  # fmt: skip
def test_text_travels_as_text(name: str, mimetype: str) -> None:
    shaped = answer(name, Response("谁在负责", mimetype=mimetype))
    assert shaped["body"] == "谁在负责"
    assert shaped["isBase64Encoded"] is False


@VERSIONS
@pytest.mark.parametrize("mimetype", ["image/png", "image/jpeg", "application/pdf", "application/octet-stream"])
def test_anything_else_travels_as_base64_even_if_it_could_be_read(name: str, mimetype: str) -> None:
    shaped = answer(name, Response(b"plain letters", mimetype=mimetype))
    assert base64.b64decode(shaped["body"]) == b"plain letters"
    assert shaped["isBase64Encoded"] is True


@VERSIONS
def test_all_byte_values_survive(name: str) -> None:
    content = bytes(range(256))
    shaped = answer(name, Response(content, mimetype="image/png"))
    assert base64.b64decode(shaped["body"]) == content


@VERSIONS
@pytest.mark.parametrize(
    "response",
    [
        Response("维修".encode("gb18030"), content_type="text/csv; charset=gb18030"),
        # These four bytes are UTF-8 too, of other letters: as text they still come out as the same bytes.
        Response("漏水".encode("gb18030"), content_type="text/csv; charset=gb18030"),
        Response(gzip.compress("漏水".encode(), mtime=0), mimetype="text/plain", headers={"Content-Encoding": "gzip"}),
        Response(b"letters", mimetype="text/plain", headers={"Content-Encoding": "br"}),
    ],
    ids=["another charset", "another charset that reads as UTF-8", "compressed", "compressed and readable"],
)
def test_no_byte_of_a_text_is_changed(name: str, response: Response) -> None:
    shaped = answer(name, response)
    sent = base64.b64decode(shaped["body"]) if shaped["isBase64Encoded"] else shaped["body"].encode()
    assert sent == response.get_data()
    assert shaped["isBase64Encoded"] or "Content-Encoding" not in response.headers


@VERSIONS
def test_an_empty_answer_has_an_empty_body(name: str) -> None:
    shaped = answer(name, Response(status=204))
    assert (shaped["statusCode"], shaped["body"]) == (204, "")


def two_cookies() -> Response:
    response = Response("ok", headers=[("Vary", "Accept"), ("Vary", "Cookie")])
    response.set_cookie("session", "abc", expires=1_800_000_000)
    response.set_cookie("theme", "large")
    return response


# The epoch second 1,800,000,000 is a Friday; its comma is what joining cookies would break on.
SESSION = "session=abc; Expires=Fri, 15 Jan 2027 08:00:00 GMT; Path=/"
THEME = "theme=large; Path=/"


def test_v2_has_each_cookie_once_in_its_own_list() -> None:
    shaped = answer("v2_get_forged_address", two_cookies())
    assert shaped["cookies"] == [SESSION, THEME]
    assert "set-cookie" not in shaped["headers"]
    assert shaped["headers"]["vary"] == "Accept, Cookie"
    assert "multiValueHeaders" not in shaped


def test_v1_repeats_the_header_for_each_cookie() -> None:
    shaped = answer("v1_null_headers", two_cookies())
    assert shaped["multiValueHeaders"]["set-cookie"] == [SESSION, THEME]
    assert shaped["multiValueHeaders"]["vary"] == ["Accept", "Cookie"]
    assert "cookies" not in shaped
    assert "headers" not in shaped


@VERSIONS
def test_lambda_can_serialise_the_answer_and_closes_it(name: str) -> None:
    closed: list[bool] = []
    response = Response((part for part in ["流动", "物业"]), status=201)
    response.call_on_close(lambda: closed.append(True))
    shaped = json.loads(json.dumps(answer(name, response)))
    assert (shaped["statusCode"], shaped["body"]) == (201, "流动物业")
    assert closed == [True]


def test_an_exception_of_the_application_is_lambdas_to_report() -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        answer_http_event(broken, json.loads((EVENTS / "v2_post_json.json").read_text()))

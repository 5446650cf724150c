"""A path that belongs to a function never reaches Flask, and arrives as API Gateway would hand it over."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from werkzeug import Request, Response
from werkzeug.test import Client

from local.deployment import HttpRoute
from local.http_front import HttpFront

ROUTES = [HttpRoute("wechat_push", "GET", "/wechat/push"), HttpRoute("wechat_push", "POST", "/wechat/push")]


def front(seen: list[Any], answer: dict[str, Any] | None = None) -> Client:
    def invoke(function: str, event: Any) -> Any:
        seen.append((function, APIGatewayProxyEventV2(event)))
        return answer or {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "好"}

    @Request.application
    def flask(request: Request) -> Response:
        return Response(f"flask {request.path}")

    return Client(HttpFront(flask, ROUTES, invoke))


def test_a_function_gets_its_path_with_query_headers_and_body() -> None:
    seen: list[Any] = []
    body = "<xml>漏水</xml>".encode()
    answer = front(seen).post("/wechat/push?signature=a%2Bb&nonce=1&nonce=2", data=body, content_type="text/xml")
    ((function, event),) = seen
    assert function == "wechat_push"
    assert event.http_method == "POST"
    assert event.raw_path == "/wechat/push"
    assert event.query_string_parameters == {"signature": "a+b", "nonce": "1,2"}
    assert event.headers["content-type"] == "text/xml"
    assert event.decoded_body == "<xml>漏水</xml>"
    assert answer.status_code == 200
    assert answer.get_data(as_text=True) == "好"
    assert answer.headers["Content-Length"] == "3"


def test_bytes_travel_both_ways_as_base64() -> None:
    seen: list[Any] = []
    answer = front(seen, {"statusCode": 201, "body": "/9g=", "isBase64Encoded": True}).post(
        "/wechat/push", data=b"\xff\xd8"
    )
    ((_, event),) = seen
    assert event.is_base64_encoded
    assert event.body == "/9g="
    assert answer.get_data() == b"\xff\xd8"


def test_every_other_path_and_method_is_flask_s() -> None:
    seen: list[Any] = []
    client = front(seen)
    assert client.get("/v1/me").get_data(as_text=True) == "flask /v1/me"
    assert client.delete("/wechat/push").get_data(as_text=True) == "flask /wechat/push"
    assert not seen

"""What API Gateway does: requests become events, and paths that serverless.yml gives to a function reach no other."""

import base64
import time
import uuid
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from local.deployment import HttpRoute
from local.invocation import Invoke

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_TEXT = {"application/json", "application/javascript", "application/xml"}
"""With text/*, what an HTTP API hands on as text; everything else comes as base64."""


class HttpFront:
    """A WSGI application: the routes of functions to those functions, everything else to the application."""

    def __init__(self, application: "WSGIApplication", routes: Iterable[HttpRoute], invoke: Invoke) -> None:
        self._application = application
        self._functions = {(route.method, route.path): function_app(route.function, invoke) for route in routes}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        function = self._functions.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]), self._application)
        return function(environ, start_response)


def function_app(function: str, invoke: Invoke) -> "WSGIApplication":
    """Return a WSGI application that hands requests to a function as HTTP API events (payload 2.0)."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = invoke(function, http_event(environ))
        body = str(answer.get("body") or "")
        content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        status = HTTPStatus(answer["statusCode"])
        cookies = [("Set-Cookie", cookie) for cookie in answer.get("cookies", [])]
        headers = [*answer.get("headers", {}).items(), *cookies]
        # What the function says of the length is of the body before base64, or of an answer to HEAD.
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(content))))
        start_response(f"{status.value} {status.phrase}", headers)
        return [content]

    return application


def http_event(environ: "WSGIEnvironment") -> dict[str, Any]:
    """The event API Gateway would make of this request.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": dict(_headers(environ)),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "requestId": str(uuid.uuid4()),
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
            "http": {
                "method": method,
                "path": path,
                "protocol": environ["SERVER_PROTOCOL"],
                "sourceIp": environ.get("REMOTE_ADDR", ""),
                "userAgent": environ.get("HTTP_USER_AGENT", ""),
            },
        },
        "isBase64Encoded": False,
    }
    if query:
        parameters: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
        event["queryStringParameters"] = parameters
    return event | _body(environ)


def _headers(environ: "WSGIEnvironment") -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower(), value
        elif name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value:
            yield name.replace("_", "-").lower(), value


def _body(environ: "WSGIEnvironment") -> dict[str, Any]:
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if not content:
        return {}
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0]
    if kind.startswith("text/") or kind in _TEXT:
        return {"body": content.decode()}
    return {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}

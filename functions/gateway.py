"""The translation between API Gateway's events and any WSGI application: the one place that knows zappa.

Zappa is used as a library for the many odd corners of turning an event into a WSGI environ. What it leaves to the
caller's goodwill (who is calling, over what, at which path) is decided here, from what API Gateway itself vouches for.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response
from zappa.wsgi import create_wsgi_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/javascript", "image/svg+xml"})
_TEXT_SUFFIXES = ("+json", "+xml")


def answer_http_event(application: WSGIApplication, event: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one API Gateway proxy event (payload 2.0 or 1.0) with what the WSGI application says.

    Raises:
        KeyError: the event is not an API Gateway proxy event; nothing else may reach the application.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    is_v2 = event.get("version") == "2.0"
    environ = _environ_v2(event) if is_v2 else _environ_v1(event)
    with Response.from_app(application, environ) as response:
        return _shape(response, is_v2)


def _environ_v2(event: Mapping[str, Any]) -> WSGIEnvironment:
    """Build the environ of an HTTP API event; a named stage leads its raw path and moves to SCRIPT_NAME."""
    context = event["requestContext"]
    prefix = "" if context.get("stage", "$default") == "$default" else f"/{context['stage']}"
    path = event["rawPath"]
    # Only a whole first segment is the stage: "/devices" in stage "dev" is nobody's prefix.
    if not prefix or not f"{path}/".startswith(f"{prefix}/"):
        prefix = ""
    # An HTTP API leaves headers out of a request that has none, and zappa looks them up unasked.
    readable = {**event, "headers": event.get("headers") or {}, "rawPath": path[len(prefix) :] or "/"}
    return _trusted_environ(readable, context["http"].get("sourceIp"), prefix)


def _environ_v1(event: Mapping[str, Any]) -> WSGIEnvironment:
    """Build the environ of a REST API event, whose path never holds the stage."""
    context = event.get("requestContext") or {}
    return _trusted_environ(event, (context.get("identity") or {}).get("sourceIp"), "")


def _trusted_environ(event: Mapping[str, Any], source_ip: str | None, script_name: str) -> WSGIEnvironment:
    """Let zappa build the environ, then replace all that a caller could have written into a header."""
    domain = (event.get("requestContext") or {}).get("domainName") or "localhost"
    environ: WSGIEnvironment = create_wsgi_request(event, server_name=domain, binary_support=True)
    # Zappa takes the last but one X-Forwarded-For hop, which on a regional endpoint is the caller's own invention.
    environ.pop("HTTP_X_FORWARDED_FOR", None)
    environ["REMOTE_ADDR"] = source_ip or ""
    environ["SCRIPT_NAME"] = script_name
    # API Gateway listens on TLS alone, whatever X-Forwarded-Proto and -Port claim.
    environ["wsgi.url_scheme"] = "https"
    environ["SERVER_PORT"] = "443"
    return environ


def _shape(response: Response, is_v2: bool) -> dict[str, Any]:
    """Shape the answer as payload 2.0 (cookies in their own list) or 1.0 (every header a list)."""
    values: dict[str, list[str]] = {}
    for name, value in response.headers:
        values.setdefault(name.lower(), []).append(value)
    shaped: dict[str, Any] = {"statusCode": response.status_code, **_body(response)}
    if not is_v2:
        return {**shaped, "multiValueHeaders": values}
    # Joining Set-Cookie with commas breaks it: its dates hold commas.
    cookies = values.pop("set-cookie", [])
    return {**shaped, "cookies": cookies, "headers": {name: ", ".join(many) for name, many in values.items()}}


def _body(response: Response) -> dict[str, Any]:
    """Carry text as text, and anything else (a photo, a PDF, a compressed or non-UTF-8 body) as base64."""
    content = response.get_data()
    mimetype = response.mimetype or ""
    is_text = mimetype.startswith("text/") or mimetype in _TEXT_TYPES or mimetype.endswith(_TEXT_SUFFIXES)
    if is_text and "Content-Encoding" not in response.headers:
        try:
            return {"body": content.decode("utf-8"), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass  # A page in another charset (an export for an old Excel) travels as bytes.
    return {"body": base64.b64encode(content).decode("ascii"), "isBase64Encoded": True}

"""The Flask application: every room's operations behind one dispatcher."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, g, request
from werkzeug.routing import BaseConverter

from miniprogram_api.edge import errors
from miniprogram_api.edge.addresses import Addresses
from miniprogram_api.edge.dispatch import Dispatcher

if TYPE_CHECKING:
    from miniprogram_api.container import Container
    from miniprogram_api.edge.operations import Operation

MAXIMUM_BODY = 6 * 1024 * 1024
"""What Lambda accepts in one request; single operations accept less (256 KiB unless they say otherwise)."""


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_TRACE = re.compile(r"[0-9A-Za-z=;:_-]{1,200}", re.ASCII)
"""What the gateway sends; a caller's own text of another form is not repeated."""


def operations() -> list[Operation]:
    """Load and return every operation of the house, the source of addresses, contract and the access test."""
    from miniprogram_api.rooms import all_routes

    return [operation for routes in all_routes() for operation in routes.operations]


class _Whatever(BaseConverter):
    """Any rest of a path; werkzeug's own ends at the end of a line."""

    regex = "(?s:.+)"
    part_isolating = False


def create_app(container: Container, addresses: Addresses | None = None) -> Flask:
    """Return the application, by default with all operations of the house, each loaded when first asked for."""
    app = Flask("flowing_property", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAXIMUM_BODY
    app.url_map.merge_slashes = False
    app.url_map.converters["whatever"] = _Whatever
    dispatcher = Dispatcher(addresses or Addresses.kept(), container.gatekeeper, container, container.clock)
    # Threads that start later find the client made; two that make it at once would each pay for it.
    container.table.prime()
    log = container.log
    errors.install(app, log)
    contract: list[bytes] = []

    def described() -> bytes:
        if not contract:
            from miniprogram_api.edge.contract import openapi

            contract.append(msgspec.json.encode(openapi(operations())))
        return contract[0]

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Amzn-Trace-Id", "")
        g.request_id = given if _TRACE.fullmatch(given) else uuid.uuid4().hex

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": g.get("route", "unknown"),
                "status": response.status_code,
                "request_id": g.get("request_id", ""),
            },
        )
        return response

    @app.get("/openapi.json")
    def contract_as_json() -> Response:
        return Response(described(), mimetype="application/json")

    @app.get("/docs")
    def contract_as_page() -> Response:
        from miniprogram_api.edge.contract_page import render

        page = Response(render(msgspec.json.decode(described())), mimetype="text/html")
        page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        return page

    @app.get("/health")
    def health() -> Response:
        return Response(b'{"status":"ok"}', mimetype="application/json")

    @app.route("/", methods=METHODS, provide_automatic_options=False)
    @app.route("/<whatever:_address>", methods=METHODS, provide_automatic_options=False)
    def operation(_address: str = "") -> Response:
        return dispatcher.answer()

    return app

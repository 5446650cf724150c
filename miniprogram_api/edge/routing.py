"""Routes that are only matched, never built into addresses."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import Rule


class MatchedRule(Rule):
    """A rule without the function that writes its address.

    Werkzeug compiles that function for every rule when the application starts: with two hundred routes it is four
    fifths of the start (docs/performance.md), and nothing here asks for an address by its endpoint.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: ARG002  the signature is werkzeug's
        def refuse(*_: object) -> None:
            raise NotImplementedError("addresses are not built from routes here")

        return refuse

"""Lambda entry point of the HTTP API: every path but WeChat's, answered by the Flask application."""

from __future__ import annotations

from typing import Any

from functions.stand_ins import NEVER_ASKED, stand_ins

with stand_ins(*NEVER_ASKED):
    from functions.gateway import answer_http_event
    from miniprogram_api.app import create_app

from miniprogram_api.container import Container
from miniprogram_api.settings import Settings

# Built while Lambda initialises (full CPU, no caller waiting), never inside a person's first request.
APPLICATION = create_app(Container(Settings.from_environment()))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one HTTP request that API Gateway hands over (payload 2.0; 1.0 is understood too)."""
    return answer_http_event(APPLICATION, event)

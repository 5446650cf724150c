"""The one logger: structured lines, with personal data and secrets taken out before they are written."""

from __future__ import annotations

import logging
import re
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

Log = Logger

_SECRET_FIELDS = re.compile(
    r"(authorization|token|secret|password|session_key|openid|phone|name|id_number|signature|api_?key)", re.IGNORECASE
)
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_QUERY_SECRETS = re.compile(r"((?:access_token|secret|js_code|code|openid|token)=)[^&\s\"']+", re.IGNORECASE)
_HARMLESS = frozenset({"function_name", "logger_name", "name", "error_name", "exception_name", "code_name"})


def redact(value: Any, field: str = "") -> Any:
    """Return the value with phone numbers, tokens and fields of sensitive names replaced by ``[redacted]``."""
    if isinstance(value, dict):
        return {key: redact(entry, str(key)) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [redact(entry, field) for entry in value]
    if field and field not in _HARMLESS and _SECRET_FIELDS.search(field):
        return "[redacted]"
    if isinstance(value, str):
        return _QUERY_SECRETS.sub(r"\1[redacted]", _MOBILE.sub("[redacted]", value))
    return value


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON line, redacted."""

    def serialize(self, log: dict[str, Any]) -> str:  # type: ignore[override]
        """Return the line to write."""
        return super().serialize(redact(log))


def create_log(service: str, level: str = "INFO") -> Log:
    """Return the logger of one function; lines are JSON in the shape Powertools gives them."""
    log = Logger(service=service, level=level, logger_formatter=RedactingFormatter())
    logging.getLogger("botocore").setLevel(logging.WARNING)
    return log

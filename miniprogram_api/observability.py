"""The one logger: structured lines, with personal data and secrets taken out before they are written."""

from __future__ import annotations

import logging
import re
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

Log = Logger
NAMESPACE = "FlowingProperty"

_SECRET_FIELDS = re.compile(
    r"(authorization|token|secret|password|session_key|openid|phone|name|id_number|signature|api_?key)", re.IGNORECASE
)
_HARMLESS = frozenset({"function_name", "logger_name", "error_name", "exception_name", "code_name"})
_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+?86|0086)[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
_IDENTITY_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_NAMED_SECRET = re.compile(
    r"""(?<![a-z])((?:access_token|app_?secret|secret|session_key|js_code|code|openid|token)["']?\s*[=:]\s*["']?)[^&\s"',}]+""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(bearer )\S+", re.IGNORECASE)


def redact(value: Any, field: str = "") -> Any:
    """Return the value as it may be written down, in plain JSON types only.

    Phone and identity numbers, tokens and fields of sensitive names become ``[redacted]``. A thing that is no plain
    value is turned into its text first, since the text is what would be written.
    """
    if isinstance(value, dict):
        return {redact(str(key)): redact(entry, str(key)) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(entry, field) for entry in value]
    if field and field not in _HARMLESS and _SECRET_FIELDS.search(field):
        return "[redacted]"
    if value is None or isinstance(value, bool | float):
        return value
    text = _redact_text(str(value))
    return value if isinstance(value, int) and text == str(value) else text


def _redact_text(text: str) -> str:
    for numbers in (_IDENTITY_NUMBER, _MOBILE):
        text = numbers.sub("[redacted]", text)
    for named in (_NAMED_SECRET, _BEARER):
        text = named.sub(r"\1[redacted]", text)
    return text


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON line, redacted."""

    def serialize(self, log: dict[str, Any]) -> str:  # type: ignore[override]
        """Return the line to write."""
        return super().serialize(redact(log))


def count_for_a_person(what: str, stage: str) -> None:
    """Count something that waits for a person: a line of the log, of which CloudWatch makes the metric NeedsAPerson.

    Its alarm calls whoever runs the stage; what it is, the same line says. A metric costs only for the hours in which
    it was sent, and normally this one never is.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric("NeedsAPerson", MetricUnit.Count, 1, namespace=NAMESPACE) as metric:
        metric.add_dimension("stage", stage)
        metric.add_metadata("what", what)


def create_log(service: str, level: str = "INFO") -> Log:
    """Return the logger of one function; lines are JSON in the shape Powertools gives them."""
    log = Logger(service=service, level=level, logger_formatter=RedactingFormatter())
    logging.getLogger("botocore").setLevel(logging.WARNING)
    return log

"""What the log holds, read from what it really wrote: nobody's phone number, name or key."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.observability import NAMESPACE, RedactingFormatter, count_for_a_person, redact

if TYPE_CHECKING:
    from collections.abc import Callable

PHONES = [
    "13812345678", "+8613812345678", "+86 138 1234 5678", "138-1234-5678", "008613812345678", "8613812345678",
    "电话13812345678。",
]  # fmt: skip
SECRETS = ["s3cr3t-access", "oXYZ-openid-1", "eyJhbGciOi.J9"]


@dataclass(frozen=True)
class Person:
    name: str
    phone: str


@pytest.fixture
def written() -> tuple[Logger, Callable[[], str]]:
    """A logger as every function has it, and what it wrote."""
    stream = io.StringIO()
    log = Logger(service=f"test-{id(stream)}", stream=stream, logger_formatter=RedactingFormatter())
    return log, stream.getvalue


def holds_no_phone(line: str) -> bool:
    digits = "".join(sign for sign in line if sign.isdigit())
    return "12345678" not in digits


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_number_is_not_written_wherever_it_stands(written, phone) -> None:
    log, lines = written
    log.info(f"called {phone} twice")
    log.info("nested", extra={"detail": {"list": [{"deep": f"to {phone}"}]}, "set": {phone}, "tuple": (phone,)})
    log.info("key", extra={"calls": {phone: 1}})
    log.info({"as": "a dict", "who": phone})
    log.info("object", extra={"person": Person("王小明", phone), "error": ValueError(phone)})
    try:
        raise ValueError(f"no such number {phone}") from KeyError(phone)
    except ValueError:
        log.exception("broken", extra={"tried": phone})
    assert holds_no_phone(lines())
    for line in lines().splitlines():
        json.loads(line)


def test_a_number_that_is_a_phone_is_not_written_either(written) -> None:
    log, lines = written
    log.info("number", extra={"value": 13812345678, "harmless": 12, "at": 1_795_320_000, "yes": True, "none": None})
    line = json.loads(lines())
    assert (line["value"], line["harmless"], line["at"], line["yes"]) == ("[redacted]", 12, 1_795_320_000, True)


@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.weixin.qq.com/x?access_token=s3cr3t-access&lang=zh_CN",
        "jscode2session?appid=wx1&secret=s3cr3t-access&js_code=s3cr3t-access&grant_type=authorization_code",
        "{'openid': 'oXYZ-openid-1', 'session_key': 's3cr3t-access'}",
        '{"access_token": "s3cr3t-access", "openid":"oXYZ-openid-1"}',
        "Authorization: Bearer eyJhbGciOi.J9",
        "session_key = s3cr3t-access, done",
    ],
)
def test_keys_in_addresses_and_answers_are_not_written(written, text) -> None:
    log, lines = written
    log.info(text)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("failed")
    assert not [secret for secret in SECRETS if secret in lines()]


@pytest.mark.parametrize(
    "field", ["phone", "owner_phone", "name", "display_name", "openid", "session_token", "Authorization", "apiKey"]
)
def test_fields_of_sensitive_names_are_not_written_at_any_depth(written, field) -> None:
    log, lines = written
    log.info("x", extra={"outer": {"list": [{field: "王小明"}]}, "other": {field: ["王小明"]}})
    assert "王小明" not in lines()
    assert "\\u738b" not in lines()


def test_an_identity_number_is_not_written(written) -> None:
    log, lines = written
    log.info("证件 23010319900307123X 与 230103199003071239")
    assert "1990" not in lines()


def test_what_helps_is_kept(written) -> None:
    log, lines = written
    log.info("request", extra={"method": "GET", "route": "/v1/estates/<estate_id>", "status": 200, "errcode": 40001})
    line = json.loads(lines())
    assert (line["message"], line["route"], line["status"]) == ("request", "/v1/estates/<estate_id>", 200)
    assert redact("errcode: 40001, rid: 6745-1a") == "errcode: 40001, rid: 6745-1a"
    assert redact("wo_01jd8qk3h5v7m2n4p6r8t0w1x3") == "wo_01jd8qk3h5v7m2n4p6r8t0w1x3"
    assert redact({"exception_name": "KeyError"}) == {"exception_name": "KeyError"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_whatever_is_logged_can_be_written_down(value) -> None:
    once = redact(value)
    json.dumps(once)
    assert redact(once) == once


def test_what_waits_for_a_person_is_counted_where_the_alarm_looks(capsys: pytest.CaptureFixture[str]) -> None:
    count_for_a_person("payment_anomaly", "prod")
    line = json.loads(capsys.readouterr().out)
    (declared,) = line["_aws"]["CloudWatchMetrics"]
    assert declared["Namespace"] == NAMESPACE
    assert declared["Dimensions"] == [["stage"]]
    assert [metric["Name"] for metric in declared["Metrics"]] == ["NeedsAPerson"]
    assert (line["NeedsAPerson"], line["stage"], line["what"]) == ([1.0], "prod", "payment_anomaly")

"""Lambda's address on this machine takes what the product hands on, and nothing that would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.lambda_endpoint import LambdaEndpoint
from miniprogram_api.storage.aws import Aws
from miniprogram_api.storage.handing_on import FunctionCall, NotHandedOn

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaEndpoint]:
    with LambdaEndpoint(["office"]) as made:
        for name, value in (
            *made.environment.items(),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ):
            monkeypatch.setenv(name, value)
        yield made


def test_work_waits_in_order_until_it_is_done(endpoint: LambdaEndpoint) -> None:
    office = FunctionCall("office", Aws("cn-north-1"))
    assert endpoint.first("office") is None
    for number in ("1", "2"):
        office.put({"do": "settle", "out_trade_no": f"款-{number}"})
    assert endpoint.first("office", wait=5) == {"do": "settle", "out_trade_no": "款-1"}
    endpoint.done("office")
    assert endpoint.all_waiting("office") == [{"do": "settle", "out_trade_no": "款-2"}]


def test_what_nobody_would_do_is_not_taken(endpoint: LambdaEndpoint) -> None:
    aws = Aws("cn-north-1")
    with pytest.raises(NotHandedOn):
        FunctionCall("nobody", aws).put({"do": "settle"})
    with pytest.raises(aws.client("lambda", read_timeout=5).exceptions.InvalidParameterValueException):
        aws.client("lambda", read_timeout=5).invoke(FunctionName="office", Payload="{}")
    assert endpoint.all_waiting("office") == []


def test_nothing_is_handed_on_where_nobody_answers(endpoint: LambdaEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    with pytest.raises(NotHandedOn):
        FunctionCall("office", Aws("cn-north-1")).put({"do": "settle"})

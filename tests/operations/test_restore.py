"""The rehearsal of a restore: beside the table in use, to the instant that was asked for, and gone afterwards."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError

from infra import restore
from infra.restore import CannotRestore, Rehearsal, instant, prove_table, rehearse
from miniprogram_api.storage.row import to_dynamodb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miniprogram_api.settings import Settings
    from tests.operations.laid import Laid

FIRST, LAST = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
TABLE = "flowing-property-prod"


class TableAlreadyExistsException(Exception):
    """As boto3 makes it for a client."""


class FakeDynamoDB:
    """A DynamoDB that can restore: what was asked of it in order, and a table with what it was given."""

    exceptions = SimpleNamespace(TableAlreadyExistsException=TableAlreadyExistsException)

    def __init__(self, items: list[dict[str, Any]] | None = None, status: str = "ENABLED") -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.items = items or []
        self.status = status
        self.there = False
        self.never_ready = False
        self.busy = False

    def describe_continuous_backups(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(("describe", asked))
        recovery = {"PointInTimeRecoveryStatus": self.status}
        if self.status == "ENABLED":
            recovery |= {"EarliestRestorableDateTime": FIRST, "LatestRestorableDateTime": LAST}
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}}

    def restore_table_to_point_in_time(self, **asked: Any) -> None:
        if self.there:
            raise TableAlreadyExistsException
        self.asked.append(("restore", asked))
        self.there = True

    def get_waiter(self, name: str) -> FakeDynamoDB:
        assert name == "table_exists"
        return self

    def wait(self, **asked: Any) -> None:
        self.asked.append(("wait", asked))
        if self.never_ready:
            raise WaiterError("TableExists", "Max attempts exceeded", {})

    def get_paginator(self, name: str) -> FakeDynamoDB:
        assert name == "scan"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked.append(("scan", asked))
        return [{"Items": [item]} for item in self.items]

    def delete_table(self, **asked: Any) -> None:
        self.asked.append(("delete", asked))
        if self.busy:
            raise ClientError({"Error": {"Code": "ResourceInUseException", "Message": "being created"}}, "DeleteTable")
        self.there = False

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


def stored(number: int, fen: int = 0) -> dict[str, Any]:
    """A posting of one leg pair in DynamoDB's own form; ``fen`` more on one side unbalances it."""
    legs = [("wechat", 100 + fen), ("suspense", -100)]
    typed = [{"M": {"account": {"S": account}, "fen": {"N": str(amount)}}} for account, amount in legs]
    entry = {"source": {"S": f"by hand {number}"}, "kind": {"S": "transfer"}, "legs": {"L": typed}}
    body = {"id": {"S": f"pst_{number}"}, "book": {"S": "est_1"}, "month": {"S": "2026-11"}, "entry": {"M": entry}}
    key = {"pk": {"S": "LEDGER#est_1#2026-11"}, "sk": {"S": f"POSTING#pst_{number}"}}
    return {**key, "kind": {"S": "posting"}, "body": {"M": body}}


def test_a_rehearsal_restores_beside_the_table_proves_and_cleans_up(capsys: pytest.CaptureFixture[str]) -> None:
    client = FakeDynamoDB([stored(1), stored(2)])
    at = instant("2026-11-25T09:30")
    assert at.astimezone(UTC) == datetime(2026, 11, 25, 1, 30, tzinfo=UTC), "without a zone it is the time in China"
    assert rehearse(Rehearsal(client, TABLE), at, None, "media", keep=False)
    assert client.names == ["describe", "restore", "wait", "scan", "delete"]
    asked = dict(client.asked)
    assert asked["restore"] == {
        "SourceTableName": TABLE,
        "TargetTableName": f"{TABLE}-rehearsal",
        "RestoreDateTime": at,
        "BillingModeOverride": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexOverride": [],
    }
    # Whatever happens, the table in use is neither read whole nor deleted.
    assert {asked[name]["TableName"] for name in ("wait", "scan", "delete")} == {f"{TABLE}-rehearsal"}
    told = capsys.readouterr().out
    assert "2026-11-25 09:30:00 (China)" in told
    assert "holds  2 postings in 1 books" in told
    assert f"{TABLE}-rehearsal is deleted." in told


def test_a_restored_table_with_a_fault_is_told_and_deleted_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    client = FakeDynamoDB([stored(1), stored(2, fen=1)])
    assert not rehearse(Rehearsal(client, TABLE), None, None, "media", keep=False)
    assert dict(client.asked)["restore"]["RestoreDateTime"] == LAST
    assert "pst_2 of est_1 in 2026-11 does not balance" in capsys.readouterr().out
    assert client.names[-1] == "delete"


def test_a_table_to_be_kept_is_kept() -> None:
    client = FakeDynamoDB([stored(1)])
    assert rehearse(Rehearsal(client, TABLE), None, None, "media", keep=True)
    assert "delete" not in client.names


@pytest.mark.parametrize("at", ["2026-10-19T00:00", "2026-11-25T10:01"])
def test_an_instant_out_of_reach_is_refused_before_anything_is_made(at: str) -> None:
    client = FakeDynamoDB()
    with pytest.raises(CannotRestore, match=r"any second from 2026-10-20 08:00:00 .* to 2026-11-25 10:00:00"):
        rehearse(Rehearsal(client, TABLE), instant(at), None, "media", keep=False)
    assert client.names == ["describe"]


def test_without_recovery_nothing_can_be_restored() -> None:
    with pytest.raises(CannotRestore, match="switched off"):
        rehearse(Rehearsal(FakeDynamoDB(status="DISABLED"), TABLE), None, None, "media", keep=False)


def test_an_earlier_rehearsal_is_not_overwritten_and_not_deleted() -> None:
    client = FakeDynamoDB()
    client.there = True
    with pytest.raises(CannotRestore, match="from an earlier rehearsal"):
        rehearse(Rehearsal(client, TABLE), None, None, "media", keep=False)
    assert client.there


def test_a_restore_that_takes_too_long_says_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    client = FakeDynamoDB()
    client.never_ready = client.busy = True
    with pytest.raises(WaiterError):
        rehearse(Rehearsal(client, TABLE), None, None, "media", keep=False)
    assert "could not be deleted and costs money until it is" in capsys.readouterr().out


@pytest.fixture
def estates(laid: Laid) -> Iterator[str]:
    """A table of its own with the two estates: what other tests leave in the shared one is no books."""
    client, name = boto3.client("dynamodb"), f"operations-{secrets.token_hex(6)}"
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    attributes = [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")]
    client.create_table(TableName=name, KeySchema=keys, AttributeDefinitions=attributes, BillingMode="PAY_PER_REQUEST")
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for item in laid.items:
        typed = {part: to_dynamodb(value) for part, value in item._asdict().items()}
        client.put_item(TableName=name, Item=typed)
    yield name
    client.delete_table(TableName=name)


def test_the_whole_rehearsal_on_the_engine(
    laid: Laid, estates: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The local engine knows point-in-time recovery, though only to the present; calls and files are real ones."""
    client = boto3.client("dynamodb")
    rehearsal = Rehearsal(client, estates)
    assert rehearse(rehearsal, None, boto3.client("s3"), settings.media_bucket, keep=False)
    told = capsys.readouterr().out
    assert f"{len(laid.items)} items read" in told
    assert "1 counted ballots with 3 votes" in told
    tables = client.list_tables()["TableNames"]
    assert rehearsal.target not in tables
    assert estates in tables


def test_a_file_that_is_not_in_the_bucket_is_a_fault(
    estates: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not prove_table(boto3.client("dynamodb"), estates, boto3.client("s3"), settings.uploads_bucket)
    assert "is not in the media bucket" in capsys.readouterr().out


class FakeClients:
    """Hands out clients by name, as boto3 does."""

    def __init__(self, dynamodb: FakeDynamoDB) -> None:
        self.dynamodb = dynamodb
        self.regions: set[str] = set()

    def client(self, name: str, region_name: str) -> Any:
        self.regions.add(region_name)
        return self.dynamodb if name == "dynamodb" else self

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "111122223333"}


def test_the_command_ends_non_zero_on_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = FakeDynamoDB([stored(1)]), FakeDynamoDB([stored(1, fen=1)])
    command = ["--stage", "prod", "--region", "cn-northwest-1"]
    clients = FakeClients(good)
    monkeypatch.setattr(restore, "boto3", clients)
    restore.main(command)
    assert clients.regions == {"cn-northwest-1"}
    assert capsys.readouterr().out.endswith("Everything holds.\n")
    monkeypatch.setattr(restore, "boto3", FakeClients(bad))
    with pytest.raises(SystemExit, match="does not hold"):
        restore.main(command)
    monkeypatch.setattr(restore, "boto3", FakeClients(FakeDynamoDB(status="DISABLED")))
    with pytest.raises(SystemExit, match="switched off"):
        restore.main(command)


def test_a_table_can_be_proved_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    client = FakeDynamoDB([stored(1)])
    monkeypatch.setattr(restore, "boto3", FakeClients(client))
    restore.main(["--stage", "prod", "--region", "cn-north-1", "--table", "flowing-property-restored"])
    assert client.asked == [("scan", {"TableName": "flowing-property-restored"})]

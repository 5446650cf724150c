"""Rehearse a restore: `python -m infra.restore --stage prod --region cn-northwest-1 [--at 2026-11-25T10:00]`.

The table is brought back to an instant under another name, read whole, and proved: ledgers balance, receipts have no
gaps, counted ballots verify (infra/proving.py). The table in use is not touched. docs/operations.md says when to do it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.proving import prove, read_table, tell
from infra.proving_ballots import Ballots
from infra.proving_books import Held, Months, Postings
from infra.proving_payments import Payments, Receipts
from miniprogram_api.kernel.clock import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.proving import Proof

LOOK_EVERY_SECONDS = 30
LONGEST_HOURS = 8
"""A restore takes from some twenty minutes to hours, by the size of the table."""


class CannotRestore(Exception):
    """There is no such table, or no such instant to go back to; the text is for a person."""


@dataclass(frozen=True)
class Rehearsal:
    """One restore of a stage's table beside it, and what becomes of it."""

    client: Any
    table: str

    @property
    def target(self) -> str:
        """The name of the restored table."""
        return f"{self.table}-rehearsal"

    def begin(self, at: datetime | None) -> datetime:
        """Begin to restore to an instant, or to the latest there is; return the instant.

        Raises:
            CannotRestore: point-in-time recovery is off, does not reach back that far, or a rehearsal is there already.
        """
        state = self.client.describe_continuous_backups(TableName=self.table)["ContinuousBackupsDescription"]
        recovery = state["PointInTimeRecoveryDescription"]
        if recovery["PointInTimeRecoveryStatus"] != "ENABLED":
            raise CannotRestore(f"Point-in-time recovery of {self.table} is switched off: nothing can be restored.")
        first, last = recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"]
        at = at or last
        if not first <= at <= last:
            raise CannotRestore(f"{self.table} can be brought back to any second from {_told(first)} to {_told(last)}.")
        try:
            self.client.restore_table_to_point_in_time(
                SourceTableName=self.table,
                TargetTableName=self.target,
                RestoreDateTime=at,
                BillingModeOverride="PAY_PER_REQUEST",
                # The proofs read the table itself: an index would only take longer and cost more.
                GlobalSecondaryIndexOverride=[],
            )
        except self.client.exceptions.TableAlreadyExistsException:
            raise CannotRestore(
                f"{self.target} is there from an earlier rehearsal. Prove it with --table {self.target}, or delete it: "
                f"aws dynamodb delete-table --table-name {self.target}"
            ) from None
        return at

    def wait(self) -> None:
        """Wait until it is restored.

        Raises:
            WaiterError: it took too long, or the table is gone.
        """
        tries = LONGEST_HOURS * 3600 // LOOK_EVERY_SECONDS
        wait = {"Delay": LOOK_EVERY_SECONDS, "MaxAttempts": tries}
        self.client.get_waiter("table_exists").wait(TableName=self.target, WaiterConfig=wait)

    def discard(self) -> str:
        """Delete the restored table; return a sentence on what became of it."""
        try:
            self.client.delete_table(TableName=self.target)
        except ClientError as failure:
            # While it is being restored, it cannot be deleted.
            return f"{self.target} could not be deleted and costs money until it is: {failure}"
        return f"{self.target} is deleted."


def prove_table(client: Any, table: str, s3: Any, bucket: str) -> bool:
    """Read a whole table and prove it against the files in the media bucket; print every fault.

    Returns:
        Whether everything holds.
    """

    def fetch(key: str) -> bytes | None:
        try:
            content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        return content

    proofs: list[Proof] = [Postings(), Months(), Held(), Payments(), Receipts(), Ballots(fetch)]
    return tell(prove(read_table(client, table), proofs))


def instant(text: str) -> datetime:
    """Read an instant; without a zone it is the time in China.

    Raises:
        ValueError: it is none.
    """
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=SHANGHAI)


def main(arguments: Sequence[str] | None = None) -> None:
    """Restore, prove, clean up; end non-zero when anything does not hold."""
    given = _parser().parse_args(arguments)
    table = f"flowing-property-{given.stage}"
    try:
        clients = {name: boto3.client(name, region_name=given.region) for name in ("dynamodb", "s3", "sts")}
        account = clients["sts"].get_caller_identity()["Account"]
        bucket = f"flowing-property-{given.stage}-media-{account}-{given.region}"
        if given.table:
            holds = prove_table(clients["dynamodb"], given.table, clients["s3"], bucket)
        else:
            holds = rehearse(Rehearsal(clients["dynamodb"], table), given.at, clients["s3"], bucket, keep=given.keep)
    except (CannotRestore, BotoCoreError, ClientError, WaiterError) as failure:
        sys.exit(f"The rehearsal stopped: {failure}")
    if not holds:
        sys.exit("Something in the table does not hold: see the faults above.")
    print("Everything holds.")


def rehearse(rehearsal: Rehearsal, at: datetime | None, s3: Any, bucket: str, *, keep: bool) -> bool:
    """Restore the table beside itself, prove it, and delete it again unless it is to be kept; whether all holds.

    Raises:
        CannotRestore: nothing was restored, and nothing is deleted.
        WaiterError: it took too long or failed.
    """
    at = rehearsal.begin(at)
    print(f"{rehearsal.target} becomes what {rehearsal.table} was at {_told(at)}: this takes from minutes to hours.")
    try:
        rehearsal.wait()
        return prove_table(rehearsal.client, rehearsal.target, s3, bucket)
    finally:
        if not keep:
            print(rehearsal.discard())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Rehearse a restore, and prove what was restored.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--at", type=instant, help="such as 2026-11-25T10:00, time in China; else the latest")
    parser.add_argument("--keep", action="store_true", help="leave the restored table where it is")
    parser.add_argument("--table", help="restore nothing: prove this table as it stands, and delete nothing")
    return parser


def _told(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} (China)"


if __name__ == "__main__":
    main()

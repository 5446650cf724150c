"""The places events come from: the stream, queues, the uploads bucket, other functions. Each delivers as AWS would.

A source's `deliver(wait)` handles one batch, waiting up to `wait` seconds for it, and says how many records it moved on
or tried; 0 means that nothing was waiting.
"""

import base64
import json
import logging
import threading
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote_plus

from botocore.exceptions import ClientError

from local.deployment import BucketEvent, CallEvent, QueueEvent, StreamEvent
from local.engine import REGION
from local.invocation import Invoke
from local.lambda_endpoint import LambdaEndpoint
from local.positions import Positions

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
POLL_SECONDS = 0.5
ASYNCHRONOUS_ATTEMPTS = 3
"""An asynchronous invocation is tried once and then twice more."""


class Source(Protocol):
    """What the pump asks of a place events come from."""

    name: str

    def deliver(self, wait: float) -> int:
        """Handle one batch; 0 when nothing came within `wait` seconds."""
        ...


class SetAside(Protocol):
    """Where a record goes that no retry could help, together with the function and the reason."""

    def __call__(self, function: str, record: Any, reason: str) -> None:
        """Keep the record where a person finds it."""
        ...


def failed_records(answer: Any, identifiers: list[str]) -> set[str]:
    """The identifiers a function reports as failed.

    An identifier that was never sent, or an empty one, fails the whole batch, as on AWS.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    failures = (answer or {}).get("batchItemFailures") or []
    reported = {failure.get("itemIdentifier") for failure in failures}
    return reported if reported <= set(identifiers) else set(identifiers)


class StreamSource:
    """A table's stream: in order, one batch at a time, held up by a failing record until its attempts are used up."""

    def __init__(
        self, event: StreamEvent, dynamodb: Any, streams: Any, invoke: Invoke, positions: Positions, set_aside: SetAside
    ) -> None:
        self.name = f"stream:{event.table}"
        self._event = event
        self._streams = streams
        self._invoke = invoke
        self._positions = positions
        self._set_aside = set_aside
        self._arn = dynamodb.describe_table(TableName=event.table)["Table"]["LatestStreamArn"]
        self._shard = streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"][0]["ShardId"]
        # The engine forgets its stream when it stops, so what it had left was kept and comes before anything read now.
        self._batch: list[dict[str, Any]] = positions.get(f"{self.name}:kept", [])
        self._kept = len(self._batch)
        self._last_read: str | None = positions.get(f"{self.name}:after")
        self._iterator: str | None = None
        self._one_by_one = False
        self._attempts = 0

    def deliver(self, wait: float) -> int:
        """Deliver up to one batch and advance to the first record that failed."""
        if not self._batch:
            self._batch = self._read()
        if not self._batch:
            if wait:
                _PAUSE.wait(min(wait, POLL_SECONDS))  # a stream has no long poll
            return 0
        batch = self._batch[: 1 if self._one_by_one else self._event.batch_size]
        done = self._succeeded(batch)
        if done:
            self._one_by_one = False
            self._advance(batch[:done])
        elif len(batch) > 1:
            self._one_by_one = True
        else:
            self._count_failure(batch[0])
        if wait and done < len(batch):
            _PAUSE.wait(RETRY_SECONDS)
        return len(batch)

    def pass_over(self) -> None:
        """Begin with what is written from now on; what waits now is not delivered."""
        self._batch, self._kept = [], 0
        where = {"StreamArn": self._arn, "ShardId": self._shard, "ShardIteratorType": "LATEST"}
        self._iterator = str(self._streams.get_shard_iterator(**where)["ShardIterator"])

    def keep_undelivered(self) -> None:
        """Remember what is on the stream but not delivered, before the engine stops and forgets it."""
        while records := self._read():
            self._batch += records
        self._kept = len(self._batch)
        self._positions.remember(f"{self.name}:kept", self._batch)
        self._positions.remember(f"{self.name}:after", self._last_read)

    def _succeeded(self, batch: list[dict[str, Any]]) -> int:
        """How many records, from the first on, need not be delivered again."""
        identifiers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        try:
            failed = failed_records(self._invoke(self._event.function, {"Records": batch}), identifiers)
        except Exception:
            log.exception("%s failed on %d stream records", self._event.function, len(batch))
            return 0
        return min((identifiers.index(one) for one in failed), default=len(batch))

    def _advance(self, delivered: list[dict[str, Any]]) -> None:
        self._attempts = 0
        self._batch = self._batch[len(delivered) :]
        if self._kept:
            self._kept = max(0, self._kept - len(delivered))
            self._positions.remember(f"{self.name}:kept", self._batch[: self._kept])
        if not self._kept:
            self._positions.remember(f"{self.name}:after", delivered[-1]["dynamodb"]["SequenceNumber"])

    def _count_failure(self, record: dict[str, Any]) -> None:
        self._attempts += 1
        if self._attempts >= self._event.attempts:
            self._set_aside(self._event.function, record, f"failed {self._attempts} times")
            self._advance([record])

    def _read(self) -> list[dict[str, Any]]:
        if self._iterator is None:
            self._iterator = self._open()
        try:
            page = self._streams.get_records(ShardIterator=self._iterator)
        except ClientError as failure:
            if failure.response["Error"]["Code"] != "ExpiredIteratorException":
                raise
            self._iterator = None  # nobody read for 15 minutes
            return self._read()
        self._iterator = page.get("NextShardIterator")
        records = [self._as_lambda_sees_it(record) for record in page["Records"]]
        if records:
            self._last_read = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    def _open(self) -> str:
        where = {"StreamArn": self._arn, "ShardId": self._shard}
        if self._last_read is not None:
            try:
                answer = self._streams.get_shard_iterator(
                    **where, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=self._last_read
                )
                return str(answer["ShardIterator"])
            except ClientError as failure:
                # The engine was restarted and its stream is a new one: everything on it is newer than our position.
                if failure.response["Error"]["Code"] != "TrimmedDataAccessException":
                    raise
        return str(self._streams.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")["ShardIterator"])

    def _as_lambda_sees_it(self, record: dict[str, Any]) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(json.dumps(record, default=_as_json))
        return plain | {"eventSourceARN": self._arn}


class QueueSource:
    """A queue: any order, each message on its own; the queue itself moves what failed too often to its dead letters."""

    def __init__(self, event: QueueEvent, sqs: Any, invoke: Invoke) -> None:
        self.name = f"queue:{event.queue.rpartition('/')[2]}"
        self._event = event
        self._sqs = sqs
        self._invoke = invoke
        attributes = sqs.get_queue_attributes(QueueUrl=event.queue, AttributeNames=["QueueArn"])["Attributes"]
        self._arn = attributes["QueueArn"]

    def deliver(self, wait: float) -> int:
        """Deliver up to one batch; what failed comes again, at once when nobody waits, else after a pause."""
        messages = self._sqs.receive_message(
            QueueUrl=self._event.queue,
            MaxNumberOfMessages=self._event.batch_size,
            WaitTimeSeconds=int(wait),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return 0
        failed = self._failed(messages)
        for message in messages:
            handle = {"QueueUrl": self._event.queue, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                self._sqs.change_message_visibility(**handle, VisibilityTimeout=RETRY_SECONDS if wait else 0)
            else:
                self._sqs.delete_message(**handle)
        return len(messages)

    def _failed(self, messages: list[dict[str, Any]]) -> set[str]:
        identifiers = [message["MessageId"] for message in messages]
        try:
            answer = self._invoke(self._event.function, {"Records": [self._record(message) for message in messages]})
        except Exception:
            log.exception("%s failed on %d messages", self._event.function, len(messages))
            return set(identifiers)
        return failed_records(answer, identifiers)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {key[0].lower() + key[1:]: _as_json_value(value) for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }


class BucketSource:
    """Objects put under a prefix, found by listing: the engine announces an object only some time after it is there."""

    def __init__(self, event: BucketEvent, s3: Any, invoke: Invoke, positions: Positions, set_aside: SetAside) -> None:
        self.name = f"bucket:{event.bucket}"
        self._event = event
        self._s3 = s3
        self._invoke = invoke
        self._positions = positions
        self._set_aside = set_aside
        self._attempts: dict[str, int] = {}
        self._delivered: dict[str, str] = positions.get(self.name, {})

    def deliver(self, wait: float) -> int:
        """Deliver the oldest object nobody has handled yet, one object to one event as S3 does."""
        waiting = self._waiting()
        if not waiting:
            if wait:
                _PAUSE.wait(min(wait, POLL_SECONDS))
            return 0
        entry = waiting[0]
        key = entry["Key"]
        try:
            self._invoke(self._event.function, {"Records": [self._record(entry)]})
        except Exception as failure:
            log.exception("%s failed on %s", self._event.function, key)
            self._attempts[key] = self._attempts.get(key, 0) + 1
            if self._attempts[key] < ASYNCHRONOUS_ATTEMPTS:
                return 1
            self._set_aside(self._event.function, self._record(entry), repr(failure))
        self._attempts.pop(key, None)
        self._delivered[key] = _version(entry)
        self._positions.remember(self.name, self._delivered)
        return 1

    def _waiting(self) -> list[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._event.bucket, Prefix=self._event.prefix)
        objects = [entry for page in pages for entry in page.get("Contents", [])]
        present = {entry["Key"] for entry in objects}
        self._delivered = {key: version for key, version in self._delivered.items() if key in present}
        waiting = [entry for entry in objects if self._delivered.get(entry["Key"]) != _version(entry)]
        return sorted(waiting, key=lambda entry: (entry["LastModified"], entry["Key"]))

    def _record(self, entry: dict[str, Any]) -> dict[str, Any]:
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": entry["LastModified"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "eventName": "ObjectCreated:Post",
            "s3": {
                "s3SchemaVersion": "1.0",
                "bucket": {"name": self._event.bucket, "arn": f"arn:aws:s3:::{self._event.bucket}"},
                # S3 writes keys into events as a form would; readers must undo it.
                "object": {
                    "key": quote_plus(entry["Key"], safe="/"),
                    "size": entry["Size"],
                    "eTag": entry["ETag"].strip('"'),
                },
            },
        }


class CallSource:
    """What other functions asked a function to do: one after the other, each tried as often as Lambda tries it."""

    def __init__(
        self, event: CallEvent, endpoint: LambdaEndpoint, invoke: Invoke, positions: Positions, set_aside: SetAside
    ) -> None:
        self.name = f"calls:{event.function}"
        self._event = event
        self._endpoint = endpoint
        self._invoke = invoke
        self._positions = positions
        self._set_aside = set_aside
        self._attempts = 0
        for work in positions.get(self.name, []):
            endpoint.take_in(event.name, work)

    def deliver(self, wait: float) -> int:
        """Have the function do what has waited longest."""
        work = self._endpoint.first(self._event.name, wait)
        if work is None:
            return 0
        try:
            self._invoke(self._event.function, work)
        except Exception as failure:
            log.exception("%s failed on %s", self._event.function, work)
            self._attempts += 1
            if self._attempts < ASYNCHRONOUS_ATTEMPTS:
                if wait:
                    _PAUSE.wait(RETRY_SECONDS)
                return 1
            self._set_aside(self._event.function, work, repr(failure))
        self._attempts = 0
        self._endpoint.done(self._event.name)
        return 1

    def keep_undelivered(self) -> None:
        """Remember what waits before its place is gone: the sweep would not find all of it again."""
        self._positions.remember(self.name, self._endpoint.all_waiting(self._event.name))


_PAUSE = threading.Event()


def _version(entry: dict[str, Any]) -> str:
    return f"{entry['ETag']} {entry['LastModified'].isoformat()}"


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} in a stream record")


def _as_json_value(value: Any) -> Any:
    return _as_json(value) if isinstance(value, bytes | datetime) else value

"""The one DynamoDB table: reads of typed things, and the commit of a business act."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.operand import Path
from pynamodb.transactions import TransactWrite

from miniprogram_api.kernel.errors import Problem, Unavailable
from miniprogram_api.kernel.page import Page
from miniprogram_api.storage.kinds import Key, Kind
from miniprogram_api.storage.row import INDEXES, Row, row_model, to_dynamodb
from miniprogram_api.storage.transaction import (
    MAXIMUM_PARTS,
    Add,
    Change,
    Part,
    Remove,
    Require,
    Transaction,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pynamodb.connection import Connection
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from miniprogram_api.storage.aws import Aws
    from miniprogram_api.storage.cursor import CursorSigner

E = TypeVar("E")

_TRIES = 4
_WAIT_SECONDS = 0.05
_SILENT = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""Answers that mean "not now" although they come as a client's error; those of the server are known by their status."""
_AGAIN = frozenset(
    {"TransactionConflict", "TransactionConflictException", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
"""Two acts met on one item (the first for a transaction, the second for a single write), or a part was throttled."""


class StoreUnavailable(Unavailable):
    """The table did not answer, or two acts kept meeting on one item; nothing was changed."""

    code = "store_unavailable"


class Table:
    """Typed access to the table. Reads are strongly consistent unless they go through an index (which cannot be)."""

    def __init__(self, name: str, region: str, cursors: CursorSigner, aws: Aws) -> None:
        self._row = row_model(name, region)
        # PynamoDB would make a session of its own; the client it makes of this one serves all threads.
        self._connection._local.session = aws.session
        self._cursors = cursors

    def prime(self) -> None:
        """Create the client now, so that a cold start pays for it during initialisation."""
        _ = self._connection.client

    def client_events(self) -> Any:
        """Return the event system of the client beneath, for those who count or disturb its calls."""
        return self._connection.client.meta.events

    @property
    def _connection(self) -> Connection:
        return self._row._get_connection().connection

    def find(self, kind: Kind[E], key: Key) -> E | None:
        """Return the thing at the key, or None."""
        with _answering():
            try:
                row = self._row.get(key.pk, key.sk, consistent_read=True)
            except self._row.DoesNotExist:
                return None
        return kind.entity_of(row.body) if row.kind == kind.name else None

    def find_rows(self, keys: Iterable[Key]) -> dict[Key, tuple[str, dict[str, Any]]]:
        """Return what exists at up to 100 keys, in one round trip: key -> (kind name, fields).

        Raises:
            StoreUnavailable: the table kept leaving keys unread.
        """
        found: dict[Key, tuple[str, dict[str, Any]]] = {}
        waiting: list[Any] = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in dict.fromkeys(keys)]
        for attempt in range(_TRIES):
            if not waiting:
                return found
            _pause_before(attempt)
            # PynamoDB's own loop asks again for what was left unread at once and without end.
            with _answering():
                answer = self._row._get_connection().batch_get_item(waiting, consistent_read=True)
            rows = [self._row.from_raw_data(item) for item in answer["Responses"].get(self._row.Meta.table_name, [])]
            found |= {Key(row.pk, row.sk): (row.kind, row.body) for row in rows}
            waiting = answer["UnprocessedKeys"].get(self._row.Meta.table_name, {}).get("Keys", [])
        if waiting:
            raise StoreUnavailable
        return found

    def find_all(self, kind: Kind[E], keys: Iterable[Key]) -> dict[Key, E]:
        """Return the things of one kind at the keys, one round trip a hundred."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, E] = {}
        for start in range(0, len(wanted), 100):
            rows = self.find_rows(wanted[start : start + 100])
            found |= {key: kind.entity_of(body) for key, (name, body) in rows.items() if name == kind.name}
        return found

    def page(
        self,
        kind: Kind[E],
        pk: str,
        *,
        index: str | None = None,
        prefix: str | None = None,
        between: tuple[str, str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page[E]:
        """Return one page of the things of a kind in one partition (of an index), by sort key: one query.

        Raises:
            CursorStale: the cursor was not made by this very list.
        """
        name = f"{index}|{pk}|{prefix}|{between}|{newest_first}"
        start = None if cursor is None else {k: {"S": v} for k, v in self._cursors.read(name, cursor).items()}
        # One more than shown tells whether the list goes on; the store itself would say so of a page that is just full.
        rows = self._query(pk, index, prefix, between, limit + 1, start, newest_first)
        things = tuple(kind.entity_of(row.body) for row in rows[:limit] if row.kind == kind.name)
        if len(rows) <= limit:
            return Page(things)
        names = ("pk", "sk") if index is None else ("pk", "sk", f"{index}pk", f"{index}sk")
        return Page(things, self._cursors.write(name, {key: getattr(rows[limit - 1], key) for key in names}))

    def all_of(
        self,
        kind: Kind[E],
        pk: str,
        *,
        index: str | None = None,
        prefix: str | None = None,
        between: tuple[str, str] | None = None,
    ) -> list[E]:
        """Return every thing of a kind in one partition; only for collections whose size is bounded by their nature."""
        return [
            kind.entity_of(body)
            for name, body in self.collection(pk, index=index, prefix=prefix, between=between)
            if name == kind.name
        ]

    def collection(
        self,
        pk: str,
        *,
        index: str | None = None,
        prefix: str | None = None,
        between: tuple[str, str] | None = None,
    ) -> list[tuple[str, dict[str, Any]]]:
        """Return (kind name, fields) of everything in one partition, whatever its kind, reading all its pages."""
        return [(row.kind, row.body) for row in self._query(pk, index, prefix, between)]

    def count(self, pk: str, *, index: str | None = None, prefix: str | None = None) -> int:
        """Return how many items a partition holds below the prefix, without reading them out."""
        source: Any = self._row if index is None else getattr(self._row, f"by_{index}")
        with _answering():
            return int(source.count(pk, _range(self._row, index, prefix, None), consistent_read=index is None))

    def commit(self, act: Transaction) -> None:
        """Write all parts of the act, or none.

        Raises:
            Problem: the ``otherwise`` of the first part whose condition does not hold.
            StoreUnavailable: the table did not answer or other acts kept colliding; trying again is right.
        """
        if not act.parts:
            return
        if len(act.parts) > MAXIMUM_PARTS:
            raise ValueError(f"{len(act.parts)} parts in one act; cut the job so that each piece has at most 100")
        if len({part.key for part in act.parts}) < len(act.parts):
            raise ValueError(f"{act.verb}: two parts on one item; one act says all of an item in one part")
        for attempt in range(_TRIES):
            _pause_before(attempt)
            refused = self._try(act)
            if refused is None:
                return
            if isinstance(refused, Problem):
                raise refused
        raise StoreUnavailable

    def _try(self, act: Transaction) -> Problem | str | None:
        """Write once; return None when done, the outcome of the refusing part, or the name of a passing collision."""
        # PynamoDB sends checks, deletes, puts and updates in this order, and the reasons come back in it.
        ordered = [
            *(part for part in act.parts if isinstance(part, Require)),
            *(part for part in act.parts if isinstance(part, Remove)),
            *(part for part in act.parts if isinstance(part, Add)),
            *(part for part in act.parts if isinstance(part, Change)),
        ]
        try:
            with _answering():
                if len(ordered) == 1 and isinstance(ordered[0], Add | Change):
                    return self._write_one(ordered[0], act)
                with TransactWrite(connection=self._connection) as write:
                    for part in ordered:
                        self._collect(write, part, act)
        except TransactWriteError as error:
            codes = [None if reason is None else reason.code for reason in error.cancellation_reasons]
            refused = {id(part) for part, code in zip(ordered, codes, strict=False) if code == "ConditionalCheckFailed"}
            for part in act.parts:
                if id(part) in refused:
                    return part.otherwise
            passing = next((code for code in codes if code in _AGAIN), None)
            if passing is None and _code_of(error) not in _AGAIN:
                raise
            return passing or "TransactionConflict"
        return None

    def _write_one(self, part: Add | Change, act: Transaction) -> Problem | str | None:
        """A single write needs no transaction and costs half."""
        row = self._at(part.key)
        try:
            if isinstance(part, Add):
                self._filled(row, part, act).save(condition=self._row.pk.does_not_exist())
            else:
                row.update(actions=self._actions(part, act), condition=self._condition(part))
        except (PutError, UpdateError) as error:
            code = _code_of(error)
            if code == "ConditionalCheckFailedException":
                return None if _was_sent_again(error) and self._stands(part, act) else part.otherwise
            if code in _AGAIN:
                return code
            raise
        return None

    def _stands(self, part: Add | Change, act: Transaction) -> bool:
        """Say whether the item is as this very act leaves it.

        A transaction carries a token by which DynamoDB knows it again; a single write that was carried out while its
        answer got lost, and that the client then sent again, is refused by the condition it made untrue itself.
        """
        try:
            row = self._row.get(part.key.pk, part.key.sk, consistent_read=True)
        except self._row.DoesNotExist:
            return False
        written = part.body if isinstance(part, Add) else part.assign
        ours = (row.touched_by, row.touched_at, row.verb) == (act.by, act.at.isoformat(), act.verb)
        return ours and all(row.body.get(name) == value for name, value in written.items())

    def _collect(self, write: TransactWrite, part: Part, act: Transaction) -> None:
        match part:
            case Require():
                condition = self._condition(part)
                write.condition_check(self._row, part.key.pk, part.key.sk, condition=condition)
            case Remove():
                write.delete(self._at(part.key), condition=self._row.pk.exists())
            case Add():
                write.save(self._filled(self._at(part.key), part, act), condition=self._row.pk.does_not_exist())
            case Change():
                write.update(self._at(part.key), actions=self._actions(part, act), condition=self._condition(part))

    def _at(self, key: Key) -> Row:
        return self._row(key.pk, key.sk)

    def _filled(self, row: Row, part: Add, act: Transaction) -> Row:
        row.kind, row.body, row.expires_at = part.kind, dict(part.body), part.expires_at
        row.touched_by, row.touched_at, row.verb = act.by, act.at.isoformat(), act.verb
        for name, key in part.indexes.items():
            setattr(row, f"{name}pk", key.pk)
            setattr(row, f"{name}sk", key.sk)
        return row

    def _actions(self, part: Change, act: Transaction) -> list[Action]:
        row = self._row
        stamps = ((row.touched_by, act.by), (row.touched_at, act.at.isoformat()), (row.verb, act.verb))
        actions: list[Action] = [attribute.set(value) for attribute, value in stamps]
        for name, key in part.indexes.items():
            actions += [getattr(row, f"{name}pk").set(key.pk), getattr(row, f"{name}sk").set(key.sk)]
        actions += [self._field(name).set(to_dynamodb(value)) for name, value in part.assign.items()]
        actions += [self._field(name).remove() for name in part.remove]
        if part.count_up:
            actions.append(self._field("version").set((self._field("version") | {"N": "0"}) + {"N": "1"}))
        if part.expiry_moves:
            actions.append(row.expires_at.remove() if part.expires_at is None else row.expires_at.set(part.expires_at))
        for name in part.stale_indexes:
            actions += [getattr(row, f"{name}pk").remove(), getattr(row, f"{name}sk").remove()]
        return actions

    def _condition(self, part: Change | Require) -> Condition:
        condition: Condition = self._row.pk.exists()
        for name, value in part.expected.items():
            field = self._field(name)
            condition &= field.does_not_exist() if value is None else field == to_dynamodb(value)
        return condition

    def _field(self, name: str) -> Path:
        return Path(["body", name])

    def _query(
        self,
        pk: str,
        index: str | None,
        prefix: str | None,
        between: tuple[str, str] | None,
        limit: int | None = None,
        start: dict[str, Any] | None = None,
        newest_first: bool = False,
    ) -> list[Row]:
        if index is not None and index not in INDEXES:
            raise ValueError(f"no index {index}")
        source: Any = self._row if index is None else getattr(self._row, f"by_{index}")
        with _answering():
            found = source.query(
                pk,
                _range(self._row, index, prefix, between),
                consistent_read=index is None,
                scan_index_forward=not newest_first,
                limit=limit,
                page_size=limit,
                last_evaluated_key=start,
            )
            return list(found)


def _range(row: type[Row], index: str | None, prefix: str | None, between: tuple[str, str] | None) -> Condition | None:
    sort_key: Any = row.sk if index is None else getattr(row, f"{index}sk")
    if between is not None:
        condition: Condition = sort_key.between(*between)
        return condition
    if prefix is not None:
        starting: Condition = sort_key.startswith(prefix)
        return starting
    return None


@contextmanager
def _answering() -> Iterator[None]:
    """Turn "the table did not answer" into an outcome of ours; refusals pass through untouched."""
    try:
        yield
    except PynamoDBException as error:
        silent = _code_of(error) in _SILENT or _answer_of(error).get("HTTPStatusCode", 0) >= 500
        if silent or isinstance(error.cause, BotoCoreError):
            raise StoreUnavailable from error
        raise
    except BotoCoreError as error:
        raise StoreUnavailable from error


def _code_of(error: PynamoDBException) -> str:
    """Return DynamoDB's error code, or nothing; PynamoDB's own property breaks on a timeout, which has no answer."""
    return str(error.cause.response["Error"]["Code"]) if isinstance(error.cause, ClientError) else ""


def _answer_of(error: PynamoDBException) -> dict[str, Any]:
    """Return botocore's facts of the HTTP answer behind an error; PynamoDB keeps them only in the original."""
    original = error.cause.__cause__ if error.cause is not None else None
    facts: dict[str, Any] = original.response["ResponseMetadata"] if isinstance(original, ClientError) else {}
    return facts


def _was_sent_again(error: PynamoDBException) -> bool:
    """Say whether the client sent the request more than once before this answer came."""
    return int(_answer_of(error).get("RetryAttempts", 0)) > 0


def _pause_before(attempt: int) -> None:
    """Wait before every try but the first: about 0.1, 0.2, 0.4 seconds, spread so that two who met part ways."""
    if attempt:
        time.sleep(_WAIT_SECONDS * 2 ** (attempt - 1) * (1 + random.random()))  # noqa: S311  spread, not secrecy

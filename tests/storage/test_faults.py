"""What DynamoDB may answer and no engine does: collisions, throttling, silence, answers lost after the write."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from miniprogram_api.kernel.errors import Conflict, Unavailable
from miniprogram_api.storage.table import StoreUnavailable
from tests.storage.faults import answering, bodies, failing, losing_answers, meeting
from tests.storage.notes import NOTE, Note, Refused, act_of, fresh_book, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from miniprogram_api.storage.table import Table
    from miniprogram_api.storage.transaction import Transaction

URL = "http://table.invalid"
TIMEOUTS = [
    ConnectTimeoutError(endpoint_url=URL),
    ReadTimeoutError(endpoint_url=URL),
    EndpointConnectionError(endpoint_url=URL),
]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's and our own pauses between tries are not what is tested here."""
    monkeypatch.setattr("miniprogram_api.storage.table._WAIT_SECONDS", 0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)


def two_notes(book: str) -> Transaction:
    act = act_of()
    act.add(NOTE, Note(book, "n1"), otherwise=Refused(1))
    act.add(NOTE, Note(book, "n2"), otherwise=Refused(2))
    return act


def one_note(book: str) -> Transaction:
    act = act_of()
    act.add(NOTE, Note(book, "n1"), otherwise=Refused(1))
    return act


def conflict(*reasons: str) -> object:
    return answering("TransactionCanceledException", reasons=list(reasons))


def test_two_acts_that_met_are_tried_again_until_one_is_through(table: Table) -> None:
    book = fresh_book()
    with meeting(table, conflict("TransactionConflict", "None"), conflict("None", "TransactionConflict")) as seen:
        table.commit(two_notes(book))
    assert len(seen) == 3
    assert len({body["ClientRequestToken"] for body in bodies(seen)}) == 3, "a cancelled act is asked for anew"
    assert len(table.all_of(NOTE, key_of(book, "").pk)) == 2


def test_a_single_write_that_met_a_transaction_is_tried_again(table: Table) -> None:
    book = fresh_book()
    with meeting(table, answering("TransactionConflictException")) as seen:
        table.commit(one_note(book))
    assert len(seen) == 2
    assert table.find(NOTE, key_of(book, "n1")) is not None


@pytest.mark.parametrize("make", [one_note, two_notes])
def test_acts_that_keep_meeting_end_as_unavailable(table: Table, make: Callable[[str], Transaction]) -> None:
    book = fresh_book()
    code = "TransactionConflictException" if make is one_note else "TransactionCanceledException"
    reasons = None if make is one_note else ["TransactionConflict", "None"]
    with meeting(table, *[answering(code, reasons=reasons)] * 20) as seen, pytest.raises(StoreUnavailable):
        table.commit(make(book))
    assert len(seen) == 4
    assert table.all_of(NOTE, key_of(book, "").pk) == []


@pytest.mark.parametrize(
    "reasons",
    [
        ("TransactionConflict", "ConditionalCheckFailed"),
        ("ConditionalCheckFailed", "TransactionConflict"),
        ("ConditionalCheckFailed", "ConditionalCheckFailed"),
        ("ThrottlingError", "ConditionalCheckFailed"),
    ],
)
def test_a_refusal_among_collisions_is_a_refusal(table: Table, reasons: tuple[str, str]) -> None:
    with meeting(table, conflict(*reasons)) as seen, pytest.raises(Refused) as refused:
        table.commit(two_notes(fresh_book()))
    assert refused.value.number == 1 + reasons.index("ConditionalCheckFailed")
    assert len(seen) == 1


def test_a_cancellation_for_a_fault_of_ours_is_no_outcome(table: Table) -> None:
    with meeting(table, conflict("ValidationError", "None")), pytest.raises(PynamoDBException):
        table.commit(two_notes(fresh_book()))


SILENCE = [
    answering("ThrottlingException"),
    answering("ProvisionedThroughputExceededException"),
    answering("RequestLimitExceeded"),
    answering("TransactionInProgressException"),
    answering("InternalServerError", status=500),
    answering("ServiceUnavailable", status=503),
    answering("SomethingNew", status=502),
    *(failing(error) for error in TIMEOUTS),
]


@pytest.mark.parametrize("silence", SILENCE)
@pytest.mark.parametrize("make", [one_note, two_notes])
def test_silence_to_the_end_is_unavailable(table: Table, silence: object, make: Callable[[str], Transaction]) -> None:
    book = fresh_book()
    with meeting(table, *[silence] * 40), pytest.raises(StoreUnavailable) as ended:
        table.commit(make(book))
    assert isinstance(ended.value, Unavailable)
    assert table.all_of(NOTE, key_of(book, "").pk) == []


@pytest.mark.parametrize("silence", SILENCE)
def test_every_read_ends_as_unavailable_too(table: Table, silence: object) -> None:
    book = fresh_book()
    key = key_of(book, "n1")
    reads: list[Callable[[], object]] = [
        lambda: table.find(NOTE, key),
        lambda: table.find_all(NOTE, [key]),
        lambda: table.page(NOTE, key.pk),
        lambda: table.page(NOTE, key.pk, index="gsi1"),
        lambda: table.all_of(NOTE, key.pk),
        lambda: table.count(key.pk),
    ]
    for read in reads:
        with meeting(table, *[silence] * 20), pytest.raises(StoreUnavailable):
            read()


def test_a_passing_silence_is_not_noticed(table: Table) -> None:
    book = fresh_book()
    with meeting(table, answering("ThrottlingException"), failing(TIMEOUTS[0])):
        table.commit(two_notes(book))
    assert len(table.all_of(NOTE, key_of(book, "").pk)) == 2


# The answer was lost, the write was not


@pytest.mark.parametrize("lost", [1, 2])
def test_a_transaction_whose_answer_is_lost_is_known_again_by_its_token(table: Table, lost: int) -> None:
    book = fresh_book()
    # Whether an engine knows tokens or not, DynamoDB does: what matters is that one was sent throughout.
    with losing_answers(table, lost) as sent, suppress(Refused):
        table.commit(two_notes(book))
    assert len(sent) == lost + 1
    assert len(set(sent)) == 1
    assert b"ClientRequestToken" in sent[0]
    assert len(table.all_of(NOTE, key_of(book, "").pk)) == 2


def test_a_single_addition_whose_answer_is_lost_is_done_and_not_refused(table: Table) -> None:
    book = fresh_book()
    with losing_answers(table, 1) as sent:
        table.commit(one_note(book))
    assert len(sent) == 3, "sent, sent again, and read back to see whose it is"
    assert table.find(NOTE, key_of(book, "n1")) == Note(book, "n1")


def test_a_single_change_whose_answer_is_lost_is_done_once_and_not_refused(table: Table) -> None:
    book = fresh_book()
    table.commit(one_note(book))
    act = act_of("count")
    act.change(NOTE, Note(book, "n1"), Note(book, "n1", amount=1))
    with losing_answers(table, 2) as sent:
        table.commit(act)
    assert len(sent) == 4
    assert table.find(NOTE, key_of(book, "n1")) == Note(book, "n1", amount=1, version=1)


def test_a_lost_answer_does_not_make_somebody_elses_write_ours(table: Table) -> None:
    book = fresh_book()
    theirs = act_of(by="acc_other")
    theirs.add(NOTE, Note(book, "n1"))
    table.commit(theirs)
    with losing_answers(table, 1), pytest.raises(Refused):
        table.commit(one_note(book))


@pytest.mark.parametrize("make", [one_note, two_notes])
def test_an_act_repeated_after_every_answer_was_lost_has_no_second_effect(
    table: Table, make: Callable[[str], Transaction]
) -> None:
    """The crash after the commit: the person is told to try again, and the business key says "already there"."""
    book = fresh_book()
    with losing_answers(table, 3), pytest.raises((StoreUnavailable, Refused)):
        table.commit(make(book))
    before = table.all_of(NOTE, key_of(book, "").pk)
    with pytest.raises(Refused) as already_there:
        table.commit(make(book))
    assert already_there.value.number == 1
    assert table.all_of(NOTE, key_of(book, "").pk) == before


def test_a_counter_repeated_after_a_lost_answer_counts_once(table: Table) -> None:
    book = fresh_book()
    table.commit(one_note(book))
    note = Note(book, "n1")

    def count() -> None:
        act = act_of("count")
        act.change(NOTE, note, replace(note, amount=note.amount + 1))
        table.commit(act)

    with losing_answers(table, 3), pytest.raises(StoreUnavailable):
        count()
    with pytest.raises(Conflict):
        count()
    assert table.find(NOTE, key_of(book, "n1")) == Note(book, "n1", amount=1, version=1)


# Batches


def unread(count: int) -> Callable[[dict[str, object]], None]:
    """Let the answer of the next BatchGetItem leave its last ``count`` keys unread."""
    done: list[bool] = []

    def leave(parsed: dict[str, object], **_: object) -> None:
        if done:
            return
        done.append(True)
        ((name, items),) = parsed["Responses"].items()  # type: ignore[attr-defined]
        left, parsed["Responses"] = items[-count:], {name: items[:-count]}
        parsed["UnprocessedKeys"] = {name: {"Keys": [{"pk": item["pk"], "sk": item["sk"]} for item in left]}}

    return leave


def test_keys_left_unread_are_asked_for_again(table: Table) -> None:
    book = fresh_book()
    act = act_of()
    for number in range(30):
        act.add(NOTE, Note(book, f"n{number}"))
    table.commit(act)
    leave = unread(12)
    table.client_events().register("after-call.dynamodb.BatchGetItem", leave)
    with meeting(table) as seen:
        found = table.find_all(NOTE, [key_of(book, f"n{number}") for number in range(30)])
    table.client_events().unregister("after-call.dynamodb.BatchGetItem", leave)
    assert len(found) == 30
    assert [len(next(iter(body["RequestItems"].values()))["Keys"]) for body in bodies(seen)] == [30, 12]


def test_keys_that_stay_unread_end_as_unavailable(table: Table) -> None:
    key = key_of(fresh_book(), "n1")

    def leave_all(parsed: dict[str, object], **_: object) -> None:
        parsed["UnprocessedKeys"] = {table._row.Meta.table_name: {"Keys": [{"pk": {"S": key.pk}, "sk": {"S": key.sk}}]}}

    table.client_events().register("after-call.dynamodb.BatchGetItem", leave_all)
    with meeting(table) as seen, pytest.raises(StoreUnavailable):
        table.find_all(NOTE, [key])
    table.client_events().unregister("after-call.dynamodb.BatchGetItem", leave_all)
    assert len(seen) == 4

"""The table's stream: in order, any number of times, and a failure holds up what comes after it."""

from __future__ import annotations

import secrets

import pytest

from miniprogram_api import container as composition
from miniprogram_api.kernel.notice import Notice, NoticeKind, Recipient
from miniprogram_api.messaging.rules import MessageState
from miniprogram_api.storage.kinds import Key
from tests.functions.entry_points import entry_point, failed, stream_record
from tests.world import build_world


@pytest.fixture
def follow(container, monkeypatch):
    return entry_point("table_stream", container, monkeypatch)


def a_record(before, after, **how):
    """A write that no notice follows from."""
    identity = how.pop("identity", secrets.token_hex(6))
    return stream_record("operator_claim", f"CLAIM#{identity}", "CLAIM", before, after, **how)


def trail(container, record):
    keys = record["dynamodb"]["Keys"]
    return list(container.audit.history(Key(keys["pk"]["S"], keys["sk"]["S"]), 50, None).items)


def test_the_first_failing_record_and_all_after_it_come_again(follow, container, monkeypatch) -> None:
    records = [a_record(None, {"n": number}) for number in range(5)]
    keep, broken = container.followers._keep_trail, records[2]["dynamodb"]["SequenceNumber"]
    kept: list[str] = []

    def fail_once(written):
        if written.event_id == broken and broken not in kept:
            kept.append(broken)
            raise ConnectionError
        kept.append(written.event_id)
        keep(written)

    monkeypatch.setattr(container.followers, "_keep_trail", fail_once)
    assert failed(follow({"Records": records})) == [broken]
    assert [len(trail(container, record)) for record in records] == [1, 1, 0, 0, 0]
    assert failed(follow({"Records": records[2:]})) == []
    assert [len(trail(container, record)) for record in records] == [1] * 5


def test_delivered_again_nothing_happens_twice(follow, container, inbox, monkeypatch) -> None:
    def tell(_before, _after):
        return (Notice("event-1", NoticeKind.TASK, Recipient(inbox.account_id), "提醒", "请处理", "pages/task/index"),)

    monkeypatch.setitem(composition.NOTICES, "operator_claim", "miniprogram_api.identity.store:notices_of_a_test")
    monkeypatch.setattr("miniprogram_api.identity.store.notices_of_a_test", tell, raising=False)
    record = a_record(None, {"account_id": "acc_1", "claimed_at": "2026-11-22T00:00:00Z"})
    for _ in range(3):
        assert failed(follow({"Records": [record]})) == []
    assert len(trail(container, record)) == 1
    (message,) = inbox.messages
    assert (message.title, message.state) == ("提醒", MessageState.WAITING)


def test_an_empty_batch_is_nothing(follow) -> None:
    assert follow({"Records": []}) == {"batchItemFailures": []}


def test_what_was_really_written_is_what_is_followed(engine, resources, container, tmp_path, monkeypatch) -> None:
    """The engine's own records through the pump: a new estate has its first entry in the trail."""
    from local.pump import Pump

    handler = entry_point("table_stream", container, monkeypatch)

    def invoke(name, event):
        """What other tests wrote is not followed here."""
        mine = [one for one in event["Records"] if estate.id in str(one.get("dynamodb", {}).get("Keys"))]
        return handler({"Records": mine}) if name == "table_stream" else {}

    pump = Pump(engine, resources, tmp_path / "pump.json", invoke)
    pump.pass_over_the_stream()
    estate = build_world(container).estate
    pump.drain()
    (change,) = container.audit.history(Key(f"ESTATE#{estate.id}", "ESTATE"), 10, None).items
    assert (change.kind, change.verb, change.by) == ("estate", "test_setup", "system")
    assert change.fields["name"] == [None, estate.name]


def test_what_nobody_but_a_person_can_settle_sets_off_the_alarm(follow, monkeypatch, capsys) -> None:
    def waits(before, _after):
        return before is None

    monkeypatch.setitem(composition.ALARMS, "operator_claim", "miniprogram_api.identity.store:alarm_of_a_test")
    monkeypatch.setattr("miniprogram_api.identity.store.alarm_of_a_test", waits, raising=False)
    claim = {"account_id": "acc_1", "claimed_at": "2026-11-22T00:00:00Z"}
    assert failed(follow({"Records": [a_record(None, claim), a_record(claim, claim)]})) == []
    assert capsys.readouterr().out.count('"NeedsAPerson":[1.0]') == 1

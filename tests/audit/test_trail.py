"""The trail: who, when, by which act, from which value to which."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest

from miniprogram_api.audit.rules import changed_fields
from miniprogram_api.storage.kinds import Key
from miniprogram_api.storage.stream import read_record
from tests.functions.entry_points import stream_record

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def thing() -> Key:
    return Key(f"ESTATE#{secrets.token_hex(6)}", "ESTATE")


def keep(container, thing, before, after, **how):
    written = read_record(stream_record("estate", *thing, before, after, **how))
    container.audit.keep(written)
    return written


def history(container, thing):
    return list(container.audit.history(thing, 50, None).items)


def test_a_change_says_who_when_what_and_from_which_value(container, thing) -> None:
    keep(
        container,
        thing,
        {"name": "旧名", "floors": 7, "gone": "x", "same": [1, {"a": None}], "version": 3},
        {"name": "新名", "floors": 7, "new": True, "same": [1, {"a": None}], "version": 4},
        by="acc_manager",
        verb="edit_estate",
    )
    (change,) = history(container, thing)
    assert (change.by, change.verb, change.at, change.kind) == ("acc_manager", "edit_estate", NOON, "estate")
    assert change.fields == {"name": ["旧名", "新名"], "gone": ["x", None], "new": [None, True]}


def test_the_newest_change_stands_first_also_within_one_instant(container, thing) -> None:
    for number in range(4):
        keep(container, thing, {"n": number}, {"n": number + 1})
    keep(container, thing, {"n": 4}, {"n": 5}, at="2026-11-22T04:00:00.500000+00:00")
    keep(container, thing, {"n": 5}, {"n": 6}, at="2026-11-22T04:00:01+00:00")
    assert [change.fields["n"] for change in history(container, thing)] == [[n, n + 1] for n in range(5, -1, -1)]


def test_a_change_delivered_twice_is_kept_once(container, thing) -> None:
    written = keep(container, thing, None, {"n": 1})
    container.audit.keep(written)
    assert len(history(container, thing)) == 1


def test_what_was_sealed_stays_sealed(container, thing) -> None:
    old, new = (container.sealer.seal(phone, "phone") for phone in ("13812345678", "13987654321"))
    keep(container, thing, {"phone": old}, {"phone": new})
    (change,) = history(container, thing)
    assert change.fields == {"phone": [old, new]}
    stored = str(container.table.collection(f"AUDIT#{thing.pk}#{thing.sk}"))
    assert "138" not in stored.replace(old, "").replace(new, "")


def test_an_end_is_not_ascribed_to_whoever_wrote_last(container, thing) -> None:
    keep(container, thing, {"n": 1}, None, by="acc_writer", verb="write")
    (change,) = history(container, thing)
    assert (change.by, change.verb) == ("unknown", "remove")
    assert change.at == datetime(2026, 11, 22, 4, 0, 7, tzinfo=UTC)
    assert change.fields == {"n": [1, None]}


def test_what_ran_out_was_ended_by_the_house(container, thing) -> None:
    keep(container, thing, {"n": 1}, None, by="acc_writer", expired=True)
    (change,) = history(container, thing)
    assert (change.by, change.verb) == ("system", "expire")


@pytest.mark.parametrize("kind", ["audit", "message", "allowance", "wechat_token", "scan", "sign_in"])
def test_trails_of_trails_are_not_kept(container, thing, kind) -> None:
    container.audit.keep(read_record(stream_record(kind, *thing, None, {"n": 1})))
    assert history(container, thing) == []


def test_a_write_that_changed_nothing_leaves_no_line(container, thing) -> None:
    keep(container, thing, {"n": 1, "version": 1}, {"n": 1, "version": 2})
    assert history(container, thing) == []


def test_absent_and_none_are_the_same() -> None:
    assert changed_fields("work_order", {"a": None}, {}) == {}
    assert changed_fields("work_order", None, {"a": 0}) == {"a": [None, 0]}


def test_of_a_person_only_that_it_changed_is_kept() -> None:
    told = changed_fields(
        "account", {"phone": "sealed-1", "state": "registered"}, {"phone": "sealed-2", "state": "verified"}
    )
    assert told == {"phone": ["***", "***"], "state": ["registered", "verified"]}
    assert changed_fields("room", {}, {"owner_name": "sealed"}) == {"owner_name": [None, "***"]}

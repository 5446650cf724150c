"""The price of a month: the arithmetic by hand, and prices that say where they come from."""

from __future__ import annotations

import copy
import json
import sys
from fractions import Fraction
from typing import Any

import pytest

from local import cost
from local.cost import HERE, PROPOSALS, SIZES, Prices, act_takes, fixed, month, read_prices, read_usage, table

LISTED = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
NOTHING = dict.fromkeys(
    ("requests", "calls", "reads", "writes", "follows", "follow_runs", "follow_calls", "messages"), 0
)


def small(**changes: Any) -> dict[str, Any]:
    """A usage with round figures: one act, one function with a whole core and 1 GB, and nothing else standing there."""
    function = {"memory_mb": 1769, "processor_ms": "100"}
    usage = {
        "days": 30,
        "months_kept": 10,
        "round_trip_ms": "5",
        "cold_start": {"share": "0.5", "processor_ms": "200"},
        "logs": {"kb_a_run": "1", "kb_a_request": "2", "months_kept": 3},
        "functions": dict.fromkeys(("api", "table_stream", "send_messages", "sweep"), function),
        "sweep": {"hourly": {"every_minutes": 60, "calls": 10, "reads": 4, "writes": 0, "processor_ms": "100"}},
        "standing": {
            "alarms": 2, "metrics": 1, "hours_with_a_call": 72,
            "queues_polled": 3, "empty_polls_a_minute": 2, "code_mb": 512,
        },
        "acts": {"ask": {"times": "2", "table_kb": "0", "measured": {**NOTHING, "requests": 3, "calls": 4}}},
    }  # fmt: skip
    return {**usage, **changes}


def test_an_act_by_hand() -> None:
    measured = {"requests": 3, "calls": 4, "reads": 2.5, "writes": 7, "follows": 4, "follow_runs": 2, "follow_calls": 1}
    measured["messages"] = 1
    act = {"measured": measured, "object_writes": 5, "object_kb": 1024, "out_kb": 2048}
    takes = act_takes(act, small())
    assert (takes["read_units"], takes["write_units"]) == (Fraction(5, 2), 7)
    assert takes["gateway_requests"] == 3
    assert takes["queue_requests"] == 3, "one message: put, taken, done"
    # Three requests, four records that come in two runs, one message: six runs, half of them cold, 200 ms more; eight
    # pieces of 100 ms; five round trips.
    assert takes["function_runs"] == 6
    assert takes["function_gb_seconds"] == Fraction(8 * 100 + 6 * 100 + 5 * 5, 1000) * Fraction(1769, 1024)
    # Six lines of 1 KB and three requests of 2 KB, kept three months.
    assert takes["log_intake"] == Fraction(12, 1024 * 1024)
    assert takes["log_storage"] == 3 * takes["log_intake"]
    assert takes["object_storage"] == Fraction(10, 1024), "1 MB a month, ten months of them"
    assert takes["data_out"] == Fraction(2, 1024)


def test_a_small_function_takes_longer_and_a_large_one_no_shorter() -> None:
    act = {"measured": {**NOTHING, "requests": 1}}
    usage = small(cold_start={"share": "0", "processor_ms": "0"})
    usage["functions"] = {**usage["functions"], "api": {"memory_mb": 512, "processor_ms": "100"}}
    # 512 of 1,769 MB is 0.289 of a core: 345 ms, of half a GB.
    seconds = Fraction(100, 1000) * Fraction(1769, 512)
    assert act_takes(act, usage)["function_gb_seconds"] == seconds / 2
    usage["functions"]["api"] = {"memory_mb": 3538, "processor_ms": "100"}
    assert act_takes(act, usage)["function_gb_seconds"] == Fraction(1, 10) * Fraction(3538, 1024)


def test_what_stands_there_by_hand() -> None:
    standing = fixed(small())
    sweep = standing["the clock, hourly, with nothing due"]
    # 720 hours: 720 runs of 100 ms and ten round trips of 5 ms; it never starts cold for long.
    assert (sweep["function_runs"], sweep["clock_runs"], sweep["read_units"]) == (720, 720, 720 * 4)
    assert sweep["function_gb_seconds"] == 720 * Fraction(150, 1000) * Fraction(1769, 1024)
    assert standing["Lambda asking empty queues"] == {"queue_requests": 43_200 * 2 * 3}
    assert standing["alarms"] == {"alarms": 2, "metrics": Fraction(1, 10)}
    assert standing["code and layers"] == {"object_storage": Fraction(1, 2)}


def test_a_month_by_hand() -> None:
    free = dict.fromkeys(LISTED["regions"]["cn-north-1"]["prices"], Fraction(0))
    prices = Prices("here", {**free, "gateway_requests": Fraction(1, 100), "alarms": Fraction(3)})
    bill = month(50, prices, small())
    # Fifty households ask twice, three requests each, at one fen; two alarms at three yuan.
    assert bill.by("cause") == {"alarms": 6, "ask": 3} | {
        name: 0 for name in bill.by("cause") if name not in {"alarms", "ask"}
    }
    assert bill.yuan == 9
    assert month(100, prices, small()).yuan == 12, "twice the households cost twice the acts, and no more alarms"


def test_what_is_kept_costs_in_the_table_and_in_its_backup() -> None:
    free = dict.fromkeys(LISTED["regions"]["cn-north-1"]["prices"], Fraction(0))
    prices = Prices("here", {**free, "table_storage": Fraction(2), "table_backup": Fraction(1)})
    usage = small()
    usage["acts"]["ask"]["table_kb"] = "1024"
    # 512 households leave 2 MB a month, for ten months: 10 GB, at three yuan.
    assert month(512, prices, usage).yuan == 30


def test_dollars_become_yuan_at_the_stated_rate() -> None:
    singapore = LISTED["regions"]["ap-southeast-1"]
    assert singapore["currency"] == "USD"
    alarms = read_prices("ap-southeast-1").yuan["alarms"]
    assert alarms == Fraction(singapore["prices"]["alarms"]["price"]) * Fraction(singapore["yuan"])
    assert read_prices("cn-northwest-1").yuan["write_units"] == Fraction("11.1538") / 1_000_000
    with pytest.raises(KeyError):
        read_prices("us-east-1")


def test_every_price_says_where_it_was_seen_and_how_sure_it_is() -> None:
    names = {frozenset(region["prices"]) for region in LISTED["regions"].values()}
    assert len(names) == 1, "all regions price the same things"
    for region in LISTED["regions"].values():
        for name, price in region["prices"].items():
            assert price["sure"] in {"seen", "derived", "assumed"}, name
            assert price["source"], name
            assert price["seen"], name
            assert Fraction(price["price"]) > 0, name


def test_nothing_a_usage_takes_is_without_a_price() -> None:
    for region in LISTED["regions"]:
        for households in SIZES:
            assert month(households, read_prices(region), read_usage()).yuan > 0


def test_each_proposal_would_save_something() -> None:
    prices, usage = read_prices("cn-northwest-1"), read_usage()
    before = month(1_000, prices, usage).yuan
    for words, section, name, value in PROPOSALS:
        changed = copy.deepcopy(usage)
        assert changed[section][name] != value, words
        changed[section][name] = value
        assert month(1_000, prices, changed).yuan < before, words


def test_the_page_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["cost", "--region", "cn-north-1", "--households", "10"])
    cost.main()
    told = capsys.readouterr().out
    assert "| a month, yuan |" in told
    assert "1,000 households under 10 yuan: " in told
    page = table([month(10, read_prices("cn-north-1"), read_usage())])
    assert page in told

"""What a month costs: `python -m local.cost [--region cn-northwest-1] [--households 1000]`.

What a household does in a month and what each act takes stand in local/usage.json, list prices in local/prices.json.
Units and requests of the acts are measured (tests/operations/test_usage.py holds them against the engine); what is not
measured is said to be assumed in the two files. The free tier is not counted.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SIZES = (166, 1_000, 100_000)
BAR_HOUSEHOLDS = 1_000
BAR_YUAN = 10
"""What a month of a thousand households may cost."""

ONE_CORE_MB = 1769
"""Lambda gives a function a share of a core by its memory; at this much it has one whole.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

PROPOSALS: tuple[tuple[str, str, str, int], ...] = (
    ("the queue of messages is not asked either: sent as payments are settled", "standing", "queues_polled", 0),
    ("four alarms instead of six: failed events, needs a person, errors, stream age", "standing", "alarms", 4),
)
"""What would make a small month cheaper: the words, and which figure of the usage it would make another."""

MB_A_GB = 1024
KB_A_GB = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """One price times one quantity: ``cause`` makes it, ``item`` is what the price list calls it, ``yuan`` the sum."""

    cause: str
    item: str
    quantity: Fraction
    yuan: Fraction


@dataclass(frozen=True)
class Bill:
    """A month of so many households in one region, in yuan."""

    households: int
    region: str
    lines: tuple[Line, ...]

    @property
    def yuan(self) -> Fraction:
        """The sum."""
        return sum((line.yuan for line in self.lines), Fraction(0))

    def by(self, name: str) -> dict[str, Fraction]:
        """Return the sum by ``cause`` or ``item``, the largest first."""
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for line in self.lines:
            sums[getattr(line, name)] += line.yuan
        return dict(sorted(sums.items(), key=lambda pair: pair[1], reverse=True))


Quantities = Mapping[str, Fraction]


@dataclass(frozen=True)
class Prices:
    """The price list of one region, in yuan for one of each item."""

    region: str
    yuan: Mapping[str, Fraction]


def month(households: int, prices: Prices, usage: Mapping[str, Any]) -> Bill:
    """Return the bill of a month: what stands there anyway, and every act as often as so many households do it."""
    lines: list[Line] = []
    for cause, quantities, times in _causes(households, usage):
        for item, quantity in quantities.items():
            if quantity:
                taken = quantity * times
                lines.append(Line(cause, item, taken, taken * prices.yuan[item]))
    return Bill(households, prices.region, tuple(lines))


def _causes(households: int, usage: Mapping[str, Any]) -> Iterable[tuple[str, Quantities, Fraction]]:
    kept_kb = Fraction(0)
    for name, act in usage["acts"].items():
        times = Fraction(act["times"]) * households
        yield name.replace("_", " "), act_takes(act, usage), times
        kept_kb += times * Fraction(act["table_kb"]) * usage["months_kept"]
    table_gb = kept_kb / KB_A_GB
    yield "what is kept", {"table_storage": table_gb, "table_backup": table_gb}, Fraction(1)
    yield from ((name, takes, Fraction(1)) for name, takes in fixed(usage).items())


def act_takes(act: Mapping[str, Any], usage: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what one act takes of each item.

    What one write puts on the table's stream comes to the function that follows it together, in a run for each shard it
    touches; each record takes its processor time. Every message to a person is a message in the queue and a run of the
    function that sends it.
    """
    measured = {name: Fraction(str(value)) for name, value in act["measured"].items()}
    runs = {name: Fraction(times) for name, times in act.get("runs", {}).items()}
    runs |= {
        "api": measured["requests"],
        "table_stream": measured["follow_runs"],
        "send_messages": measured["messages"],
    }
    waits = {"api": measured["calls"], "table_stream": measured["follow_calls"]}
    takes: dict[str, Fraction] = {
        "read_units": measured["reads"],
        "write_units": measured["writes"],
        "gateway_requests": measured["requests"] + act.get("pushes", 0),
        # To put it there, to take it out, to say that it is done.
        "queue_requests": 3 * measured["messages"],
        "object_writes": Fraction(act.get("object_writes", 0)),
        "object_reads": Fraction(act.get("object_reads", 0)),
        "object_storage": Fraction(act.get("object_kb", 0) * usage["months_kept"], KB_A_GB),
        "data_out": Fraction(act.get("out_kb", 0), KB_A_GB),
    }
    return _with_functions(takes, runs, waits, usage, pieces=runs | {"table_stream": measured["follows"]})


def fixed(usage: Mapping[str, Any]) -> dict[str, dict[str, Fraction]]:
    """Return what stands there whether anybody comes or not, by cause."""
    standing = usage["standing"]
    polls = Fraction(usage["days"] * 24 * 60) * standing["empty_polls_a_minute"] * standing["queues_polled"]
    called = Fraction(standing["hours_with_a_call"], usage["days"] * 24)
    return {
        **{f"the clock, {name}, with nothing due": _clock(sweep, usage) for name, sweep in usage["sweep"].items()},
        "Lambda asking empty queues": {"queue_requests": polls},
        "alarms": {"alarms": Fraction(standing["alarms"]), "metrics": called * standing["metrics"]},
        "code and layers": {"object_storage": Fraction(standing["code_mb"], MB_A_GB)},
    }


def _clock(sweep: Mapping[str, Any], usage: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return what one rhythm of the clock takes in a month in which it never finds anything."""
    function = {**usage["functions"]["sweep"], "processor_ms": sweep["processor_ms"]}
    takes = {"read_units": Fraction(str(sweep["reads"])), "write_units": Fraction(sweep["writes"])}
    waits = {"sweep": Fraction(sweep["calls"])}
    usage = {**usage, "functions": {"sweep": function}}
    once = _with_functions(takes, {"sweep": Fraction(1)}, waits, usage, cold=False) | {"clock_runs": Fraction(1)}
    runs = Fraction(usage["days"] * 24 * 60, sweep["every_minutes"])
    return {name: each * runs for name, each in once.items()}


def _with_functions(
    takes: dict[str, Fraction],
    runs: Mapping[str, Fraction],
    waits: Mapping[str, Fraction],
    usage: Mapping[str, Any],
    *,
    pieces: Mapping[str, Fraction] | None = None,
    cold: bool = True,
) -> dict[str, Fraction]:
    """Add what running functions takes: runs, memory and time, and their lines in the log.

    ``pieces`` says how much a function has to do, where a run does more than one.
    """
    logs = usage["logs"]
    pieces = pieces or runs
    for name, times in runs.items():
        function = usage["functions"][name]
        share = min(Fraction(function["memory_mb"], ONE_CORE_MB), Fraction(1))
        milliseconds = pieces[name] * Fraction(function["processor_ms"]) / share
        milliseconds += waits.get(name, Fraction(0)) * Fraction(usage["round_trip_ms"])
        if cold:
            # A start is paid for like a run, at a whole core whatever the memory.
            start = usage["cold_start"]
            milliseconds += times * Fraction(start["share"]) * Fraction(start["processor_ms"])
        takes["function_runs"] = takes.get("function_runs", Fraction(0)) + times
        gb_seconds = milliseconds / 1000 * Fraction(function["memory_mb"], MB_A_GB)
        takes["function_gb_seconds"] = takes.get("function_gb_seconds", Fraction(0)) + gb_seconds
    kilobytes = sum(runs.values(), Fraction(0)) * Fraction(logs["kb_a_run"])
    kilobytes += takes.get("gateway_requests", Fraction(0)) * Fraction(logs["kb_a_request"])
    takes["log_intake"] = kilobytes / KB_A_GB
    takes["log_storage"] = kilobytes / KB_A_GB * logs["months_kept"]
    return takes


def read_prices(region: str, path: Path = HERE / "prices.json") -> Prices:
    """Return the list prices of a region in yuan.

    Raises:
        KeyError: there is no price list of the region.
    """
    listed = json.loads(path.read_text(encoding="utf-8"))["regions"][region]
    rate = Fraction(listed["yuan"])
    yuan = {name: Fraction(one["price"]) * rate / one["per"] for name, one in listed["prices"].items()}
    return Prices(region, yuan)


def read_usage(path: Path = HERE / "usage.json") -> dict[str, Any]:
    """Return what a household does in a month, and what each act takes."""
    usage: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return usage


def table(bills: Iterable[Bill]) -> str:
    """Return the bills side by side by cause, as a table for a page or a terminal."""
    bills = list(bills)
    columns = [bill.by("cause") for bill in bills]
    names = list(dict.fromkeys(name for column in columns[::-1] for name in column))
    head = [f"{bill.households:,} households" for bill in bills]
    rows = [[name, *(f"{float(column.get(name, 0)):.2f}" for column in columns)] for name in names]
    rows.append(["a month, yuan", *(f"{float(bill.yuan):.2f}" for bill in bills)])
    rows.append(["a household, yuan", *(f"{float(bill.yuan / bill.households):.4f}" for bill in bills)])
    lines = [["", *head], ["---", *("---:" for _ in bills)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Print the month of three sizes, or of one, and where the money goes."""
    listed = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description="What a month costs at list price, the free tier not counted.")
    parser.add_argument("--region", choices=list(listed["regions"]), default="cn-northwest-1")
    parser.add_argument("--households", type=int, action="append")
    given = parser.parse_args()
    prices, usage = read_prices(given.region), read_usage()
    bills = [month(households, prices, usage) for households in given.households or SIZES]
    print(f"{given.region}, prices collected {listed['collected']}\n")
    print(table(bills))
    for bill in bills:
        dearest = ", ".join(f"{item} {float(yuan):.2f}" for item, yuan in list(bill.by("item").items())[:5])
        print(f"\n{bill.households:,} households pay most for: {dearest}")
    bar = month(BAR_HOUSEHOLDS, prices, usage).yuan
    verdict = "holds" if bar < BAR_YUAN else "does not hold"
    print(
        f"\n{BAR_HOUSEHOLDS:,} households under {BAR_YUAN} yuan: {verdict}, {float(bar):.2f}. It would be less if ..."
    )
    for words, section, name, value in PROPOSALS:
        changed = {**usage, section: {**usage[section], name: value}}
        print(f"  ... {words}: {float(month(BAR_HOUSEHOLDS, prices, changed).yuan - bar):+.2f}")


if __name__ == "__main__":
    main()

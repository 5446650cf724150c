"""WeChat's notification of a payment: how soon it is answered, cold and warm; and what settling the payment takes.

The notifications are genuine: orders are placed with the simulated WeChat Pay and paid there, and what it sends is
kept, signed and sealed as it came, to be handed to the function later.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.cores import pinned
from bench.duel import Measured
from bench.figures import Figure
from bench.processes import in_fresh_process
from local.invocation import invoke_function
from local.stack import Stack
from local.tool_environment import REPOSITORY
from miniprogram_api.payments.order import Wanted
from tests.payments.house import PayingHouse, build_house
from tests.wechat.pay.notify_receiver import Delivery, NotifyReceiver

COLD, WARM = 50, 300
FEN = 5_192
WECHAT_WAITS = 5_000.0
"""Milliseconds after which WeChat takes a notification for lost."""

SHARE_OF_A_CORE = 1024 / 1769
"""What the function's memory (serverless.yml) gives it on Lambda, where 1,769 MB are one core:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

_COLD_START = """
import json, sys
event = json.load(sys.stdin)
from functions.pay_notify import handler
sys.exit(handler(event, None)["statusCode"] != 204)
"""

Event = dict[str, Any]


@dataclass(frozen=True)
class Settled:
    """What settling took, each payment on its own, and the calls to DynamoDB for each."""

    measured: Measured
    calls: list[int]


def measure() -> Iterator[Figure]:
    """Take notifications in, cold and warm, settle what they tell, give the figures."""
    with Stack() as stack, pinned(os.getpid(), stack.engine.process_id) as said, TemporaryDirectory() as folder:
        print(said, file=sys.stderr, flush=True)
        deployed = _as_deployed(Path(folder))
        with NotifyReceiver() as receiver:
            house = build_house(stack.container.settings, _now, stack.simulator, receiver.base_url)  # type: ignore[arg-type]
            print("Measuring the notification's cold start ...", file=sys.stderr, flush=True)
            cold = _cold(deployed, (_notifications(house, receiver, f"cold{number}-", 1) for number in range(COLD)))
            print("Measuring the notification ...", file=sys.stderr, flush=True)
            warm = in_fresh_process(take_in, _notifications(house, receiver, "warm", WARM + 1))
        print("Measuring the settlement ...", file=sys.stderr, flush=True)
        settled = in_fresh_process(settle, stack.endpoint.all_waiting(os.environ["FP_PAYMENTS_FUNCTION"]))
        booked = house.balances()["wechat"]
        if booked != (COLD + WARM + 1) * FEN:
            raise RuntimeError(f"{booked} fen were booked of {COLD + WARM + 1} payments of {FEN}")
        yield from _figures(cold, warm, settled)


def _figures(cold: Measured, warm: Measured, settled: Settled) -> Iterator[Figure]:
    against = "WeChat's 5 seconds"
    at = f"notification, cold ({COLD} processes)"
    yield Figure(f"{at}: p50", round(cold.milliseconds(50)), "ms")
    yield Figure(f"{at}: p99", round(cold.milliseconds(99)), "ms", against, WECHAT_WAITS)
    yield Figure(f"{at}: processor time", round(cold.cpu_milliseconds), "ms")
    most = max(cold.cpu_rounds) / 1e6 / SHARE_OF_A_CORE
    yield Figure(f"{at}: most of it, at {SHARE_OF_A_CORE:.2f} of a core", round(most), "ms", against, WECHAT_WAITS)
    at = f"notification, warm ({WARM})"
    yield Figure(f"{at}: p50", round(warm.milliseconds(50), 1), "ms")
    yield Figure(f"{at}: p99", round(warm.milliseconds(99), 1), "ms", against, WECHAT_WAITS)
    yield Figure(f"{at}: processor time", round(warm.cpu_milliseconds, 2), "ms")
    at = f"settlement ({len(settled.calls)} payments)"
    yield Figure(f"{at}: p50", round(settled.measured.milliseconds(50), 1), "ms")
    yield Figure(f"{at}: p99", round(settled.measured.milliseconds(99), 1), "ms")
    yield Figure(f"{at}: processor time", round(settled.measured.cpu_milliseconds, 2), "ms")
    yield Figure(f"{at}: calls to DynamoDB, at most", max(settled.calls), "")


# What WeChat sends


def _notifications(house: PayingHouse, receiver: NotifyReceiver, name: str, count: int) -> list[Event]:
    """Let so many households pay one bill each, and return what WeChat then sends, as events of API Gateway."""
    receiver.arrived.clear()
    for number in range(count):
        room = f"{name}{number}"
        owner, bill = house.owner_of(room), house.bill(FEN, room)
        container, now = house.container, house.clock()
        principal = container.identity.principal(owner.token, now)
        order, _ = container.payment_ordering.start(principal, house.estate_id, Wanted((bill.id,)), room, now)
        house.wechat("user_pays", out_trade_no=order.out_trade_no)
    house.wechat("deliver_due")
    if len(receiver.arrived) != count:
        raise RuntimeError(f"{len(receiver.arrived)} of {count} notifications came")
    return [_event(delivery) for delivery in receiver.arrived]


def _event(delivery: Delivery) -> Event:
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    return {"version": "2.0", "headers": headers, "body": delivery.body.decode(), "isBase64Encoded": False}


def _now() -> datetime:
    return datetime.now(UTC)


# Cold


def _as_deployed(folder: Path) -> Path:
    """Copy the function as it is packaged: without byte-code of our own, with that of the layer."""
    for package in ("functions", "miniprogram_api"):
        shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _cold(deployed: Path, events: Iterable[list[Event]]) -> Measured:
    """Start a process for each; what counts is from before the interpreter starts until after it has ended.

    Each is made just before it is handed over: after five minutes a signature is too old.
    """
    taken = Measured()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for (event,) in events:
        began, cpu = time.perf_counter_ns(), _cpu_of_children()
        subprocess.run(
            [sys.executable, "-c", _COLD_START],
            input=json.dumps(event).encode(),
            env=environment,
            cwd=deployed,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        taken.calls.append(time.perf_counter_ns() - began)
        taken.cpu_rounds.append(_cpu_of_children() - cpu)
    return taken


def _cpu_of_children() -> float:
    """Nanoseconds on the processor of every process of ours that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e9


# Warm


def take_in(events: list[Event]) -> Measured:
    """Hand the notifications to one function, one after the other; the first does not count."""
    taken = Measured()
    for event in events:
        _timed(taken, "pay_notify", event, {"statusCode": 204})
    return _without_first(taken)


def settle(work: list[Event]) -> Settled:
    """Do the work that waits, one piece after the other; the first does not count."""
    from functions.settle_payments import CONTAINER

    taken, calls = Measured(), [0]

    def count(**_: Any) -> None:
        calls[-1] += 1

    CONTAINER.table.client_events().register("before-call.dynamodb", count)
    for piece in work:
        _timed(taken, "settle_payments", piece, "settle")
        calls.append(0)
    return Settled(_without_first(taken), calls[1:-1])


def _timed(taken: Measured, function: str, event: Event, expected: Event) -> None:
    began, cpu = time.perf_counter_ns(), time.process_time_ns()
    answer = invoke_function(function, event)
    taken.cpu_rounds.append(time.process_time_ns() - cpu)
    taken.calls.append(time.perf_counter_ns() - began)
    if answer != expected:
        raise RuntimeError(f"{function} answered {answer}")


def _without_first(taken: Measured) -> Measured:
    return Measured(taken.calls[1:], [], taken.cpu_rounds[1:])

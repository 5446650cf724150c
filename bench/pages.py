"""The card page and a list page: how fast, beside the floor, in a small estate and in a very large one."""

import itertools
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from botocore.config import Config

from bench import floor
from bench.cores import pinned
from bench.duel import Call, Measured, duel
from bench.figures import Figure
from bench.seeding import SeededEstate, estate_of, lay_into
from local.stack import Ports, Stack

SMALL, LARGE = 166, 100_000
"""The households of 道路队小区, and an estate beyond any that exists."""

ROUNDS, CALLS = 20, 10
PROCESSOR_BAR, TIME_BAR = 1.5, 2.0
"""Guard, session, contract, log and answer together cost at most half as much again as the reads."""

SIZE_BAR = 1.2
"""Ours beside the floor, large against small; a fifth is what rounds differ by anyway."""


def measure() -> Iterator[Figure]:
    """Make both estates, start the house on them, measure both pages, give the figures."""
    ports = Ports.free()
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder:
        print("Making the estates ...", file=sys.stderr, flush=True)
        with Stack(ports, Path(folder)) as stack:
            estates = [estate_of(stack.container, rooms) for rooms in (SMALL, LARGE)]
            table = stack.container.settings.table
        lay_into(Path(folder), table, (item for estate in estates for item in estate.items))
        with Stack(ports, Path(folder)) as stack, pinned(os.getpid(), stack.engine.process_id) as said:
            print(said, file=sys.stderr, flush=True)
            yield from _measured(stack, estates)


def _measured(stack: Stack, estates: list[SeededEstate]) -> Iterator[Figure]:
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    house = import_module("functions.api").handler  # as it is deployed
    table = stack.container.settings.table
    for page, contenders in (
        ("card page", [_card_pages(house, client, table, estate) for estate in estates]),
        ("list page", [_list_pages(house, client, table, estate) for estate in estates]),
    ):
        print(f"Measuring the {page} ...", file=sys.stderr, flush=True)
        yield from _figures(page, duel([call for pair in contenders for call in pair], ROUNDS, CALLS))


def _figures(page: str, measured: list[Measured]) -> Iterator[Figure]:
    small, small_floor, large, large_floor = measured
    for rooms, ours, theirs in ((SMALL, small, small_floor), (LARGE, large, large_floor)):
        at = f"{page}, {rooms} rooms"
        yield Figure(f"{at}: requests per second on one core", round(ours.per_second, 1), "1/s")
        yield Figure(f"{at}: p50", round(ours.milliseconds(50), 2), "ms")
        yield Figure(f"{at}: p99", round(ours.milliseconds(99), 2), "ms")
        yield Figure(f"{at}: processor time", round(ours.cpu_milliseconds, 2), "ms")
        yield Figure(f"{at}: floor, requests per second", round(theirs.per_second, 1), "1/s")
        yield Figure(f"{at}: floor, processor time", round(theirs.cpu_milliseconds, 2), "ms")
        yield _ratio(f"{at}: time beside the floor", ours.ratio_to(theirs), "bench/floor.py, same run", TIME_BAR)
        beside = "bench/floor.py, same run"
        yield _ratio(f"{at}: processor time beside the floor", ours.cpu_ratio_to(theirs), beside, PROCESSOR_BAR)
    against = f"the same page at {SMALL} rooms"
    # Whoever waits longer for the engine finds the processor's caches colder: the floor, which does the same at either
    # size by construction, takes more processor time too. What may not grow is what the house adds to it.
    growth = large.cpu_ratio_to(large_floor) / small.cpu_ratio_to(small_floor)
    yield _ratio(f"{page}: processor time beside the floor, {LARGE} rooms to {SMALL}", growth, against, SIZE_BAR)
    for name, big, little in (("", large, small), ("floor's ", large_floor, small_floor)):
        cpu = big.cpu_ratio_to(little)
        yield _ratio(f"{page}: {name}processor time, {LARGE} rooms to {SMALL}", cpu, against, None)
        yield _ratio(f"{page}: {name}time, {LARGE} rooms to {SMALL}", big.ratio_to(little), against, None)


def _ratio(name: str, value: float, against: str, bar: float | None) -> Figure:
    return Figure(name, round(value, 2), "x", against, bar)


def _card_pages(house: Any, client: Any, table: str, estate: SeededEstate) -> tuple[Call, Call]:
    path = f"/c/{estate.card_token}"
    callers = _callers()
    return (
        lambda: _answered(house(_event(path, next(callers)), None)),
        lambda: _answered(floor.open_card(client, table, _event(path, next(callers)))),
    )


def _list_pages(house: Any, client: Any, table: str, estate: SeededEstate) -> tuple[Call, Call]:
    path = f"/v1/estates/{estate.estate_id}/work-orders"
    headers = {"authorization": f"Bearer {estate.session}"}
    ask = partial(_event, path, "10.0.0.1", headers, "state=submitted&limit=20")
    pages = (
        lambda: _answered(house(ask(), None)),
        lambda: _answered(floor.list_board(client, table, ask(), estate.account_id)),
    )
    for page in pages:
        if len(json.loads(page()["body"])["items"]) != 20:
            raise RuntimeError("a page has twenty lines; this one has not")
    return pages


def _answered(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the page did not come: {answer['body']}")
    return answer


def _callers() -> Iterator[str]:
    """Addresses, a new one for every call: the brake on public pages is not what is measured."""
    return (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in itertools.count())


def _event(path: str, address: str, headers: dict[str, str] | None = None, query: str = "") -> dict[str, Any]:
    """What API Gateway's HTTP API hands to a function (payload 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"accept": "application/json", "host": "wy.example.cn", **(headers or {})},
        "requestContext": {
            "domainName": "wy.example.cn",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": address, "userAgent": "bench"},
            "requestId": "bench",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }

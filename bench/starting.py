"""Cold starts: from a process that does not run yet to its first answer, beside the least that anybody pays.

What starts is what is deployed: the packaged code and layer, unpacked as Lambda does, on Lambda's Python. The floor is
a process that imports boto3 as pip installs it, makes one client and gets one item. All take turns, each in a process
of its own; ratios are medians of paired rounds. What is missing on both sides is Lambda's own start and the network.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3

from bench.cores import pinned
from bench.figures import Figure
from bench.seeding import SeededEstate, estate_of
from infra import code
from infra.byte_code import NoLambdaPython, lambda_python, unzipped_megabytes
from layers import build as layers
from local.deployed import deploying
from local.stack import Stack
from local.tool_environment import tool_environment
from tests.functions.entry_points import queue_event, stream_record

ROUNDS = 25
FLOOR_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
API_BAR, EVENT_BAR, IMPORT_BAR = 1.5, 1.2, 0.3
MEMORY_BAR_MB, SIZE_BAR_MB = 110, 60

_FLOOR = """
import boto3
found = boto3.client("dynamodb").get_item(TableName={table!r}, Key={key!r}, ConsistentRead=True)
assert found["Item"]
"""
_API = """
import json, sys
from functions.api import handler
answer = handler(json.loads(sys.argv[1]), None)
assert answer["statusCode"] == 200, answer
"""
_EVENT = """
import json, sys
from functions.{name} import handler
answer = handler(json.loads(sys.argv[1]), None)
assert not (answer or {{}}).get("batchItemFailures"), answer
"""
_PEAK = """
print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
"""
"""What `wait4` says is the most of the process and of whoever started it: the two share their memory for a moment."""

_EVERYTHING = """
import flask, zappa.wsgi, boto3, wechatpy, pynamodb.models, PIL.Image, qrcode, aws_lambda_powertools
from miniprogram_api.app import operations
operations()
import functions.api
"""
"""The application with all its packages at the top and every room loaded, as one would write it."""


@dataclass
class Taken:
    """What starting one took, round by round: seconds by the clock and on the processor."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def beside(self, other: "Taken") -> float:
        """By the clock: how many times as long as the other, in the median of the paired rounds."""
        return statistics.median(one / floor for one, floor in zip(self.wall, other.wall, strict=True))

    def processor_beside(self, other: "Taken") -> float:
        """The same, of processor time."""
        return statistics.median(one / floor for one, floor in zip(self.processor, other.processor, strict=True))


@dataclass(frozen=True)
class Start:
    """A process to be started: the program, its argument, where it finds modules."""

    program: str
    argument: str
    path: str


def measure() -> Iterator[Figure]:
    """Package, unpack, start each many times in turn, give the figures."""
    try:
        python = lambda_python()
    except NoLambdaPython as lack:
        print(f"Left out, cold starts: {lack}", file=sys.stderr)
        return
    deploying.built()
    with TemporaryDirectory(prefix="flowing-property-bench-") as folder, Stack() as stack:
        starts = _starts(Path(folder), stack, python)
        interpreter = str(tool_environment("runtime", python) / "python")
        with pinned(os.getpid(), stack.engine.process_id) as said:
            print(f"{said}\nMeasuring cold starts ...", file=sys.stderr, flush=True)
            taken = _in_turn(interpreter, starts)
        yield from _figures(taken)
        peak = max(_peak_megabytes(interpreter, starts["api"]) for _ in range(3))
        yield Figure("api: memory after the first request", round(peak), "MB", "", MEMORY_BAR_MB)
    yield Figure(
        "API zip and runtime layer, unzipped",
        round(unzipped_megabytes(code.ZIP) + unzipped_megabytes(deploying.layer_zips()["runtime"]), 1),
        "MB",
        "Lambda takes 250",
        SIZE_BAR_MB,
    )


def _figures(taken: Mapping[str, Taken]) -> Iterator[Figure]:
    floor, api = taken["floor"], taken["api"]
    against = "import boto3, one client, one GetItem"
    for name, one in taken.items():
        yield Figure(f"cold start, {name}: p50", round(statistics.median(one.wall) * 1000), "ms")
        yield Figure(f"cold start, {name}: processor time", round(statistics.median(one.processor) * 1000), "ms")
    yield Figure("cold start, api: first signed-in read", round(api.beside(floor), 2), "x", against, API_BAR)
    yield Figure("cold start, api: the same, processor time", round(api.processor_beside(floor), 2), "x", against)
    for name in EVENTS:
        one = taken[name]
        yield Figure(f"cold start, {name}: first event", round(one.beside(floor), 2), "x", against, EVENT_BAR)
        yield Figure(
            f"cold start, {name}: the same, processor time", round(one.processor_beside(floor), 2), "x", against
        )
    ratio = taken["import of api"].processor_beside(taken["import of everything, no byte-code"])
    yield Figure(
        "import of api, processor time", round(ratio, 2), "x", "the same with everything at the top", IMPORT_BAR
    )


EVENTS = ("table_stream", "send_messages", "sweep")


def _starts(folder: Path, stack: Stack, python: Path) -> dict[str, Start]:
    """Unpack what is deployed, lay an account and an event of each function, and say what is started."""
    unpacked = deploying.unpack(folder)
    path = os.pathsep.join((str(unpacked["task"]), str(unpacked["runtime"])))
    bare = _without_byte_code(unpacked.values(), folder / "bare")
    plain = plainly_installed(folder / "plain", python)
    estate = estate_of(stack.container, 1)
    client = boto3.client("dynamodb")
    table = stack.container.settings.table
    for item in estate.items:
        client.put_item(TableName=table, Item=item)
    key = {"pk": {"S": f"ACCOUNT#{estate.account_id}"}, "sk": {"S": "ACCOUNT"}}
    return {
        "floor": Start(_FLOOR.format(table=table, key=key), "", plain),
        "api": Start(_API, json.dumps(_signed_in_read(estate)), path),
        **{
            name: Start(_EVENT.format(name=name), json.dumps(event), path)
            for name, event in zip(EVENTS, _events(estate), strict=True)
        },
        "import of api": Start("import functions.api", "", path),
        "import of everything, no byte-code": Start(_EVERYTHING, "", bare),
    }


def _signed_in_read(estate: SeededEstate) -> dict[str, Any]:
    """Who am I: the first thing the mini program asks."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/v1/me",
        "rawQueryString": "",
        "headers": {"authorization": f"Bearer {estate.session}", "host": "wy.example.cn"},
        "requestContext": {
            "domainName": "wy.example.cn",
            "http": {"method": "GET", "path": "/v1/me", "protocol": "HTTP/1.1", "sourceIp": "10.0.0.1"},
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


def _events(estate: SeededEstate) -> tuple[dict[str, Any], ...]:
    """A write whose trail is kept; a message that is gone; a sweep of one job."""
    claim = {"account_id": estate.account_id, "claimed_at": "2026-11-22T00:00:00Z"}
    written = stream_record("operator_claim", "CLAIM#bench", "CLAIM", None, claim)
    gone = queue_event({"account_id": estate.account_id, "message_id": "msg_none"})
    return {"Records": [written]}, gone, {"job": "credits"}


def _without_byte_code(parts: Iterable[Path], bare: Path) -> str:
    """A copy of code and both layers with sources alone."""
    for part in parts:
        for source in part.rglob("*"):
            if source.is_file() and source.suffix != ".pyc":
                target = bare / source.relative_to(part)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.symlink_to(source) if source.suffix != ".py" else target.write_bytes(source.read_bytes())
    return str(bare)


def plainly_installed(folder: Path, python: Path) -> str:
    """The floor's packages, in the versions of the layer, whole and compiled."""
    required = layers.read_requirements(layers.REQUIREMENTS)
    wanted = [required[name] for name in FLOOR_PACKAGES]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--target", str(folder), *wanted], check=True, capture_output=True)
    return str(folder)


def _in_turn(interpreter: str, starts: Mapping[str, Start]) -> dict[str, Taken]:
    taken = {name: Taken() for name in starts}
    for number in range(ROUNDS + 1):
        order = list(starts) if number % 2 else list(reversed(starts))
        for name in order:
            wall, processor = _started(interpreter, starts[name])
            if number:  # the first round warms the disk's cache for all
                taken[name].wall.append(wall)
                taken[name].processor.append(processor)
    return taken


def _started(interpreter: str, start: Start) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(_command(interpreter, start), env=_environment(start), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"what was started ended with {process.returncode}: {start.program}")
    return wall, used.ru_utime + used.ru_stime


def _peak_megabytes(interpreter: str, start: Start) -> float:
    """The most memory the process ever held, as it says itself at its end."""
    command = _command(interpreter, replace(start, program=start.program + _PEAK))
    said = subprocess.run(command, env=_environment(start), stdout=subprocess.PIPE, text=True, check=True).stdout
    return int(said.split()[-1]) / 1024


def _command(interpreter: str, start: Start) -> list[str]:
    # -P: not this folder, whose modules bear the same names.
    return [interpreter, "-P", "-c", start.program, start.argument]


def _environment(start: Start) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": start.path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_SERVICE_NAME": "bench",
    }

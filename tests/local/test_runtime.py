"""Lambda's half of a function, held by a bootstrap of a few lines: answers, errors, ends, time limits, two at once."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local.deployed.runtime import Deployed, FunctionFailed, Runtime

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOTSTRAP = """
import json, os, time, urllib.request
AT = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime"

def post(path, body):
    urllib.request.urlopen(urllib.request.Request(AT + path, json.dumps(body).encode(), method="POST")).read()

if os.environ.get("BROKEN"):
    post("/init/error", {"errorMessage": "no such module"})
    raise SystemExit(1)
while True:
    with urllib.request.urlopen(AT + "/invocation/next") as given:
        event, headers = json.load(given), given.headers
    request = "/invocation/" + headers["Lambda-Runtime-Aws-Request-Id"]
    if event == "raise":
        post(request + "/error", {"errorMessage": "it went wrong"})
    elif event == "die":
        os._exit(3)
    elif event == "sleep":
        time.sleep(600)
    elif isinstance(event, dict):  # two that meet: each waits until the other has come
        open(event["mine"], "w").close()
        while not os.path.exists(event["other"]):
            time.sleep(0.01)
        post(request + "/response", os.getpid())
    else:
        until = headers["Lambda-Runtime-Deadline-Ms"]
        post(request + "/response", {"event": event, "pid": os.getpid(), "until": until})
"""
NOW = 1_800_000_000.0


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Runtime]]:
    runtimes: list[Runtime] = []
    yield runtimes
    for runtime in runtimes:
        runtime.stop()


def a_function(tmp_path: Path, started: list[Runtime], seconds: int = 30, **environment: str) -> Runtime:
    bootstrap = tmp_path / "bootstrap.py"
    bootstrap.write_text(BOOTSTRAP)
    surroundings = {"LAMBDA_TASK_ROOT": str(tmp_path), **environment}
    function = Deployed("echo", "functions/echo.handler", surroundings, seconds, "arn:aws:lambda:echo")
    runtime = Runtime(function, [sys.executable, str(bootstrap)], tmp_path / "log", lambda: NOW)
    started.append(runtime)
    return runtime


def test_it_answers_from_one_warm_process_that_knows_its_deadline(tmp_path, started) -> None:
    runtime = a_function(tmp_path, started, seconds=28)
    first, second = runtime.invoke("好"), runtime.invoke([1])
    assert (first["event"], second["event"]) == ("好", [1])
    assert first["pid"] == second["pid"]
    assert first["until"] == str(int((NOW + 28) * 1000))


def test_what_it_raises_is_told_and_it_lives_on(tmp_path, started) -> None:
    runtime = a_function(tmp_path, started)
    pid = runtime.invoke(1)["pid"]
    with pytest.raises(FunctionFailed, match=r"echo: .*it went wrong"):
        runtime.invoke("raise")
    assert runtime.invoke(2)["pid"] == pid


def test_one_that_ends_is_told_and_started_again(tmp_path, started) -> None:
    runtime = a_function(tmp_path, started)
    pid = runtime.invoke(1)["pid"]
    with pytest.raises(FunctionFailed, match="the process ended with 3"):
        runtime.invoke("die")
    assert runtime.invoke(2)["pid"] != pid


def test_one_that_takes_longer_than_its_limit_is_ended(tmp_path, started) -> None:
    runtime = a_function(tmp_path, started, seconds=1)
    began = time.monotonic()
    with pytest.raises(FunctionFailed, match="timed out after 1 s"):
        runtime.invoke("sleep")
    assert time.monotonic() - began < 60
    assert runtime.invoke(2)["event"] == 2


def test_one_that_cannot_be_loaded_says_why(tmp_path, started) -> None:
    with pytest.raises(FunctionFailed, match="no such module"):
        a_function(tmp_path, started, BROKEN="1").invoke(1)


def test_two_at_once_have_a_process_each(tmp_path, started) -> None:
    runtime = a_function(tmp_path, started)
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    with ThreadPoolExecutor(2) as threads:
        pids = list(threads.map(runtime.invoke, [{"mine": one, "other": two}, {"mine": two, "other": one}]))
    assert len(set(pids)) == 2

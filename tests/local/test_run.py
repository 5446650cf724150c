"""`make run` as a person meets it: it comes up, keeps its data over Ctrl-C, and explains itself in one sentence."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.engine import HOST, Engine
from local.stack import Ports
from local.tool_environment import REPOSITORY

pytestmark = pytest.mark.usefixtures("engine")  # so that the engine's own environment is there before seconds count


def command(ports: Ports, folder: Path) -> list[str]:
    where = [f"--port={ports.app}", f"--engine-port={ports.engine}", f"--simulator-port={ports.simulator}"]
    return [sys.executable, "-m", "local.run", *where, f"--folder={folder}"]


@contextmanager
def running(ports: Ports, folder: Path) -> Iterator[str]:
    """The house until Ctrl-C; gives what it said first."""
    house = subprocess.Popen(
        command(ports, folder), cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert house.stdout is not None
    try:
        yield house.stdout.readline()
    finally:
        house.send_signal(signal.SIGINT)
        said, complaints = house.communicate(timeout=30)
        assert said.endswith("Stopped.\n"), complaints
        assert house.returncode == 0
        assert complaints == ""


def refused(ports: Ports, folder: Path) -> str:
    house = subprocess.run(
        command(ports, folder), cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert house.returncode == 1
    assert house.stdout == ""
    (sentence,) = house.stderr.splitlines()
    return sentence


def test_it_runs_says_so_and_starts_again_on_what_it_kept(tmp_path: Path) -> None:
    ports = Ports.free()
    for _ in range(2):
        with running(ports, tmp_path) as welcome:
            ready = re.search(r"ready in ([\d.]+) s", welcome)
            assert ready is not None, welcome
            assert float(ready[1]) < 20
            with urllib.request.urlopen(f"http://{HOST}:{ports.app}/health", timeout=5) as answer:
                assert answer.status == 200
            page = at_the_till(ports)
    # The second start: estate, bills and merchant are those of the first.
    (order,) = re.findall(r"name=id value='(bill_[^']+)'", page)
    assert "去支付" in page
    with running(ports, tmp_path):
        (payment,) = set(re.findall(r"name=id value='(pay_[^']+)'", at_the_till(ports, order, "order")))
        assert "已支付" in at_the_till(ports, payment, "ok")
    assert not (tmp_path / "state" / "running").exists()


def at_the_till(ports: Ports, thing: str = "", press: str = "") -> str:
    """The page of an owner, after they have pressed a button there."""
    house, who = f"http://{HOST}:{ports.app}/local", {"name": "业主王先生"}
    page = urllib.request.urlopen(f"{house}/session?{urllib.parse.urlencode(who)}", timeout=20).read().decode()
    if not thing:
        return page
    (estate,) = set(re.findall(r"name=estate value='([^']+)'", page))
    pressed = urllib.parse.urlencode({**who, "estate": estate, "id": thing, "press": press}).encode()
    return urllib.request.urlopen(f"{house}/till", data=pressed, timeout=20).read().decode()


def test_a_busy_port_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ports = Ports.free()
    for port, setting in (
        (ports.app, "FP_PORT"),
        (ports.engine, "FP_ENGINE_PORT"),
        (ports.simulator, "FP_SIMULATOR_PORT"),
    ):
        with socket.socket() as other:
            other.bind((HOST, port))
            other.listen()
            sentence = refused(ports, tmp_path)
        assert sentence.startswith(f"Port {port} ")
        assert f"{setting}=" in sentence
    assert not (tmp_path / "state" / "running").exists()


def test_a_crash_is_explained_at_the_next_start(tmp_path: Path) -> None:
    ports = Ports.free()
    engine = Engine(tmp_path / "state", ports.engine, tmp_path / "log").start()
    os.kill(engine.process_id, signal.SIGKILL)
    os.waitpid(engine.process_id, 0)
    assert "make reset" in refused(ports, tmp_path)

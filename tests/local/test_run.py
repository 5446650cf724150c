"""`make run` as a person meets it: it comes up, keeps its data over Ctrl-C, and explains itself in one sentence."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.engine import HOST, Engine
from local.mini_program import build_app
from local.stack import Ports
from local.tool_environment import REPOSITORY

pytestmark = pytest.mark.usefixtures("engine", "app")  # what is made once is there, and nothing is said of making it


@pytest.fixture(scope="module")
def app() -> None:
    """The mini program, built."""
    build_app()


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
            assert re.search(r"ready in [\d.]+ s", welcome), welcome
            with urllib.request.urlopen(f"http://{HOST}:{ports.app}/health", timeout=5) as answer:
                assert answer.status == 200
            with urllib.request.urlopen(f"http://{HOST}:{ports.app}/app/", timeout=5) as answer:
                assert "<title>流动物业</title>" in answer.read().decode()
            owner = Owner(ports)
            (bill,) = owner.bills()
    # The second start: estate, bills and merchant are those of the first.
    with running(ports, tmp_path):
        owner = Owner(ports)
        assert owner.bills() == [bill]
        orders = f"/v1/estates/{owner.home['scope_id']}/payment-orders"
        started = owner.ask("POST", orders, {"bill_ids": [bill["id"]]})
        assert owner.phone("payment", {"call": started["request_payment"]})["result"] == "requestPayment:ok"
        paid = owner.ask("POST", f"{orders}/{started['order']['id']}/confirmation")
        assert (paid["state"], paid["paid_fen"]) == ("paid", bill["due_fen"])
        assert owner.bills() == []
    assert not (tmp_path / "state" / "running").exists()


class Owner:
    """业主王先生 in a browser, as the mini program asks for him: the phone's part is the desk's."""

    def __init__(self, ports: Ports) -> None:
        self.house = f"http://{HOST}:{ports.app}"
        self.token = ""
        signed_in = self.ask("POST", "/v1/sessions", self.phone("login-code", {"name": "业主王先生"}))
        self.token = signed_in["token"]
        (self.home,) = signed_in["me"]["workspaces"]

    def phone(self, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        return self.ask("POST", f"/local/phone/{what}", asked)

    def bills(self) -> list[dict[str, Any]]:
        path = f"/v1/estates/{self.home['scope_id']}/rooms/{self.home['room_id']}/bills"
        return [one["bill"] for one in self.ask("GET", path)["open"]]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": "owner-0001",
            "Authorization": f"Bearer {self.token}",
        }
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.house + path, data=content, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


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

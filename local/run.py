"""`make run`: the house on this machine, with its demonstration estate, until Ctrl-C."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from local.desk import Desk
from local.mini_program import MiniProgram, build_app
from local.problems import CannotStart
from local.seed import begins, seed
from local.stack import Ports, Stack
from local.tool_environment import LOCAL_FOLDER
from local.travel import TravellingClock


def main(arguments: Sequence[str] | None = None) -> int:
    """Start everything, say where to go, and stop everything cleanly on Ctrl-C or SIGTERM."""
    chosen = _options(arguments)
    ports = Ports(chosen.port, chosen.engine_port, chosen.simulator_port)
    terminal = sys.stdout
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    logs = chosen.folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / "application.log").open("a", encoding="utf-8", buffering=1) as log:
        # The application logs to standard output, as Lambda wants it; here the terminal is for the person.
        sys.stdout = log
        logging.basicConfig(stream=log, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        try:
            return _run(ports, chosen.folder, stop, terminal)
        except CannotStart as problem:
            print(problem, file=sys.stderr)
            return 1
        finally:
            sys.stdout = terminal


def _run(ports: Ports, folder: Path, stop: threading.Event, terminal: TextIO) -> int:
    clock = TravellingClock(begins(folder / "state"))
    app = build_app()
    began = time.monotonic()
    with Stack(ports, folder / "state", folder / "logs" / "engine.log", clock) as stack:
        known = seed(stack, clock, folder / "state")
        stack.simulator.control("pay", act="automatic", speed=60)
        stack.put_in_front(lambda application: Desk(application, stack, known))
        stack.put_in_front(lambda application: MiniProgram(application, app))
        stack.pump.start()
        print(_welcome(stack, known, time.monotonic() - began, folder), file=terminal, flush=True)
        stop.wait()
        print("\nStopping and writing the data ...", file=terminal, flush=True)
    print("Stopped.", file=terminal, flush=True)
    return 0


def _welcome(stack: Stack, known: dict[str, Any], seconds: float, folder: Path) -> str:
    return "\n".join(
        (
            f"流动物业 runs (ready in {seconds:.1f} s). Ctrl-C stops it and keeps its data; `make reset` empties it.",
            "道路队小区 is under care: 3 buildings, 166 households, 1991; fees are issued, a vote is open. Go and see:",
            f"  the mini program  {stack.base_url}/app/",
            f"  scan a card       {stack.base_url}{known['cards'][0]}",
            f"  be somebody       {stack.base_url}/local",
            f"  read the contract {stack.base_url}/docs",
            "And beneath it:",
            f"  simulated WeChat  {stack.simulator.base_url}",
            f"  AWS stand-in      {stack.engine.url}",
            f"  data and logs     {folder}",
        )
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def port(name: str, usual: int) -> int:
        return int(os.environ.get(name, usual))

    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--port", type=int, default=port("FP_PORT", 8600), help="the application's")
    parser.add_argument("--engine-port", type=int, default=port("FP_ENGINE_PORT", 8601), help="the AWS stand-in's")
    parser.add_argument("--simulator-port", type=int, default=port("FP_SIMULATOR_PORT", 8602), help="WeChat's")
    parser.add_argument("--folder", type=Path, default=LOCAL_FOLDER, help="where data and logs are kept (.local)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""``python -m local.wechat_simulator --port 9100``: the simulator alone, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from local.wechat_simulator.server import WeChatSimulator


def main() -> int:
    """Serve until SIGINT or SIGTERM; say where and as whom first."""
    parser = argparse.ArgumentParser(prog="local.wechat_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=9100, help="0 takes a free port")
    parser.add_argument("--appid", help="the mini program's appid (a made-up one by default)")
    parser.add_argument("--secret", help="its secret (a made-up one by default)")
    chosen = parser.parse_args()
    identity = {name: value for name in ("appid", "secret") if (value := getattr(chosen, name))}
    try:
        simulator = WeChatSimulator(chosen.port, **identity)
    except OSError as failure:
        print(f"port {chosen.port} cannot be used ({failure.strerror}); choose another with --port", file=sys.stderr)
        return 1
    done = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: done.set())
    with simulator:
        print(f"{simulator.base_url} appid {simulator.appid} secret {simulator.secret}", flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

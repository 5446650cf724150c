"""Lambda entry point of the clock: each scheduled job looks for what has become due."""

from __future__ import annotations

from typing import Any

from miniprogram_api.container import Container
from miniprogram_api.settings import Settings

CONTAINER = Container(Settings.from_environment())


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Run the jobs of the rhythm that the schedule names, or one job by its name; each says how much it did.

    One job that fails keeps none of the others from running; the function then fails as a whole, so that an alarm sees
    it, and the next run does what is left.
    """
    done: dict[str, int] = {}
    failed: list[str] = []
    for name, run in CONTAINER.jobs(event["job"]):
        try:
            done[name] = run(CONTAINER.clock())
        except Exception:
            CONTAINER.log.exception("job_failed", extra={"job": name})
            failed.append(name)
    if failed:
        raise RuntimeError(f"jobs failed: {', '.join(failed)}; done: {done}")
    return done

"""The event pump: what Lambda's event sources and EventBridge do in the cloud, done on one machine.

In the background (`start`) it delivers as things come; in tests and the tour `drain` delivers all that waits, in the
caller's own thread, so that what follows is known without sleeping.
"""

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.deployment import BucketEvent, CallEvent, Deployment, QueueEvent, ScheduleEvent, StreamEvent
from local.engine import Engine
from local.event_sources import BucketSource, CallSource, QueueSource, SetAside, Source, StreamSource
from local.invocation import Invoke, invoke_function
from local.lambda_endpoint import LambdaEndpoint
from local.positions import Positions
from local.resources import client
from local.schedules import next_run

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 2
PAUSE_AFTER_TROUBLE_SECONDS = 2
STOP_SECONDS = 15


class StillWaiting(Exception):
    """Events still wait after the time a drain was given; the text names where."""


class Pump:
    """Delivers events of all kinds to the functions that serverless.yml names for them."""

    def __init__(
        self,
        engine: Engine,
        deployment: Deployment,
        positions_file: Path,
        invoke: Invoke = invoke_function,
        endpoint: LambdaEndpoint | None = None,
    ) -> None:
        self._invoke = invoke
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._sqs = client(engine, "sqs")
        self._failed_events = deployment.queue_url("FailedEventsQueue")
        events = list(deployment.events())
        self._schedules = [event for event in events if isinstance(event, ScheduleEvent)]
        positions = Positions(positions_file)
        self._sources = _sources(engine, events, invoke, positions, self._set_aside)
        if endpoint is not None:
            calls = (event for event in events if isinstance(event, CallEvent))
            self._sources += [CallSource(event, endpoint, invoke, positions, self._set_aside) for event in calls]

    def drain(self, timeout: float = 30) -> int:
        """Deliver until nothing waits anywhere, and say how many deliveries that took; failures are tried to their end.

        Raises:
            StillWaiting: something still waits after so many seconds.
            RuntimeError: the pump runs in the background already.
        """
        if self._threads:
            raise RuntimeError("stop the pump before draining it")
        deadline = time.monotonic() + timeout
        total = 0
        while delivered := {source.name: source.deliver(wait=0) for source in self._sources}:
            moved = sum(delivered.values())
            total += moved
            if not moved:
                break
            if time.monotonic() > deadline:
                raise StillWaiting(", ".join(name for name, count in delivered.items() if count))
        return total

    def pass_over_the_stream(self) -> None:
        """Leave out what the stream holds already: somebody else's, and it can be long."""
        for source in self._sources:
            if isinstance(source, StreamSource):
                source.pass_over()

    def work_off(self, function: str) -> None:
        """Deliver all that one function was asked to do, by its name in serverless.yml, and nothing else.

        Raises:
            ValueError: no other function calls it.
        """
        (source,) = (one for one in self._sources if one.name == f"calls:{function}")
        while source.deliver(wait=0):
            pass

    def run_job(self, job: str) -> Any:
        """Call the one function of the clock for a single job now, and give back its answer."""
        (function,) = {event.function for event in self._schedules}
        return self._invoke(function, {"job": job})

    def run_schedules(self) -> dict[str, int]:
        """Call what the clock calls, each schedule once as its rule would, and say how much each job did."""
        done: dict[str, int] = {}
        for event in self._schedules:
            done |= self._invoke(event.function, event.input)
        return done

    def start(self) -> None:
        """Deliver in the background, one thread to a source and one for the clock."""
        self._stopping.clear()
        runs = [threading.Thread(target=self._deliver_on, args=(source,), daemon=True) for source in self._sources]
        runs.append(threading.Thread(target=self._keep_time, daemon=True))
        self._threads = runs
        for thread in runs:
            thread.start()

    def stop(self) -> None:
        """Stop the background deliveries, and keep what would be forgotten: the engine's stream, and calls."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
        self._threads = []
        for source in self._sources:
            if isinstance(source, StreamSource | CallSource):
                source.keep_undelivered()

    def _deliver_on(self, source: Source) -> None:
        while not self._stopping.is_set():
            try:
                source.deliver(wait=LONG_POLL_SECONDS)
            except Exception:
                # The engine being away for a moment ends nothing; it is written down and tried again.
                log.exception("%s could not be read", source.name)
                self._stopping.wait(PAUSE_AFTER_TROUBLE_SECONDS)

    def _keep_time(self) -> None:
        due = {index: next_run(event.when, time.time()) for index, event in enumerate(self._schedules)}
        while due and not self._stopping.wait(max(0.0, min(due.values()) - time.time())):
            index = min(due, key=lambda each: due[each])
            event = self._schedules[index]
            due[index] = next_run(event.when, time.time())
            try:
                self._invoke(event.function, event.input)
            except Exception:
                log.exception("%s failed on %s", event.function, dict(event.input))

    def _set_aside(self, function: str, record: Any, reason: str) -> None:
        log.error("set aside for a person: %s, %s", function, reason)
        body = {"function": function, "reason": reason, "record": record}
        self._sqs.send_message(QueueUrl=self._failed_events, MessageBody=json.dumps(body))


def _sources(
    engine: Engine, events: Sequence[object], invoke: Invoke, positions: Positions, set_aside: SetAside
) -> list[Source]:
    """In the order in which one causes the next: uploads, what is written to the table, messages."""
    clients: Mapping[str, Any] = {name: client(engine, name) for name in ("dynamodb", "dynamodbstreams", "sqs", "s3")}
    buckets = [event for event in events if isinstance(event, BucketEvent)]
    streams = [event for event in events if isinstance(event, StreamEvent)]
    queues = [event for event in events if isinstance(event, QueueEvent)]
    return [
        *(BucketSource(event, clients["s3"], invoke, positions, set_aside) for event in buckets),
        *(
            StreamSource(event, clients["dynamodb"], clients["dynamodbstreams"], invoke, positions, set_aside)
            for event in streams
        ),
        *(QueueSource(event, clients["sqs"], invoke) for event in queues),
    ]

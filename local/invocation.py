"""Calling a Lambda entry point the way Lambda does: an event of plain JSON, a context, and whatever comes back."""

import importlib
import json
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from local.deployment import ACCOUNT
from local.engine import REGION

Handler = Callable[[dict[str, Any], "LambdaContext"], Any]
Invoke = Callable[[str, Mapping[str, Any]], Any]
"""Calls a function by its name with an event and gives back what it answered, or raises what it raised."""

LONGEST_RUN_SECONDS = 300


class LambdaContext:
    """What a handler may ask about its own invocation."""

    function_version = "$LATEST"
    memory_limit_in_mb = 512

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.aws_request_id = str(uuid.uuid4())
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + LONGEST_RUN_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would stop the function; never below zero."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def invoke_function(name: str, event: Mapping[str, Any]) -> Any:
    """Call functions/<name>.py with a copy of the event, so that no two deliveries share an object."""
    handler: Handler = importlib.import_module(f"functions.{name}").handler
    return handler(json.loads(json.dumps(event)), LambdaContext(name))


def invoking_at(clock: Callable[[], datetime]) -> Invoke:
    """Return a caller of functions for whom it is the time of a clock: a story of two months is told in a minute."""

    def invoke(name: str, event: Mapping[str, Any]) -> Any:
        importlib.import_module(f"functions.{name}").CONTAINER.clock = clock
        return invoke_function(name, event)

    return invoke


def forget_functions() -> None:
    """Let the next call load the functions anew: they keep what they found in the environment."""
    for name in [name for name in sys.modules if name.startswith("functions.")]:
        del sys.modules[name]

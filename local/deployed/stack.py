"""The whole house on one machine as it is deployed: CloudFormation's resources, Lambda's bootstrap, Lambda's Python."""

import time
from collections.abc import Mapping
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any

from local.deployed import deploying
from local.deployed.clock import OutsideClock
from local.deployed.runtime import Runtime
from local.deployment import Deployment
from local.http_front import function_app
from local.resources import create_secrets
from local.stack import Stack, addresses_of, what_the_console_keeps
from local.tool_environment import LOCAL_FOLDER, tool_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


LOG = LOCAL_FOLDER / "logs" / "functions.log"
"""What the functions of the last stack wrote, as CloudWatch would keep it."""


class DeployedStack(Stack):
    """A `Stack` in which nothing of the product runs in this process: it is packaged, deployed and called.

    Raises (on entering):
        CannotStart: something that deploying needs is missing, or the stack could not be made.
    """

    _runtimes: Mapping[str, Runtime]

    @cached_property
    def _outside(self) -> OutsideClock | None:
        """The clock of engine and functions, where a story travels."""
        return None if self._clock is None else OutsideClock(self._clock, self._state / "faketime")

    def _around(self) -> Mapping[str, str]:
        return {} if self._outside is None else self._outside.environment()

    def _make(self, deployment: Deployment) -> None:
        python = deploying.built()
        deploying.deploy(self.engine, deployment.given)
        deploying.take_over(self.engine)
        create_secrets(self.engine, deployment, what_the_console_keeps(self.simulator))
        around = {
            **self.engine.credentials,
            **self.endpoint.environment,
            **addresses_of(self.simulator),
            **self._around(),
        }
        bootstrap = [str(tool_environment("runtime", python) / "python"), "-m", "awslambdaric"]
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.write_bytes(b"")
        self._runtimes = {
            function.name: Runtime(function.among(around), bootstrap, LOG, self._now)
            for function in deploying.functions_of(self.engine, self._state)
        }
        for runtime in self._runtimes.values():
            self._closing.callback(runtime.stop)
        self._invoke = self._call

    def _application(self) -> "WSGIApplication":
        return function_app("api", self._call)

    def _call(self, name: str, event: Mapping[str, Any]) -> Any:
        if self._outside is not None:
            self._outside.write()
        return self._runtimes[name].invoke(event)

    def _now(self) -> float:
        return time.time() if self._clock is None else self._clock().astimezone(UTC).timestamp()

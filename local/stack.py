"""The whole house on one machine: engine, resources, simulated WeChat, the application over HTTP, the event pump."""

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import waitress
from waitress import wasyncore

from local.deployment import Deployment, HttpRoute
from local.engine import HOST, Engine, free_port, require_free_port
from local.http_front import HttpFront
from local.invocation import forget_functions, invoke_function, invoking_at
from local.lambda_endpoint import LambdaEndpoint
from local.pump import Pump
from local.resources import client, create_resources

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from local.wechat_simulator import WeChatSimulator
    from miniprogram_api.container import Container

HTTP_THREADS = 8
CLOSE_SECONDS = 5
SUBSCRIBE_TEMPLATES = Path(__file__).with_name("subscribe-templates.json")
"""Message kind -> template id and fields, as an operator would copy them from the mini program's console."""


@dataclass(frozen=True)
class Ports:
    """Where the three servers listen, all on loopback."""

    app: int
    engine: int
    simulator: int

    @classmethod
    def free(cls) -> Self:
        """Three ports nobody uses."""
        return cls(free_port(), free_port(), free_port())


class Stack:
    """A context manager: everything runs inside it, and nothing of it is left after it.

    Without arguments it takes free ports and a state that is thrown away, and delivers events only when told to
    (`pump.drain()`); `make run` gives it fixed ports, a folder that stays, and starts the pump in the background. A
    story that takes months is told with a ``clock`` of its own.
    """

    base_url: str
    container: "Container"
    simulator: "WeChatSimulator"
    engine: Engine
    endpoint: LambdaEndpoint
    pump: Pump
    _served: "WSGIApplication"

    def __init__(
        self,
        ports: Ports | None = None,
        state: Path | None = None,
        log: Path | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._clock = clock
        self._invoke = invoke_function if clock is None else invoking_at(clock)
        self._ports = ports or Ports.free()
        self._temporary = state is None
        self._state = state or Path(tempfile.mkdtemp(prefix="flowing-property-"))
        self._log = log or (self._state / "engine.log")
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._closing.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _start(self) -> None:
        if self._temporary:
            self._closing.callback(shutil.rmtree, self._state, ignore_errors=True)
        require_free_port(self._ports.app, "the application", "FP_PORT")
        require_free_port(self._ports.simulator, "the simulated WeChat", "FP_SIMULATOR_PORT")
        self.base_url = f"http://{HOST}:{self._ports.app}"
        self.engine = Engine(self._state, self._ports.engine, self._log, self._around())
        self._closing.enter_context(self.engine)
        self._start_simulator()
        deployment = self._create_resources()
        self.pump = Pump(self.engine, deployment, self._state / "pump.json", self._invoke, self.endpoint)
        self._closing.callback(self.pump.stop)  # after the last request, before the engine forgets its stream
        self._start_application(deployment)

    def _around(self) -> Mapping[str, str]:
        """What else stands in the engine's environment."""
        return {}

    def _start_simulator(self) -> None:
        from local.wechat_simulator import WeChatSimulator

        self.simulator = WeChatSimulator(self._ports.simulator)
        self._closing.enter_context(self.simulator)
        offer_templates(self.simulator)

    def _create_resources(self) -> Deployment:
        parameters = {"publicUrl": self.base_url, **what_the_console_says(self.simulator)}
        deployment = Deployment(self.engine.url, parameters)
        self.endpoint = LambdaEndpoint(event.name for event in deployment.called_functions())
        self._closing.enter_context(self.endpoint)
        self._make(deployment)
        simulated = {**addresses_of(self.simulator), "POWERTOOLS_SERVICE_NAME": "local"}
        self._set_environment(
            {**deployment.environment(), **simulated, **self.engine.credentials, **self.endpoint.environment}
        )
        self._show_simulator_where_to_push(deployment)
        return deployment

    def _make(self, deployment: Deployment) -> None:
        """Have the resources on the engine."""
        create_resources(self.engine, deployment, what_the_console_keeps(self.simulator), self._state / "made-from")

    def _set_environment(self, values: Mapping[str, str]) -> None:
        """Give this process what Lambda would give a function, and take it back at the end."""
        before = dict(os.environ)

        def restore() -> None:
            os.environ.clear()
            os.environ.update(before)

        os.environ.update(values)
        self._closing.callback(restore)
        self._closing.callback(forget_functions)

    def _show_simulator_where_to_push(self, deployment: Deployment) -> None:
        ssm = client(self.engine, "ssm")
        path = deployment.environment()["FP_SECRETS_PATH"]

        def secret(name: str) -> str:
            return str(ssm.get_parameter(Name=f"{path}/{name}", WithDecryption=True)["Parameter"]["Value"])

        self.simulator.control(
            "push",
            url=f"{self.base_url}/wechat/push",
            token=secret("wechat-push-token"),
            encoding_aes_key=secret("wechat-push-aes-key"),
        )

    def _start_application(self, deployment: Deployment) -> None:
        from miniprogram_api.container import Container
        from miniprogram_api.settings import Settings

        settings = Settings.from_environment()
        self.container = Container(settings) if self._clock is None else Container(settings, self._clock)
        routes = [event for event in deployment.events() if isinstance(event, HttpRoute)]
        self._served = HttpFront(self._application(), routes, self._invoke)
        self._closing.callback(serve(self._answer, self._ports.app))

    def _application(self) -> "WSGIApplication":
        """What answers every path that has no function of its own."""
        from miniprogram_api.app import create_app

        return create_app(self.container)

    def put_in_front(self, wrap: Callable[["WSGIApplication"], "WSGIApplication"]) -> None:
        """Let something answer before the product does."""
        self._served = wrap(self._served)

    def _answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self._served(environ, start_response)


def what_the_console_says(simulator: "WeChatSimulator") -> dict[str, str]:
    """What an operator copies from WeChat's consoles into the parameters of a deployment."""
    known = simulator.control("pay", act="credentials", provider=True)
    return {
        "wechatAppid": simulator.appid,
        "payMchid": known["mchid"],
        "payMode": "provider",
        "payCertificateSerial": known["certificate_serial"],
        "payPublicKeyId": known["public_key_id"],
        "paySecondKeyId": known["platform_certificate_serial"],
    }


def what_the_console_keeps(simulator: "WeChatSimulator") -> dict[str, str]:
    """What an operator copies from there into the parameter store."""
    known = simulator.control("pay", act="credentials", provider=True)
    return {
        "wechat-app-secret": simulator.secret,
        "subscribe-templates": SUBSCRIBE_TEMPLATES.read_text(),
        "wechat-pay-private-key": known["private_key"],
        "wechat-pay-apiv3-key": known["apiv3_key"],
        "wechat-pay-public-key": known["public_key"],
        "wechat-pay-second-key": known["platform_certificate"],
    }


def addresses_of(simulator: "WeChatSimulator") -> dict[str, str]:
    """Where the product finds the simulated WeChat instead of the real one."""
    return {"FP_WECHAT_API_URL": simulator.base_url, "FP_PAY_API_URL": simulator.base_url}


def offer_templates(simulator: "WeChatSimulator") -> None:
    """Put the templates into the simulated console, each with the keys that must be sent."""
    for template in json.loads(SUBSCRIBE_TEMPLATES.read_text()).values():
        simulator.control("template", template_id=template["id"], keys=list(template["fields"]))


def serve(application: "WSGIApplication", port: int) -> Callable[[], None]:
    """Serve in a thread of its own; the answer ends it and gives the port back."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(application, map=sockets, host=HOST, port=port, threads=HTTP_THREADS, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def close() -> None:
        # Sockets belong to the server's own thread: it closes them there, and ends because none is left.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(CLOSE_SECONDS)
        server.task_dispatcher.shutdown()

    return close

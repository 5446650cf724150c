"""One engine for all tests of a run. Tests keep apart by fresh estates, never by emptying the table."""

import functools
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import botocore.session
import hypothesis
import pytest

from local.deployment import Deployment
from local.engine import Engine, free_port
from local.lambda_endpoint import LambdaEndpoint
from local.resources import create_resources
from local.stack import addresses_of, offer_templates, what_the_console_keeps, what_the_console_says
from local.wechat_simulator import WeChatSimulator
from miniprogram_api.app import create_app
from miniprogram_api.container import Container
from miniprogram_api.settings import Settings
from tests.capacity import Meter, Used
from tests.contract_client import Contract, ContractClient
from tests.world import People, SettableClock, World, build_world

# Thousands of houses are built in one run; AWS's descriptions of its services need to be read once.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

# A busy machine is no fault of the house: nothing here is held against the clock.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

# Processes of one run inherit it, and its end names it.
os.environ.setdefault("FAULT_SEED", str(secrets.randbelow(2**32) + 1))

MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in China."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say from which seed the schedules of payments were played (tests/faults)."""
    terminalreporter.write_line(f"FAULT_SEED={os.environ['FAULT_SEED']} plays the same schedules of payments again")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The AWS stand-in on a free port, with a state that goes with the run."""
    folder = tmp_path_factory.mktemp("engine")
    with Engine(folder, free_port(), folder / "engine.log") as running:
        yield running


@pytest.fixture(scope="session")
def simulator() -> Iterator[WeChatSimulator]:
    """WeChat, on a free port."""
    with WeChatSimulator(0) as running:
        offer_templates(running)
        yield running


@pytest.fixture(scope="session")
def resources(engine: Engine, simulator: WeChatSimulator, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """The table, buckets, queues and secrets of infra/, made once; also says what they are called."""
    parameters = {"publicUrl": "https://wy.example.cn", **what_the_console_says(simulator)}
    deployment = Deployment(engine.url, parameters)
    kept = what_the_console_keeps(simulator)
    create_resources(engine, deployment, kept, tmp_path_factory.mktemp("resources") / "made-from")
    return deployment


@pytest.fixture(scope="session")
def table_name(resources: Deployment) -> str:
    """The one table, ready to use."""
    return resources.environment()["FP_TABLE"]


@pytest.fixture(scope="session")
def endpoint(resources: Deployment) -> Iterator[LambdaEndpoint]:
    """Where functions hand work on to each other; nobody does it unless a test does."""
    with LambdaEndpoint(event.name for event in resources.called_functions()) as listening:
        yield listening


@pytest.fixture
def aws_environment(
    engine: Engine, resources: Deployment, endpoint: LambdaEndpoint, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment a function finds, set for one test."""
    values = {**resources.environment(), **engine.credentials, **endpoint.environment}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture(scope="session")
def settings(
    engine: Engine, resources: Deployment, endpoint: LambdaEndpoint, simulator: WeChatSimulator
) -> Iterator[Settings]:
    """The settings of the run; AWS clients find the engine through the environment, as they find AWS on Lambda."""
    before = dict(os.environ)
    values = {**resources.environment(), **engine.credentials, **endpoint.environment, **addresses_of(simulator)}
    os.environ.update(values)
    yield Settings.from_environment()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands on a Monday at 10:00 in China until a test moves it."""
    return SettableClock(MONDAY_MORNING)


@pytest.fixture
def container(settings: Settings, clock: SettableClock) -> Container:
    """The house on the real engine and the simulated WeChat."""
    return Container(settings, clock)


@pytest.fixture(scope="session")
def contract() -> Contract:
    """What the house promises over HTTP."""
    return Contract.of_the_house()


@pytest.fixture
def client(container: Container, contract: Contract) -> ContractClient:
    """Whole requests; every answer is held against the contract."""
    return ContractClient(create_app(container), contract)


@pytest.fixture
def people(container: Container) -> People:
    """Makes people."""
    return People(container)


@pytest.fixture
def world(container: Container) -> World:
    """A fresh city down to one estate under contract."""
    return build_world(container)


Calls = list[tuple[str, dict[str, object]]]


@pytest.fixture
def calls(container: Container) -> Callable[[], AbstractContextManager[Calls]]:
    """Collects the calls that reach DynamoDB: ``with calls() as seen:`` gives (operation, parameters) in order."""

    @contextmanager
    def watching() -> Iterator[Calls]:
        seen: Calls = []

        def note(params: dict[str, object], model: object, **_: object) -> None:
            seen.append((getattr(model, "name", ""), params))

        container.table.prime()
        events = container.table.client_events()
        events.register("provide-client-params.dynamodb", note)
        try:
            yield seen
        finally:
            events.unregister("provide-client-params.dynamodb", note)

    return watching


@pytest.fixture
def meter(container: Container) -> Callable[[], AbstractContextManager[Used]]:
    """What requests cost in DynamoDB: ``with meter() as used:`` gives calls in order, read units and write units."""
    container.table.prime()
    return Meter(container.table.client_events()).watching

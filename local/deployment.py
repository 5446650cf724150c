"""What is deployed, read from serverless.yml and infra/, so that one machine runs the same functions.

Only what those files use is understood: `${sls:stage}`, `${param:...}`, !Ref, !GetAtt and !Sub of pseudo parameters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.engine import REGION
from local.tool_environment import REPOSITORY

STAGE = "local"
ACCOUNT = "000000000000"
RESOURCE_FILES = ("table.yml", "buckets.yml", "queues.yml")
_VARIABLE = re.compile(r"\$\{(sls|param|AWS::)(?::)?(\w+)\}")


@dataclass(frozen=True)
class HttpRoute:
    """A path that a function of its own answers, without Flask."""

    function: str
    method: str
    path: str


@dataclass(frozen=True)
class StreamEvent:
    """A function that reads a table's stream; `attempts` counts the first delivery too."""

    function: str
    table: str
    batch_size: int
    attempts: int


@dataclass(frozen=True)
class QueueEvent:
    """A function that empties a queue."""

    function: str
    queue: str
    batch_size: int


@dataclass(frozen=True)
class BucketEvent:
    """A function called for every object put under a prefix."""

    function: str
    bucket: str
    prefix: str


@dataclass(frozen=True)
class CallEvent:
    """A function that others call by the name it is deployed under, and do not wait for."""

    function: str
    name: str


@dataclass(frozen=True)
class ScheduleEvent:
    """A function called by the clock with a fixed input; `when` is EventBridge's rate(...) or cron(...)."""

    function: str
    when: str
    input: Mapping[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _short_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix == "Ref" else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise TypeError(f"!{suffix} with a mapping is not used here")


_Loader.add_multi_constructor("!", _short_tag)


class Deployment:
    """The resources by their logical name, the environment of the functions, and the events that call them."""

    def __init__(self, engine_url: str, parameters: Mapping[str, str], repository: Path = REPOSITORY) -> None:
        self._engine_url = engine_url
        self._service = self._load(repository / "serverless.yml")
        self.given = parameters
        self._parameters = {**self._service["params"]["default"], **parameters}
        self.resources: dict[str, dict[str, Any]] = {}
        for name in RESOURCE_FILES:
            self.resources |= self._resolve(self._load(repository / "infra" / name)["Resources"])

    def resources_of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical name -> properties of all resources of a CloudFormation type."""
        return {
            name: self.plain(resource["Properties"])
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def environment(self) -> dict[str, str]:
        """What every function finds in its environment."""
        values = self.plain(self._resolve(self._service["provider"]["environment"]))
        return {name: str(value) for name, value in values.items()}

    def queue_url(self, logical_name: str) -> str:
        """Where the engine answers for a queue."""
        return str(self._reference(logical_name))

    def called_functions(self) -> list[CallEvent]:
        """The functions whose name stands in the environment of the others."""
        named = set(self.environment().values())
        deployed = {name: f"{self._service['service']}-{STAGE}-{name}" for name in self._service["functions"]}
        return [CallEvent(function, name) for function, name in deployed.items() if name in named]

    def events(self) -> Iterator[HttpRoute | StreamEvent | QueueEvent | BucketEvent | CallEvent | ScheduleEvent]:
        """Everything that calls a function; the API's catch-all route is Flask's and left out."""
        for name, function in self._service["functions"].items():
            for event in function.get("events", []):
                ((kind, detail),) = event.items()
                if detail != "*":
                    yield self._event(name, kind, self.plain(self._resolve(detail)))
        yield from self._bucket_events()
        yield from self.called_functions()

    def plain(self, value: Any) -> Any:
        """The value with references to resources replaced by what they are on this machine."""
        if isinstance(value, list):
            return [self.plain(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Ref"}:
            return self._reference(value["Ref"])
        if set(value) == {"Fn::Sub"}:
            return value["Fn::Sub"]
        if set(value) == {"Fn::GetAtt"}:
            return value["Fn::GetAtt"]
        return {name: self.plain(entry) for name, entry in value.items()}

    def _event(self, function: str, kind: str, detail: Any) -> HttpRoute | StreamEvent | QueueEvent | ScheduleEvent:
        if kind == "httpApi":
            method, path = detail.split()
            return HttpRoute(function, method, path)
        if kind == "stream":
            table = _logical(detail["arn"])
            return StreamEvent(
                function, self._reference(table), detail["batchSize"], detail["maximumRetryAttempts"] + 1
            )
        if kind == "sqs":
            return QueueEvent(function, self._reference(_logical(detail["arn"])), detail["batchSize"])
        if kind == "schedule":
            return ScheduleEvent(function, detail["rate"], detail["input"])
        raise ValueError(f"serverless.yml calls {function} by {kind}, which local/deployment.py does not know")

    def _bucket_events(self) -> Iterator[BucketEvent]:
        functions = {_lambda_logical_name(name): name for name in self._service["functions"]}
        for properties in self.resources_of_type("AWS::S3::Bucket").values():
            wiring = properties.get("NotificationConfiguration", {})
            for entry in wiring.get("LambdaConfigurations", []):
                (rule,) = entry["Filter"]["S3Key"]["Rules"]
                yield BucketEvent(functions[_logical(entry["Function"])], properties["BucketName"], rule["Value"])

    def _reference(self, logical_name: str) -> Any:
        resource = self.resources[logical_name]
        properties = resource["Properties"]
        if resource["Type"] == "AWS::SQS::Queue":
            return f"{self._engine_url}/{ACCOUNT}/{properties['QueueName']}"
        named = properties["TableName"] if "TableName" in properties else properties["BucketName"]
        return self.plain(named)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._resolve(entry) for name, entry in value.items()}
        if isinstance(value, list):
            return [self._resolve(entry) for entry in value]
        if not isinstance(value, str):
            return value
        whole = _VARIABLE.fullmatch(value)
        if whole:
            return self._variable(whole)
        return _VARIABLE.sub(lambda match: str(self._variable(match)), value)

    def _variable(self, match: re.Match[str]) -> Any:
        source, name = match.groups()
        if source == "param":
            return self._parameters[name]
        return {"stage": STAGE, "AccountId": ACCOUNT, "Region": REGION, "Partition": "aws"}[name]

    @staticmethod
    def _load(path: Path) -> Any:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  a SafeLoader with tags


def _logical(attribute: str) -> str:
    """The resource an `Arn` attribute belongs to."""
    return attribute.partition(".")[0]


def _lambda_logical_name(function: str) -> str:
    """The name osls gives a function's resource."""
    spelled = function.replace("-", "Dash").replace("_", "Underscore")
    return f"{spelled[0].upper()}{spelled[1:]}LambdaFunction"

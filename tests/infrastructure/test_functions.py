"""Each entry point is deployed, and deployed the way the others rely on."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra import check, code
from miniprogram_api.settings import Settings
from tests.infrastructure.packaged import of_type, referred

Resources = dict[str, dict[str, Any]]


def entry_points() -> set[str]:
    """Return the handler of every module in functions/ that defines one, as Lambda is told of it."""
    return {
        f"functions/{module.stem}.handler"
        for module in (check.ROOT / "functions").glob("*.py")
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "handler"
    }


def test_every_entry_point_is_deployed_and_everything_deployed_exists(resources: Resources) -> None:
    # The other way round too: for some events osls adds functions of its own, with rights over everything.
    functions = of_type(resources, "AWS::Lambda::Function")
    deployed = [function["Handler"] for function in functions.values()]
    assert sorted(deployed) == sorted(entry_points())


def test_every_function_runs_python_313_on_the_built_layer(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        assert function["Runtime"] == "python3.13", name
        assert function["Architectures"] == ["x86_64"], name
        assert {"Ref": "RuntimeLayer"} in function["Layers"], name
        assert "TracingConfig" not in function, f"{name}: X-Ray does not exist in the China regions"


def test_every_function_logs_into_a_group_that_forgets(resources: Resources, stage: str) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    retained = {group["LogGroupName"] for group in groups.values() if group.get("RetentionInDays")}
    assert len(retained) == len(groups), "a log group without retention keeps people's data for ever"
    functions = of_type(resources, "AWS::Lambda::Function").values()
    assert {f"/aws/lambda/{function['FunctionName']}" for function in functions} <= retained
    if stage != "dev":  # Cybersecurity Law of the PRC, article 21 (3): network logs at least six months
        assert {group["RetentionInDays"] for group in groups.values()} == {180}


def test_functions_behind_http_end_before_the_gateway_gives_up(resources: Resources) -> None:
    integrations = of_type(resources, "AWS::ApiGatewayV2::Integration").values()
    behind_http = {referred(integration["IntegrationUri"]) for integration in integrations}
    assert len(behind_http) == 3
    for name in behind_http:
        assert resources[name]["Properties"]["Timeout"] < 29, name
    for name in ("WechatUnderscorepush", "PayUnderscorenotify"):
        told = resources[f"{name}LambdaFunction"]["Properties"]
        assert told["Timeout"] <= 5, "WeChat waits five seconds for an answer"


def test_routes(resources: Resources) -> None:
    routes = of_type(resources, "AWS::ApiGatewayV2::Route").values()
    targets = {route["RouteKey"]: referred(route["Target"]["Fn::Join"][1][1]) for route in routes}
    assert targets == {
        "$default": "HttpApiIntegrationApi",
        "GET /wechat/push": "HttpApiIntegrationWechatUnderscorepush",
        "POST /wechat/push": "HttpApiIntegrationWechatUnderscorepush",
        "POST /wechat/pay/payments": "HttpApiIntegrationPayUnderscorenotify",
        "POST /wechat/pay/refunds": "HttpApiIntegrationPayUnderscorenotify",
    }
    for integration in of_type(resources, "AWS::ApiGatewayV2::Integration").values():
        assert integration["PayloadFormatVersion"] == "2.0"


def test_a_flood_stops_at_the_gateway_and_its_log_holds_no_path_or_query(resources: Resources) -> None:
    (gateway_stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    limits = gateway_stage["DefaultRouteSettings"]
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"]
    logged = gateway_stage["AccessLogSettings"]["Format"]
    assert "$context.path" not in logged, "a path holds card tokens"
    assert "query" not in logged.lower(), "a query string can hold a login code"


class Recording(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self.variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)


def test_every_function_starts_with_the_settings_it_is_given(resources: Resources, stage: str) -> None:
    for name, function in of_type(resources, "AWS::Lambda::Function").items():
        given = {key: str(value) for key, value in function["Environment"]["Variables"].items()}
        environment = Recording({"AWS_REGION": check.REGIONS[stage], **given})
        settings = Settings.from_environment(environment)
        assert settings.stage == stage, name
        # Read, given, and nothing else: a variable that nobody reads is a promise nobody keeps.
        ours = {variable for variable in given if variable.startswith("FP_")}
        assert ours == {variable for variable in environment.asked if variable.startswith("FP_")} - {
            *("FP_WECHAT_API_URL", "FP_PAY_API_URL"),  # only a simulator needs others
        }, name
        assert given["POWERTOOLS_SERVICE_NAME"] == Path(function["Handler"]).stem, name


def test_functions_that_draw_have_the_imaging_layer(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Lambda::Function").values()
    drawing = {function["Handler"] for function in functions if {"Ref": "ImagingLayer"} in function["Layers"]}
    assert drawing == {"functions/api.handler", "functions/process_upload.handler"}


def test_only_our_code_is_packaged_with_byte_code_that_survives_it(template: dict[str, Any]) -> None:
    with zipfile.ZipFile(code.ZIP) as archive:
        names = archive.namelist()
        byte_code = {name: archive.read(name) for name in names if name.endswith(".pyc")}
    assert {name.split("/")[0] for name in names} == {"functions", "miniprogram_api"}
    assert "functions/api.py" in names
    if byte_code:  # a machine without Lambda's Python packages for a look only
        assert "functions/__pycache__/api.cpython-313.pyc" in byte_code
        # PEP 552: flags 0b11 say that the source's hash is kept, and checked; times are not looked at.
        assert {compiled[4:8] for compiled in byte_code.values()} == {b"\x03\x00\x00\x00"}


def test_the_gateway_sends_no_metric_by_route(resources: Resources) -> None:
    # Each would be paid for like one of our own, and the alarm looks at the API as a whole.
    (gateway_stage,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    assert not gateway_stage["DefaultRouteSettings"].get("DetailedMetricsEnabled", False)

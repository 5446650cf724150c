"""`osls deploy`, as to AWS, into the engine: packages, layers and the whole CloudFormation stack."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import check, code
from infra.byte_code import NoLambdaPython, lambda_python
from layers import build as layers
from local.deployed.runtime import Deployed
from local.deployment import STAGE
from local.engine import REGION, Engine
from local.problems import CannotStart
from local.resources import client

BUCKET = "flowing-property-deployment"
DEPLOY_SECONDS = 300
TASK = "task"
"""What Lambda calls the code of a function, unpacked."""


def built() -> Path:
    """Build layers and code as for a deployment, and return the Python that compiled them.

    Layers are built anew only when what they are made from has changed: they take half a minute.

    Raises:
        CannotStart: this machine lacks Lambda's Python or Node, or a package cannot be had.
    """
    try:
        python = lambda_python()
        check.install_osls()
        made_from = layers.OUTPUT / "made-from"
        if not made_from.exists() or made_from.read_text() != layers.fingerprint():
            layers.build("x86_64", python)
            made_from.write_text(layers.fingerprint())
        code.build(python)
    except (NoLambdaPython, check.CheckFailed, RuntimeError) as lack:
        raise CannotStart(str(lack)) from lack
    return python


def deploy(engine: Engine, parameters: Mapping[str, str]) -> None:
    """Put the layers into the deployment bucket and create the stack.

    Raises:
        CannotStart: the stack was not made; the text is what osls said.
    """
    s3 = client(engine, "s3")
    s3.create_bucket(Bucket=BUCKET)
    for packed in layer_zips().values():
        s3.upload_file(str(packed), BUCKET, f"layers/{packed.name}")
    given = {"region": REGION, "deploymentBucket": BUCKET, **parameters}
    options = [f"--param={name}={value}" for name, value in given.items()]
    osls = subprocess.run(
        [str(check.OSLS), "deploy", "--stage", STAGE, *options],
        cwd=check.ROOT,
        env={**os.environ, **engine.credentials, "SLS_TELEMETRY_DISABLED": "1", "NO_COLOR": "1", "CI": "true"},
        capture_output=True,
        text=True,
        timeout=DEPLOY_SECONDS,
        check=False,
    )
    if osls.returncode:
        raise CannotStart(f"osls could not deploy:\n{osls.stdout}{osls.stderr}")
    print(osls.stderr.strip(), file=sys.stderr)


def take_over(engine: Engine) -> None:
    """Keep the engine from calling the functions by itself: it would start them on a Python of its own.

    What calls them stays as it was deployed; the event pump, which knows every source, does the calling.
    """
    lambda_ = client(engine, "lambda")
    for mapping in lambda_.list_event_source_mappings()["EventSourceMappings"]:
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    events = client(engine, "events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])
    s3 = client(engine, "s3")
    for bucket in s3.list_buckets()["Buckets"]:
        s3.put_bucket_notification_configuration(Bucket=bucket["Name"], NotificationConfiguration={})


def functions_of(engine: Engine, folder: Path) -> list[Deployed]:
    """Unpack what was deployed as Lambda does, and return the functions of the stack by their configuration.

    Layers lie in folders of their own beside the code: what a function was not given, it cannot import.
    """
    lambda_ = client(engine, "lambda")
    unpacked = unpack(folder)
    return [
        _deployed(function, unpacked)
        for page in lambda_.get_paginator("list_functions").paginate()
        for function in page["Functions"]
    ]


def layer_zips() -> dict[str, Path]:
    """Return the zip of each layer, by the layer's name."""
    keys: dict[str, str] = json.loads((layers.OUTPUT / "x86_64.json").read_text())
    return {layer: layers.OUTPUT / Path(key).name for layer, key in keys.items()}


def unpack(folder: Path) -> dict[str, Path]:
    """Unpack code and layers, each beside the others; return where Python finds each: ``task``, and layers by name."""
    for name, packed in {TASK: code.ZIP, **layer_zips()}.items():
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder / name)
    return {TASK: folder / TASK} | {layer: folder / layer / "python" for layer in layer_zips()}


def _deployed(function: Mapping[str, Any], unpacked: Mapping[str, Path]) -> Deployed:
    given = [layer["Arn"].split(":")[6].rpartition("-")[2] for layer in function["Layers"]]
    path = os.pathsep.join(str(unpacked[name]) for name in (TASK, *given))
    name = function["FunctionName"]
    environment = {
        **function["Environment"]["Variables"],
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": path,
        "LAMBDA_TASK_ROOT": str(unpacked[TASK]),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }
    return Deployed(
        name=Path(function["Handler"]).stem,
        handler=function["Handler"],
        environment=environment,
        timeout_seconds=function["Timeout"],
        arn=function["FunctionArn"],
    )

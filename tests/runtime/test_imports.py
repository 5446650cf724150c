"""What a cold start loads: by name, and by instructions, which do not jitter as seconds do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bench.starting import plainly_installed
from infra import code
from infra.byte_code import NoLambdaPython, lambda_python
from local.deployed import deploying

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = sorted(path.stem for path in (code.ROOT / "functions").glob("*.py") if "def handler" in path.read_text())
NEVER = {"wechatpy", "PIL", "openpyxl", "boto3.resources", "pydantic", "s3transfer", "requests"}
ONLY_THE_API = {"flask", "werkzeug", "zappa", "jinja2", "click"}
FLOOR = "import boto3; boto3.client('dynamodb')"
BESIDE_THE_FLOOR = 1.25
"""Today 1.11: the API function may grow by an eighth before somebody looks at what it loads."""


def loaded_by(function: str, environment: dict[str, str]) -> set[str]:
    program = f"import functions.{function}, sys, json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    asked = [sys.executable, "-c", program]
    done = subprocess.run(asked, cwd=code.ROOT, env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_loads_nothing_that_it_does_not_need_to_start(function, aws_environment) -> None:
    loaded = loaded_by(function, {**os.environ, **aws_environment})
    assert not loaded & NEVER
    if function != "api":
        assert not loaded & ONLY_THE_API
    else:
        assert {"flask", "zappa.wsgi"} <= loaded
        assert not loaded & {"boto3", "jinja2", "click"}
        rooms = {name for name in loaded if re.fullmatch(r"miniprogram_api\.\w+\.routes.*", name)}
        assert not rooms, "operations are loaded when they are asked for"


@pytest.fixture(scope="module")
def python() -> Path:
    if shutil.which("valgrind") is None:
        pytest.skip("Counting instructions needs valgrind: apt-get install valgrind")
    try:
        found = lambda_python()
    except NoLambdaPython as lack:
        pytest.skip(str(lack))
    deploying.built()
    return found


def instructions(python: Path, program: str, path: str, folder: Path) -> int:
    counted = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    environment = {
        **{name: value for name, value in os.environ.items() if name.startswith(("FP_", "AWS_", "PATH"))},
        "PYTHONPATH": path,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    asked = [*counted, str(python), "-P", "-c", program]
    done = subprocess.run(asked, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", ""))


def test_the_packaged_api_imports_little_more_than_boto3_and_one_client(python, tmp_path, aws_environment) -> None:
    unpacked = deploying.unpack(tmp_path)
    ours = os.pathsep.join((str(unpacked["task"]), str(unpacked["runtime"])))
    floor = plainly_installed(tmp_path / "plain", python)
    api = instructions(python, "import functions.api", ours, tmp_path)
    assert api / instructions(python, FLOOR, floor, tmp_path) < BESIDE_THE_FLOOR

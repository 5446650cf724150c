"""The template of every stage as osls packages it, made once and kept in build/package until its sources change."""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

import pytest

from infra import check

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="session", params=list(check.REGIONS))
def stage(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def template(stage: str) -> dict[str, Any]:
    if shutil.which("node") is None:
        # On a machine that guards the main branch, "not looked at" must not pass for "in order".
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "Node is not installed on this machine, so serverless.yml cannot be packaged and looked at."
        )
    parsed: dict[str, Any] = json.loads(check.packaged_template(stage).read_text())
    return parsed


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    every: Resources = template["Resources"]
    return every

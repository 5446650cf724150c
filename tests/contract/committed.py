"""The contract as it is committed, so that a change of it is seen in review."""

import json
from pathlib import Path

from miniprogram_api.app import operations
from miniprogram_api.edge.addresses import tree_of
from miniprogram_api.edge.contract import openapi

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def tree() -> str:
    """The addresses of the code as it is now."""
    return json.dumps(tree_of(operations()), ensure_ascii=False, indent=1) + "\n"


def generated() -> str:
    """The contract of the code as it is now, one fact a line."""
    return json.dumps(openapi(operations()), ensure_ascii=False, indent=1) + "\n"

"""Looking things up in a packaged template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_type(resources: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type, of which there must be one at least."""
    found = {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}
    assert found, f"the template has no {kind}"
    return found


def referred(value: Any) -> str:
    """Return the resource that a Ref or a GetAtt points to."""
    if "Ref" in value:
        return str(value["Ref"])
    return str(value["Fn::GetAtt"][0])


def everything_in(value: Any) -> Iterator[Any]:
    """Walk through all that is nested in a value, itself included."""
    yield value
    if isinstance(value, dict):
        for key, nested in value.items():
            yield key
            yield from everything_in(nested)
    elif isinstance(value, list):
        for nested in value:
            yield from everything_in(nested)


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of all inline policies of a role."""
    return [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    """Return a value that may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]

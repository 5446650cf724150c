"""A test client that holds every answer against the contract, so that no test can pass on an undocumented one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from werkzeug.exceptions import MethodNotAllowed, NotFound

from miniprogram_api.app import operations
from miniprogram_api.edge.addresses import Addresses
from miniprogram_api.edge.contract import openapi

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from miniprogram_api.edge.operations import Operation

OUTSIDE_THE_CONTRACT = {"/openapi.json", "/docs", "/health"}


class AnswerUndocumented(AssertionError):
    """The application answered in a way the contract does not describe."""


@dataclass
class Contract:
    """The contract of one application, with validators made once."""

    description: dict[str, Any]
    addresses: Addresses
    _validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    @classmethod
    def of_the_house(cls) -> Contract:
        """Build it from the operations."""
        listed = operations()
        return cls(openapi(listed), Addresses.of(listed))

    def check(self, method: str, path: str, response: TestResponse) -> None:
        """Raise AnswerUndocumented unless status, media type and body are as described."""
        try:
            operation, _ = self.addresses.find(method, path)
        except (NotFound, MethodNotAllowed):
            return  # answered outside any operation
        described = self.description["paths"][_path_of(operation)][method.lower()]["responses"]
        where = f"{method} {operation.path} -> {response.status_code}"
        if str(response.status_code) not in described:
            raise AnswerUndocumented(f"{where}: not in {sorted(described)}: {response.get_data(as_text=True)[:500]}")
        content = described[str(response.status_code)].get("content", {})
        if not content:
            if response.get_data():
                raise AnswerUndocumented(f"{where}: a body where none is described")
            return
        if response.mimetype not in content:
            raise AnswerUndocumented(f"{where}: {response.mimetype} instead of {sorted(content)}")
        if response.mimetype == "application/json":
            self._validate(where, content["application/json"]["schema"], response.get_json())

    def _validate(self, where: str, schema: dict[str, Any], body: Any) -> None:
        key = repr(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.description["components"]}
            self._validators[key] = validator_for(whole, default=Draft202012Validator)(whole)
        errors = sorted(self._validators[key].iter_errors(body), key=str)
        if errors:
            raise AnswerUndocumented(f"{where}: {errors[0].json_path}: {errors[0].message}")


def _path_of(operation: Operation) -> str:
    return operation.path.replace("<", "{").replace(">", "}")


class ContractClient:
    """Requests as one would write them by hand: ``client.post(path, json=..., who=person, key="...")``."""

    def __init__(self, app: Flask, contract: Contract) -> None:
        self.app = app
        self._contract = contract

    def open(self, method: str, path: str, *, who: Any = None, key: str | None = None, **rest: Any) -> TestResponse:
        """Send a request as a person (or nobody) and check the answer against the contract."""
        headers = dict(rest.pop("headers", {}))
        if who is not None:
            headers = {**who.headers, **headers}
        if key is not None:
            headers["Idempotency-Key"] = key
        response = self.app.test_client().open(path, method=method, headers=headers, **rest)
        self._contract.check(method, path.partition("?")[0], response)
        return response

    def get(self, path: str, **rest: Any) -> TestResponse:
        """GET."""
        return self.open("GET", path, **rest)

    def post(self, path: str, **rest: Any) -> TestResponse:
        """POST."""
        return self.open("POST", path, **rest)

    def put(self, path: str, **rest: Any) -> TestResponse:
        """PUT."""
        return self.open("PUT", path, **rest)

    def patch(self, path: str, **rest: Any) -> TestResponse:
        """PATCH."""
        return self.open("PATCH", path, **rest)

    def delete(self, path: str, **rest: Any) -> TestResponse:
        """DELETE."""
        return self.open("DELETE", path, **rest)

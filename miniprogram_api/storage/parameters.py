"""Secrets by name from the parameter store, fetched when first needed and kept for the life of the process."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from miniprogram_api.kernel.errors import Unavailable

if TYPE_CHECKING:
    from miniprogram_api.storage.aws import Aws


class SecretUnavailable(Unavailable):
    """A secret could not be fetched; its name, never its value, is in the detail."""

    code = "configuration_unavailable"


class Parameters:
    """The secrets below one path of the SSM parameter store, each fetched alone: a function may read only its own."""

    def __init__(self, path: str, aws: Aws) -> None:
        self._path = path.rstrip("/")
        self._aws = aws
        self._values: dict[str, str] = {}
        self._lock = Lock()

    def secret(self, name: str) -> str:
        """Return the secret ``name``.

        Raises:
            SecretUnavailable: there is none of that name, or the store did not answer.
        """
        with self._lock:
            if name not in self._values:
                self._values[name] = self._fetch(name)
            return self._values[name]

    @cached_property
    def _client(self) -> Any:
        return self._aws.client("ssm", read_timeout=3)

    def _fetch(self, name: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)
        except (BotoCoreError, ClientError) as error:
            raise SecretUnavailable(name=name) from error
        value: str = answer["Parameter"]["Value"]
        return value

"""Secrets by name from the parameter store, fetched when first needed and kept for the life of the process."""

from __future__ import annotations

from threading import Lock

from miniprogram_api.kernel.errors import Unavailable


class SecretUnavailable(Unavailable):
    """A secret could not be fetched; its name, never its value, is in the detail."""

    code = "configuration_unavailable"


class Parameters:
    """The secrets below one path of the SSM parameter store.

    All of them come in one call, the first time one is asked for: a process needs two or three, and a second call
    would cost more than the few bytes it saves.
    """

    def __init__(self, path: str, region: str) -> None:
        self._path = path.rstrip("/")
        self._region = region
        self._values: dict[str, str] = {}
        self._lock = Lock()

    def secret(self, name: str) -> str:
        """Return the secret ``name``.

        Raises:
            SecretUnavailable: there is none of that name, or the store did not answer.
        """
        with self._lock:
            if name not in self._values:
                self._fetch()
        try:
            return self._values[name]
        except KeyError:
            raise SecretUnavailable(name=name) from None

    def _fetch(self) -> None:
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
        client = botocore.session.get_session().create_client("ssm", region_name=self._region, config=config)
        try:
            pages = client.get_paginator("get_parameters_by_path").paginate(Path=self._path, WithDecryption=True)
            for page in pages:
                for parameter in page["Parameters"]:
                    self._values[parameter["Name"].rsplit("/", 1)[1]] = parameter["Value"]
        except (BotoCoreError, ClientError) as error:
            raise SecretUnavailable(path=self._path) from error

"""Clients of AWS's services, all made by one session: making a session costs as much as making a client."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import Any


class Aws:
    """Makes clients for one region; credentials and addresses come from the environment, as Lambda sets them."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._making = Lock()

    @cached_property
    def session(self) -> Any:
        """The session."""
        import botocore.session
        from botocore.config import Config

        session = botocore.session.get_session()
        # Unless it is given one, botocore puts a user agent together from twenty parts for every call.
        session.set_default_client_config(Config(user_agent="flowing-property"))
        return session

    def client(self, service: str, *, read_timeout: int, **options: Any) -> Any:
        """Make a client that gives up soon enough for an answer inside the gateway's 29 s."""
        from botocore.config import Config

        retries = {"total_max_attempts": 3, "mode": "standard"}
        config = Config(connect_timeout=1, read_timeout=read_timeout, retries=retries, **options)
        with self._making:  # a session may not make two clients at once
            return self.session.create_client(service, region_name=self._region, config=config)

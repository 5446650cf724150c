"""What every room stands on: settings, the clock, the table, the buckets, secrets and the outgoing half of WeChat."""

from __future__ import annotations

import base64
from functools import cached_property
from typing import TYPE_CHECKING

from miniprogram_api.edge.sessions import SessionTokens
from miniprogram_api.kernel.clock import Clock, system_clock
from miniprogram_api.observability import Log, count_for_a_person, create_log
from miniprogram_api.storage.aws import Aws
from miniprogram_api.storage.cursor import CursorSigner
from miniprogram_api.storage.parameters import Parameters, SecretUnavailable
from miniprogram_api.storage.sealing import Sealer
from miniprogram_api.storage.table import Table
from miniprogram_api.storage.wechat_tokens import SharedTokens

if TYPE_CHECKING:
    from miniprogram_api.settings import Settings
    from miniprogram_api.storage.objects import Objects
    from miniprogram_api.wechat.mini_program import WeChat

KEY_BYTES = 32


class Foundations:
    """What every room stands on. ``clock`` is given in, because tests live at chosen instants."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def log(self) -> Log:
        """The logger of this process."""
        return create_log("flowing-property", self.settings.log_level)

    def call_a_person(self, what: str) -> None:
        """Set off the alarm of whoever runs the stage."""
        count_for_a_person(what, self.settings.stage)

    @cached_property
    def aws(self) -> Aws:
        """What makes clients of AWS's services."""
        return Aws(self.settings.region)

    @cached_property
    def parameters(self) -> Parameters:
        """Secrets by name."""
        return Parameters(self.settings.secrets_path, self.aws)

    @cached_property
    def table(self) -> Table:
        """The one table."""
        return Table(self.settings.table, self.settings.region, CursorSigner(self._index_key), self.aws)

    @cached_property
    def uploads(self) -> Objects:
        """The bucket that clients post to."""
        from miniprogram_api.storage.objects import Objects

        return Objects(self.settings.uploads_bucket, self.aws)

    @cached_property
    def media(self) -> Objects:
        """The bucket of processed photos and printed sheets."""
        from miniprogram_api.storage.objects import Objects

        return Objects(self.settings.media_bucket, self.aws)

    @cached_property
    def sealer(self) -> Sealer:
        """Personal data at rest."""
        return Sealer(self._data_key, self._index_key)

    @cached_property
    def tokens(self) -> SessionTokens:
        """Session tokens."""
        return SessionTokens(lambda: self.parameters.secret("session-keys").split(","))

    @cached_property
    def wechat(self) -> WeChat:
        """The outgoing half of WeChat."""
        from miniprogram_api.wechat.mini_program import WeChat

        return WeChat(
            appid=self.settings.wechat_appid,
            secret=lambda: self.parameters.secret("wechat-app-secret"),
            token_store=SharedTokens(self.table),
            clock=self.clock,
            base_url=self.settings.wechat_api_url,
        )

    def _data_key(self) -> bytes:
        return self._key("data-key")

    def _index_key(self) -> bytes:
        return self._key("index-key")

    def _key(self, name: str) -> bytes:
        """Return a key of 32 bytes; a shorter one would work as well and protect nothing."""
        key = base64.b64decode(self.parameters.secret(name))
        if len(key) != KEY_BYTES:
            raise SecretUnavailable(name=name)
        return key

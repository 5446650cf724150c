"""The one composition root: settings -> adapters -> services, each built when first used."""

from __future__ import annotations

import base64
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from miniprogram_api.edge.guards import Place
from miniprogram_api.edge.sessions import SessionTokens
from miniprogram_api.kernel.clock import Clock, system_clock
from miniprogram_api.observability import Log, create_log
from miniprogram_api.storage.cursor import CursorSigner
from miniprogram_api.storage.parameters import Parameters
from miniprogram_api.storage.sealing import Sealer
from miniprogram_api.storage.table import Table
from miniprogram_api.storage.wechat_tokens import SharedTokens

if TYPE_CHECKING:
    from miniprogram_api.estates.service import Estates
    from miniprogram_api.identity.service import Identity
    from miniprogram_api.kernel.access import Principal, Territory
    from miniprogram_api.settings import Settings
    from miniprogram_api.storage.objects import Objects
    from miniprogram_api.wechat.mini_program import WeChat

S = TypeVar("S")

SERVICES = {
    "Identity": "identity",
    "Estates": "estates",
}
"""Service class -> the attribute that builds it; views ask by class, imports stay lazy."""

NOTICES: dict[str, str] = {}
"""Kind of a stored thing -> ``module:function`` that says, from its old and new form, who must be told what."""

JOBS: dict[str, str] = {}
"""Name of a scheduled job -> ``attribute.method`` of the container that does it; called with the present instant."""


class Container:
    """Everything one process is made of. ``clock`` is given in, because tests live at chosen instants."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.clock = clock

    def service(self, kind: type[S]) -> S:
        """Return the one service of a class."""
        return cast("S", getattr(self, SERVICES[kind.__name__]))

    @cached_property
    def log(self) -> Log:
        """The logger of this process."""
        return create_log("flowing-property", self.settings.log_level)

    @cached_property
    def parameters(self) -> Parameters:
        """Secrets by name."""
        return Parameters(self.settings.secrets_path, self.settings.region)

    @cached_property
    def table(self) -> Table:
        """The one table."""
        return Table(self.settings.table, self.settings.region, CursorSigner(self._index_key))

    @cached_property
    def uploads(self) -> Objects:
        """The bucket that clients post to."""
        from miniprogram_api.storage.objects import Objects

        return Objects(self.settings.uploads_bucket, self.settings.region)

    @cached_property
    def media(self) -> Objects:
        """The bucket of processed photos and printed sheets."""
        from miniprogram_api.storage.objects import Objects

        return Objects(self.settings.media_bucket, self.settings.region)

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

    @cached_property
    def gatekeeper(self) -> Gate:
        """What the edge asks to check a guard."""
        return Gate(self)

    @cached_property
    def identity(self) -> Identity:
        """Who people are."""
        from miniprogram_api.identity.service import Identity
        from miniprogram_api.identity.store import People

        return Identity(People(self.table), self.wechat, self.tokens, self.sealer, self.settings.wechat_appid)

    @cached_property
    def estates(self) -> Estates:
        """The registers."""
        from miniprogram_api.estates.service import Estates
        from miniprogram_api.estates.store import Register

        return Estates(Register(self.table))

    def _data_key(self) -> bytes:
        return base64.b64decode(self.parameters.secret("data-key"))

    def _index_key(self) -> bytes:
        return base64.b64decode(self.parameters.secret("index-key"))


class Gate:
    """Answers the edge from the rooms that know: people from identity, places from estates."""

    def __init__(self, container: Container) -> None:
        self._container = container

    def principal(self, token: str) -> Principal:
        """Return the person a session token stands for."""
        return self._container.identity.principal(token, self._container.clock())

    def territory(self, place: Place, identity: str) -> Territory:
        """Return the territory that an estate, unit or company id names."""
        estates = self._container.estates
        match place:
            case Place.ESTATE:
                return estates.get_estate(identity).territory
            case Place.UNIT:
                return estates.get_unit(identity).territory
            case Place.COMPANY:
                return estates.get_company(identity).territory

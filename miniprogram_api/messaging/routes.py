"""Operations of this room."""

from __future__ import annotations

from miniprogram_api.edge.operations import Routes

routes = Routes("messaging", tag="messaging")

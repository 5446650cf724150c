"""Tariffs over HTTP, and what belongs to them."""

from __future__ import annotations

from miniprogram_api.edge.operations import Routes
from miniprogram_api.tariffs.routes import orders, shared, standards, tariffs

routes = Routes("tariffs", tag="收费标准")
for part in (tariffs, standards, orders, shared):
    routes.operations += part.routes.operations

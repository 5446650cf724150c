"""Prices over HTTP: what the government sets, the talks, the appraisals."""

from __future__ import annotations

from miniprogram_api.edge.operations import Routes
from miniprogram_api.prices.routes import appraisals, prices, talks

routes = Routes("prices", tag="价格形成")
for part in (prices, talks, appraisals):
    routes.operations += part.routes.operations

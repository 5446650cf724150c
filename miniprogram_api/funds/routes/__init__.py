"""The common money over HTTP: places, postings, months, publications; spending; the maintenance fund; contracts."""

from __future__ import annotations

from miniprogram_api.edge.operations import Routes
from miniprogram_api.funds.routes import fund, ledger, publications, spending, year_end

routes = Routes("funds", tag="公共收支")
for part in (ledger, publications, spending, fund, year_end):
    routes.operations += part.routes.operations

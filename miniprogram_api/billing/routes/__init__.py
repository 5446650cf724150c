"""Bills over HTTP: runs, bills, adjustments, arrears, the collection rate."""

from __future__ import annotations

from miniprogram_api.billing.routes import adjustments, arrears, bills, collection, runs
from miniprogram_api.edge.operations import Routes

routes = Routes("billing", tag="账单与收缴")
for part in (runs, bills, adjustments, arrears, collection):
    routes.operations += part.routes.operations

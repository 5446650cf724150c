"""Committee members' conduct over HTTP: lists, commitments, work reports, breaches, cases."""

from __future__ import annotations

from miniprogram_api.conduct.routes import breaches, cases, catalogue, pledges, reports
from miniprogram_api.edge.operations import Routes

routes = Routes("conduct", tag="委员履职")
for part in (catalogue, pledges, reports, breaches, cases):
    routes.operations += part.routes.operations

"""The operations of ballots."""

from __future__ import annotations

from miniprogram_api.ballots.routes import desk, papers, report, roll, voting
from miniprogram_api.edge.operations import Routes

routes = Routes("ballots", tag="表决")
for part in (desk, voting, papers, roll, report):
    routes.operations += part.routes.operations

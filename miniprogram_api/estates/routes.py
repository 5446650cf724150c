"""The registers over HTTP."""

from __future__ import annotations

from miniprogram_api.edge.operations import Routes

routes = Routes("estates", tag="小区")

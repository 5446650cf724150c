"""Consultations and joint actions over HTTP."""

from __future__ import annotations

from miniprogram_api.consultation.routes import joint_actions, steps, topics
from miniprogram_api.edge.operations import Routes

routes = Routes("consultation", tag="协商议事")
for part in (topics, steps, joint_actions):
    routes.operations += part.routes.operations

"""Conduct as other rooms ask for it: a committee member's cases."""

from miniprogram_api.conduct.service.cases import ConductCases

__all__ = ["ConductCases"]

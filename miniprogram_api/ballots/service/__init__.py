"""Ballots as other rooms ask for them, and the steps that people take with them (VOT-01)."""

from miniprogram_api.ballots.service.desk import Ballots

__all__ = ["Ballots"]

"""Prices as other rooms ask for them: what the government allows (FEE-03)."""

from miniprogram_api.prices.service.guide_prices import GuidePrices

__all__ = ["GuidePrices"]

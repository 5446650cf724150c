"""How a price comes about: what the government allows, what the company asks, what owners offer, what both agree on.

Rows: FEE-03 (guide prices and their limit), FEE-06 (price talks), FEE-07 (benchmark prices), FEE-09 (appraisals),
FEE-15 (grades as sets of items with a price).
"""

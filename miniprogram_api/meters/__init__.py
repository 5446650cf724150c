"""Meters of rooms and common parts, their readings, and what was used in a period.

Rows: FEE-01 (the working behind metered lines), FEE-04 (usage that shared costs are split by).
"""

"""Patrols of an estate: points with a printed code, routes with a plan, and what was seen on each walk.

Rows: REP-11 (patrol with a phone), REP-12 (record of upkeep of common facilities).
"""

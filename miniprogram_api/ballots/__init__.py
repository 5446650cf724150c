"""Ballots 表决: owners' votes, elections, consents and surveys on one engine, sealed while open, checkable by all.

Carries VOT-01, 02, 04, 10, 11, 18, 22, 23, SUP-12 and SUP-15; the law behind each rule is in docs/law.md.
"""

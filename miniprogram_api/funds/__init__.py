"""The ledger: whose money is where, in postings that balance, and months that are checked, published and closed.

Carries FND-01 to FND-07, FND-11, FND-16 and FND-17; bills say what is owed, this room only what has moved.
"""

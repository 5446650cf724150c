"""Bills: issued from tariffs for a period, run by run, and what is owed on them until they are paid, reduced or void.

Carries FEE-01, FEE-11, FEE-12 and FEE-14; whose money a payment becomes is the ledger's business (funds).
"""

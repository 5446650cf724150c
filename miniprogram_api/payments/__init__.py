"""Money through WeChat Pay and at the counter: orders, notifications, settlement, refunds, reconciliation.

Carries FEE-02 and INT-13's payments. Nothing here may lose or double a payment, whatever comes twice, late or never.
"""

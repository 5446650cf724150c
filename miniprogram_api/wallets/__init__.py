"""What a room has in hand: prepaid money, and credits earned by consumption that only pay the service fee.

Carries FEE-10 and the prepayment of FEE-01.
"""

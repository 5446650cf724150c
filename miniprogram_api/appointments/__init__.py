"""Who holds which post where: staff, officials, committees and representatives, appointed by phone number.

Carries IDR-04, 05, 07, 08 (data scope), 12 and 20.
"""

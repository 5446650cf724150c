"""Receipts, numbered without gaps per company and year, re-printable, a void one visible; invoices people ask for.

Carries the receipts of FEE-01 and the statements and exports of FEE-12 and FND-04; tax invoices are issued elsewhere.
"""

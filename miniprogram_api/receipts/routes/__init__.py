"""Receipts, invoice requests and the accountant's exports over HTTP."""

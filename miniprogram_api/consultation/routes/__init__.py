"""Consultations and joint actions over HTTP."""

"""Tariffs over HTTP, and what belongs to them."""

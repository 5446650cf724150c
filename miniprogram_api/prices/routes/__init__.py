"""Prices over HTTP: what the government sets, the talks, the appraisals."""

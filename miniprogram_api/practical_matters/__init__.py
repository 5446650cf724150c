"""The ledger 我为群众办实事: what was promised, who answers for it, whom it reached. Carries REP-17."""

"""Work orders from a photo to a verified, rated, published result. Carries REP-01 to 12 and 14 to 17."""

"""Who lives in which room, as what, and who said so. Carries IDR-03."""

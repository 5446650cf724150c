"""The organisation tree, estates with their buildings and rooms, and companies. Carries EST-01 to 03, 08 and IDR-08."""

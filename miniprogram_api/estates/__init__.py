"""The organisation tree, estates with their places, companies and filed contracts. Carries EST-01 to 04, 08 and 13."""

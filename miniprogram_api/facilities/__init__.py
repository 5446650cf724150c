"""Common parts and common facilities of an estate: what there is, and when it is due for upkeep. Carries EST-13."""

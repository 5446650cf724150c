"""Bills over HTTP: runs, bills, adjustments, arrears, the collection rate."""

"""What tariffs and what belongs to them look like over HTTP."""

"""The operations of ballots."""

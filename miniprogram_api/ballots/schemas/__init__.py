"""What people send and see of ballots."""

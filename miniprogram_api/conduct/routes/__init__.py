"""Committee members' conduct over HTTP: lists, commitments, work reports, breaches, cases."""

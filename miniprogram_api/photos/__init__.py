"""Photos, from the permission to upload one to its acceptance; they belong to whatever was written with them.

Rows: REP-01 (photos of a request), and the photos of every other room that attaches them.
"""

"""Use cases of the owners' assembly: call a session, record it, sign rooms in, tell owners, look for missing ones."""

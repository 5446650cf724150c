"""Messages to people: an inbox entry always, a WeChat message where the person granted one.

Carries the notices of all rooms (FEE-11, PUB-03 build on it) and the trail of who changed what.
"""

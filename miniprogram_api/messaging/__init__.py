"""Messages to people: an inbox entry always, a WeChat message where it was granted. Carries the notices of all rooms."""

"""What cards look like over HTTP."""

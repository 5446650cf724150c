"""What people send to this room and what they see of it."""

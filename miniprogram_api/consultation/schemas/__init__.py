"""What is sent and shown of consultations and joint actions."""

"""What is sent and shown of the common money."""

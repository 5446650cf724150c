"""The whole stack on one machine: for demonstration and development, never part of what is deployed."""

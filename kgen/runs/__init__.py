"""A run directory and its configuration."""

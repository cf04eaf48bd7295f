"""Models that estimate a number from a value."""

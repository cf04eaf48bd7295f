"""Models that estimate a number of a value."""

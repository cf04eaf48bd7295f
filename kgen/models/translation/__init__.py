"""Models that make of values of one kind those of another."""

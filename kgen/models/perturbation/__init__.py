"""Models of a value before and after a treatment."""

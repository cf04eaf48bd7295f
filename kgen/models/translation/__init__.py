"""Models that translate values of one kind into values of another."""

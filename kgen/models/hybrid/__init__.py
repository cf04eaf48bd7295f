"""Hybrids: autoencoders that also play an adversarial game."""

"""Adversarial models: a generator and a discriminator that play against each other."""

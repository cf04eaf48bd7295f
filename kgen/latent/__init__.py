"""Walks through the latent space of anything that decodes or generates."""

from kgen.latent.steer import class_samples

__all__ = ["class_samples"]

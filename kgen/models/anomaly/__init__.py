"""Detectors: trained on normal values alone, they tell what is unlike these, and where."""

"""Callbacks that watch a training, one per file."""

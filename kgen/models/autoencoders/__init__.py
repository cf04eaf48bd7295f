"""Autoencoders: models with an encoder, a decoder and a likelihood."""

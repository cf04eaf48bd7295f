"""Small trained models that come with kgen, each in a folder of its own with how it was made.

Example:
    >>> from kgen import pretrained
    >>> model = pretrained.load("mnist")
    >>> images, labels = pretrained.data("mnist").test["x"], pretrained.data("mnist").test.labels
    >>> model.classify(images), model.latents(images, labels), model.generate(64, labels=3)
"""

from kgen.pretrained.loading import data, load, names

__all__ = ["data", "load", "names"]

"""Small trained models that come with kgen, each in a folder of its own with how it was made.

Example:
    >>> from kgen import pretrained
    >>> model, test = pretrained.load("mnist"), pretrained.data("mnist").test
    >>> images, labels = test["x"], test.labels
    >>> round(float((model.classify(images).argmax(axis=1) == labels).mean()), 2)
    0.99
    >>> model.latents(images, labels).shape, model.generate(64, labels=3).shape
    ((1000, 32), (64, 28, 28, 1))
"""

from kgen.pretrained.loading import data, load, names

__all__ = ["data", "load", "names"]

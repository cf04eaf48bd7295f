import numpy as np

from kgen.verbs.verb import Verb


class Classify(Verb):
    """Writes the class of every value: number ``y``, name ``class``, and all ``probabilities``."""

    task = "classify"

    def reads(self, model):
        return ("x",)

    def apply(self, model, values):
        probabilities = model.classify(**values)
        read = probabilities.argmax(axis=1)
        return {"y": read, "class": np.array(_classes(model))[read], "probabilities": probabilities}

    def columns(self, model, name):
        return (
            [f"probability_{each}" for each in _classes(model)] if name == "probabilities" else None
        )

    def names(self, model):
        return {"class_names": _classes(model)}


def _classes(model):
    return model.fields["y"].class_names

from kgen.verbs.verb import Verb


class Classify(Verb):
    """Writes the class of every value, ``y``, and the probability of each class, ``probabilities``."""

    task = "classify"

    def reads(self, model):
        return ("x",), ()

    def apply(self, model, values):
        probabilities = model.classify(**values)
        return {"y": probabilities.argmax(axis=1), "probabilities": probabilities}

from kgen.verbs.verb import Verb


class Estimate(Verb):
    """Writes the number that the model estimates for every value: ``y``, in stored units."""

    task = "regress"

    def reads(self, model):
        return ("x",)

    def apply(self, model, values):
        return {"y": model.estimate(**values)}

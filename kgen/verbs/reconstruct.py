from kgen.verbs.verb import Verb


class Reconstruct(Verb):
    """Writes the reconstruction of every value: ``x``, in stored units."""

    task = "reconstruct"

    def apply(self, model, values):
        return {"x": model.reconstruct(**values)}

    def field(self, model, name):
        return model.fields["x"]

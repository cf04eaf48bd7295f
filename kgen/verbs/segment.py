import numpy as np

from kgen.verbs.verb import Verb


class Segment(Verb):
    """Writes the mask ``y`` of every value, as the stored numbers of its classes."""

    task = "segment"

    def check(self, model):
        super().check(model)
        if not model.segments:
            raise ValueError("this run was trained on images and not on masks: it translates.")

    def reads(self, model):
        return ("x",)

    def apply(self, model, values):
        return {"y": self._classes(model, model.segment(**values)[..., None])}

    def field(self, model, name):
        return model.fields["y"]

    def of_patches(self, model, values):
        return model.class_shares(values)

    def of_scan(self, model, blended):
        return self._classes(model, blended.argmax(axis=-1)).astype("int16")

    def _classes(self, model, numbers):
        return np.asarray(model.fields["y"].values)[numbers]

import keras

from kgen.fields import Label


class Answers(keras.Model):
    """What a model answers to ``predict``, as a network that can be exported.

    Args:
        model: ``GenerativeModel`` with names in ``asks``.
    """

    def __init__(self, model):
        super().__init__(name=model.name)
        self.model = model
        self.built = True

    @property
    def signature(self):
        """What it is called with: one input, or several by name."""
        specs = {name: self._spec(name) for name in self.model.asks}
        return specs if len(specs) > 1 else specs[self.model.asks[0]]

    def call(self, inputs):
        return self.model.predict_step((inputs,))

    def _spec(self, name):
        field = self.model.fields.get(name)
        shape = (self.model.latent_dim,) if field is None else field.shape
        dtype = "int32" if isinstance(field, Label) else "float32"
        return keras.layers.InputSpec(shape=(None, *shape), dtype=dtype, name=name)

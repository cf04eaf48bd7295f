import keras

from kgen.fields import Label
from kgen.types import Tensor, Tensors


class Exported(keras.Model):
    """What ``predict`` of a model computes, as a network of its own that Keras can export.

    Args:
        model: ``GenerativeModel`` with names in ``predict_inputs``.
    """

    def __init__(self, model: keras.Model):
        super().__init__(name=model.name)
        self.model = model
        self.built = True

    @property
    def signature(self) -> keras.layers.InputSpec | dict[str, keras.layers.InputSpec]:
        """What it is called with: one input, or several by name."""
        specs = {name: self._spec(name) for name in self.model.predict_inputs}
        return specs if len(specs) > 1 else specs[self.model.predict_inputs[0]]

    def call(self, inputs: Tensor | Tensors) -> Tensor:
        return self.model.predict_step((inputs,))

    def _spec(self, name):
        field = self.model.fields.get(name)
        shape = (self.model.latent_dim,) if field is None else field.shape
        dtype = "int32" if isinstance(field, Label) else "float32"
        return keras.layers.InputSpec(shape=(None, *shape), dtype=dtype, name=name)

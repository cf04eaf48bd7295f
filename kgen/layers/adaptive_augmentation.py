from collections.abc import Sequence
from typing import Any, Self

import keras
from keras import ops

from kgen import checks
from kgen.types import Tensor


@keras.saving.register_keras_serializable("kgen")
class AdaptiveAugmentation(keras.layers.Layer):
    """Changes a share p of the values that a discriminator sees; p follows its overfitting.

        r = mean sign D(x),   p ← p ± n / N, up where r is above its target, for n real values x

    Where D says of nearly all training values that they are real, it knows them by heart. p then
    rises from 0 to 1 within N values. Each layer changes a value with probability p of its own.
    While p is below 1, D still tells what values are like unchanged, so the changes do not show in
    the samples.

    Args:
        layers: list of layers of random changes, such as ``RandomAffine``.
        target: float in [0, 1], of r.
        values: int ≥ 1, N; the paper has 500,000.
        edge: float, what comes in where values are moved.

    Raises:
        ValueError: if ``target`` or ``values`` is out of range.

    Example:
        >>> augment = AdaptiveAugmentation([RandomAffine(rotation=10)], edge=-1.0)
        >>> logits = discriminator(augment(x, training=True))
        >>> augment.adapt(logits)

    Reference:
        Karras et al., Training Generative Adversarial Networks with Limited Data, 2020,
        arXiv:2006.06676
    """

    def __init__(
        self,
        layers: Sequence[keras.Layer],
        target: float = 0.6,
        values: int = 100_000,
        edge: float = 0.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        checks.check_number("target", target, 0.0, 1.0)
        (self.values,) = checks.check_sizes(values=values)
        self.layers, self.target, self.edge = list(layers), target, edge
        self.seeds = keras.random.SeedGenerator()
        for layer in self.layers:
            layer.build(None)
        self.share = self.add_weight(
            shape=(),
            initializer="zeros",
            trainable=False,
            dtype="float32",
            aggregation="mean",
            name="share",
        )
        self.built = True

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        if not training:
            return values
        values = values - self.edge
        for layer in self.layers:
            values = ops.where(
                self._chosen(values), layer(values, training=True), values
            )
        return values + self.edge

    def adapt(self, logits: Tensor) -> None:
        """Moves p by the logits (n, 1) of real values of one step."""
        sure = ops.mean(ops.sign(logits)) - self.target
        step = ops.cast(ops.shape(logits)[0], "float32") / self.values
        self.share.assign(ops.clip(self.share + step * ops.sign(sure), 0.0, 1.0))

    def _chosen(self, values):
        shape = (ops.shape(values)[0], *[1] * (len(values.shape) - 1))
        return (
            keras.random.uniform(shape, dtype="float32", seed=self.seeds) < self.share
        )

    def compute_output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("target", "values", "edge")}
        layers = [keras.saving.serialize_keras_object(layer) for layer in self.layers]
        return {**super().get_config(), **own, "layers": layers}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        layers = [
            keras.saving.deserialize_keras_object(layer)
            for layer in config.pop("layers")
        ]
        return cls(layers, **config)

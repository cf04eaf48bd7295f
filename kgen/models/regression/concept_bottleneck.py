"""Models that read concepts from a value and estimate a number from the concepts alone."""

from typing import Any, Self

import keras
from keras import ops

from kgen import checks, networks
from kgen.abilities import Explains, HasConcepts
from kgen.engine import GenerativeModel
from kgen.fields import Grid, Number, Vector
from kgen.types import Tensor

MODES = "joint", "sequential", "independent"


@keras.saving.register_keras_serializable("kgen")
class ConceptBottleneck(HasConcepts, Explains, GenerativeModel):
    """Concept bottleneck: reads concepts from a value and estimates a number from these alone.

        ĉ = r(x),   ŷ = f(ĉ),   loss = (y − f(c̃))² + concept_weight · mean (c − ĉ)²

    Concepts are, for example, volumes of csf, grey matter and white matter. c and y are measured in
    standard deviations from the means of the training values. ``mode`` says what f learns from, c̃:
    in ``"joint"`` it is ĉ, so that r learns from y too; in ``"sequential"`` it is ĉ without a
    gradient to r; in ``"independent"`` it is the true c. After training, f reads ĉ in every mode,
    or what a person puts in its place.

    Args:
        reader: built model r, scaled values (n, …) to scaled concepts (n, k).
        regressor: built model f, scaled concepts to a scaled number (n, 1).
        mode: str, ``"joint"``, ``"sequential"`` or ``"independent"``.
        concept_weight: float ≥ 0.
        **options: ``fields``, ``seed``, ``ema_decay``, ``name`` of ``kgen.engine.GenerativeModel``.

    Raises:
        ValueError: if the mode is unknown or the weight negative.

    Example:
        >>> model = ConceptBottleneck.from_fields(**dataset.fields)  # x scans, c volumes, y ages
        >>> model.compile()
        >>> model.fit(dataset.train.values, epochs=20)
        >>> model.estimate(scans), model.concepts(scans)  # in years, in mm³
        >>> model.intervene(scans, {"csf": measured})  # in years, with the true volume of fluid

    Reference:
        Koh et al., Concept Bottleneck Models, 2020, arXiv:2007.04612
    """

    scalars = ("target_loss", "concept_loss", "absolute_error")
    headline = ("loss", "concept_loss", "absolute_error")

    def __init__(
        self,
        reader: keras.Model,
        regressor: keras.Model,
        mode: str = "joint",
        concept_weight: float = 1.0,
        **options: Any,
    ):
        super().__init__({"model": [reader, regressor]}, **options)
        checks.check_known("mode", mode, MODES)
        checks.check_weights(concept_weight=concept_weight)
        self.reader, self.regressor = reader, regressor
        self.mode, self.concept_weight = mode, concept_weight

    def found(self, x: Tensor) -> Tensor:
        return self.reader(x, training=False)

    def decided(self, c: Tensor) -> Tensor:
        return self.regressor(c, training=False)

    def answers(self, x: Tensor) -> Tensor:
        return self.regressed(x)

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        return self.regressor(self.reader(inputs, training=training), training=training)

    def learnt_from(self, found: Tensor, c: Tensor, training: bool) -> Tensor:
        """The concepts that f reads in a step; evaluation always uses those found."""
        if not training or self.mode == "joint":
            return found
        return c if self.mode == "independent" else ops.stop_gradient(found)

    def objective(
        self, x: Tensor, c: Tensor, y: Tensor, training: bool = True
    ) -> Tensor:
        found = self.reader(x, training=training)
        number = self.regressor(self.learnt_from(found, c, training), training=training)
        self.score("absolute_error", self.absolute_error(y, number))
        target_loss = self.score(
            "target_loss", ops.square(ops.reshape(y - number, (-1,)))
        )
        concept_loss = self.score(
            "concept_loss", ops.mean(ops.square(c - found), axis=1)
        )
        return target_loss + self.concept_weight * concept_loss

    def train_step(self, data: Any) -> dict[str, Tensor]:
        self.play("model", self.objective, *self.unpack(data))
        return self.results()

    @classmethod
    def from_fields(
        cls, x: Grid, c: Vector, y: Number, network: str = "baseline", hidden: int = 64,
        mode: str = "joint", concept_weight: float = 1.0, **options: Any,
    ) -> Self:  # fmt: skip
        """A ``kgen.networks.reader`` to the concepts, and one hidden layer from them to y."""
        reader = networks.reader(x.shape, c.shape[0], network)
        regressor = networks.decider(c.shape[0], hidden)
        return cls(
            reader,
            regressor,
            mode,
            concept_weight,
            fields={"x": x, "c": c, "y": y},
            **options,
        )

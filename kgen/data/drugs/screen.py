from dataclasses import dataclass
from typing import Any

import numpy as np

from kgen import checks
from kgen.names import mapped
from kgen.types import Array

MODULES, LINEAGES = 8, 4
FEWEST_LINES, FEWEST_GENES = 20, 2 * MODULES
SECOND = 0.3  # share of genes that a second module moves too
SATURATION = 2.0  # the most by which modules can move a gene, either way
NOISE = 0.6  # standard deviation of a measured gene
SWITCHED = -1.5  # what a drug adds to the activity of its first module
LEFT = 0.3  # by what it multiplies the activity of its second module
VARIATION = 0.2  # standard deviation of unpredictable changes of activity after a drug
# Both modules of a drug, and the logit of the response by their activities before the drug.
DRUGS = {
    "linear": ((0, 1), lambda first, second: 2.0 * (first + second)),
    "interaction": ((2, 3), lambda first, second: 3.0 * first * second),
    "unrelated": ((4, 5), lambda first, second: 0.0 * first),
}


@dataclass(frozen=True)
class Screen:
    """Cell lines before and after drugs, drawn from a known latent model.

        a = lineage + N(0, I)
        after a drug: module 1 shifted by −1.5, module 2 multiplied by .3, + N(0, .2² I)
        x = base + 2 tanh(W a / 2) + N(0, .6² I)
        response ~ Bernoulli(sigmoid(logit(a)))

    The response to the drug ``linear`` depends on the sum of its modules, that to ``interaction``
    on their product. The response to ``unrelated`` is a fair coin.

    Args:
        genes: int ≥ 16.
        seed: int, of the weights of the genes and of all random numbers.

    Raises:
        ValueError: if there are too few genes.

    Example:
        >>> lines = Screen(genes=200).lines(400)
        >>> lines["x"].shape, lines["after"]["linear"].shape, lines["response"]["linear"].shape
        ((400, 200), (400, 200), (400,))
    """

    genes: int = 200
    seed: int = 0

    def __post_init__(self):
        checks.check_number("genes", self.genes, FEWEST_GENES, float("inf"))

    @property
    def weights(self) -> Array:
        """W (modules, genes): each gene has one module, some a second."""
        random = np.random.default_rng([self.seed, 0])
        weights = np.zeros((MODULES, self.genes))
        places = np.arange(self.genes)
        signs = random.choice([-1.0, 1.0], self.genes)
        weights[self.modules, places] = signs * random.uniform(0.5, 1.5, self.genes)
        second = random.random(self.genes) < SECOND
        other = (self.modules + random.integers(1, MODULES, self.genes)) % MODULES
        weights[other[second], places[second]] += random.normal(0.0, 0.4, second.sum())
        return weights

    @property
    def modules(self) -> Array:
        """The module of each gene."""
        return np.arange(self.genes) % MODULES

    def lines(self, count: int, population: int = 1) -> dict[str, Any]:
        """``count`` cell lines: lineage, activity and x, and by drug: moved, after and response."""
        random = np.random.default_rng([self.seed, population])
        means = np.random.default_rng([self.seed, 0, 0]).normal(
            0.0, 0.5, (LINEAGES, MODULES)
        )
        lineage = np.arange(count) % LINEAGES
        activity = means[lineage] + random.normal(size=(count, MODULES))
        found = {
            "lineage": lineage,
            "activity": activity,
            "x": self.measured(activity, random),
        }
        moved = {drug: self.treated(activity, drug, random) for drug in DRUGS}
        return {
            **found, "moved": moved,
            "after": mapped(self.measured, moved, random),
            "response": {drug: self.responses(activity, drug, random) for drug in DRUGS},
        }  # fmt: skip

    def expressed(self, activity: Array) -> Array:
        """The expression of activities (n, modules) without noise."""
        base = np.random.default_rng([self.seed, 0, 1]).uniform(4.0, 10.0, self.genes)
        return base + SATURATION * np.tanh(activity @ self.weights / SATURATION)

    def measured(self, activity: Array, random: np.random.Generator) -> Array:
        """The expression with noise, float32."""
        return (
            self.expressed(activity)
            + random.normal(0.0, NOISE, (len(activity), self.genes))
        ).astype("float32")

    def treated(
        self, activity: Array, drug: str, random: np.random.Generator | None = None
    ) -> Array:
        """The activities after a drug; their mean without ``random``."""
        (first, second), _ = DRUGS[drug]
        moved = activity.copy()
        moved[:, first] += SWITCHED
        moved[:, second] *= LEFT
        return (
            moved
            if random is None
            else moved + random.normal(0.0, VARIATION, moved.shape)
        )

    def odds(self, activity: Array, drug: str) -> Array:
        """The logit of each response."""
        modules, rule = DRUGS[drug]
        return rule(*activity[:, modules].T)

    def responses(
        self, activity: Array, drug: str, random: np.random.Generator
    ) -> Array:
        """Whether each cell line responds, 0 or 1."""
        return (
            random.random(len(activity)) < 1 / (1 + np.exp(-self.odds(activity, drug)))
        ).astype(int)

from dataclasses import dataclass

import numpy as np

from kgen import checks
from kgen.names import numbered
from kgen.types import Array

TISSUES = "blood", "brain", "kidney", "liver", "lung", "muscle"
SEXES, BATCHES = ("female", "male"), ("batch_0", "batch_1", "batch_2")
SEX_GENES = 10  # genes of the module that only sex moves
FEWEST_GENES = 5  # per module
ACTIVE = 0.4  # share of modules that a tissue switches on
SWITCHED = 2.0  # what that adds to their activity
SATURATION = 4.0  # the most by which modules can move a gene, either way
# standard deviations of a batch's shift of each gene, and of a measurement
BATCH, NOISE = 0.2, 0.5


@dataclass(frozen=True)
class Tissues:
    """Expression of genes in tissues of women and men, in batches, drawn from a known latent model.

        a = Gamma(1) + 2 · (the tissue switches the module on);   a_sex is 0 or 1
        x = base + 4 tanh(W a / 4) + batch + N(0, .5² I)

    Every gene belongs to one module at most; modules differ in size. Genes of no module are only
    noise.

    Args:
        genes: int, at least 5 per module and 10 for sex.
        modules: int ≥ 2, besides that of sex.
        seed: int, of the weights of the genes and of all random numbers.

    Raises:
        ValueError: if there are too few genes or modules.

    Example:
        >>> drawn = Tissues(genes=500).samples(300)
        >>> drawn["x"].shape, drawn["activity"].shape, drawn["tissue"].shape
        ((300, 500), (300, 21), (300,))
    """

    genes: int = 1000
    modules: int = 20
    seed: int = 0

    def __post_init__(self):
        checks.check_number("modules", self.modules, 2, float("inf"))
        checks.check_number(
            "genes", self.genes, SEX_GENES + FEWEST_GENES * self.modules, float("inf")
        )

    @property
    def names(self) -> list[str]:
        """The names of the genes."""
        return numbered("gene_", range(self.genes), digits=5)

    @property
    def module_names(self) -> list[str]:
        """The names of the modules, that of sex last."""
        return [*numbered("module_", range(self.modules), digits=2), "sex"]

    @property
    def members(self) -> Array:
        """The module of each gene, (genes,); −1 for none."""
        random = np.random.default_rng([self.seed, 0])
        sizes = random.uniform(1.0, 3.0, self.modules)
        free = 0.8 * (self.genes - SEX_GENES)  # the others belong to no module
        sizes = np.maximum(FEWEST_GENES, (sizes / sizes.sum() * free).astype(int))
        places = np.repeat(np.arange(self.modules), sizes)[: self.genes - SEX_GENES]
        members = np.full(self.genes, -1)
        members[: len(places) + SEX_GENES] = [*places, *[self.modules] * SEX_GENES]
        return random.permutation(members)

    @property
    def weights(self) -> Array:
        """W (modules, genes): how far an active module moves each of its genes, most of them up."""
        random = np.random.default_rng([self.seed, 1])
        members = self.members
        own = random.uniform(0.5, 1.5, self.genes) * np.where(
            random.random(self.genes) < 0.8, 1.0, -1.0
        )
        own[members == self.modules] *= 3.0  # sex switches its genes nearly off
        return np.where(members == np.arange(self.modules + 1)[:, None], own, 0.0)

    def samples(self, count: int, population: int = 2) -> dict[str, Array]:
        """``count`` samples: x float32 (count, genes), activity (count, modules), and words.

        The words are tissue, sex and batch.
        """
        random = np.random.default_rng([self.seed, population])
        order = np.arange(count)
        tissue = random.permutation(order % len(TISSUES))
        sex = random.permutation(order % len(SEXES))
        batch = random.permutation(order % len(BATCHES))
        on = (
            np.random.default_rng([self.seed, 3]).random((len(TISSUES), self.modules))
            < ACTIVE
        )
        activity = random.gamma(1.0, 1.0, (count, self.modules)) + SWITCHED * on[tissue]
        activity = np.column_stack([activity, sex])
        x = (
            self.expressed(activity)
            + self._shifts[batch]
            + random.normal(0.0, NOISE, (count, self.genes))
        )
        told = {
            "tissue": np.array(TISSUES)[tissue],
            "sex": np.array(SEXES)[sex],
            "batch": np.array(BATCHES)[batch],
        }
        return {"x": x.astype("float32"), "activity": activity, **told}

    def expressed(self, activity: Array) -> Array:
        """The expression of activities (n, modules) without batch and noise."""
        base = np.random.default_rng([self.seed, 4]).uniform(4.0, 10.0, self.genes)
        return base + SATURATION * np.tanh(activity @ self.weights / SATURATION)

    @property
    def _shifts(self):
        return np.random.default_rng([self.seed, 5]).normal(
            0.0, BATCH, (len(BATCHES), self.genes)
        )

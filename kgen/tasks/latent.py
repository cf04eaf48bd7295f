from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from kgen.abilities import Encodes
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Evidence, Unmeasurable, active_units
from kgen.tasks.diagnostics import lasts, looked_at
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task
from kgen.types import Arrays, Scalars

NO_CLASSES = "the data have no classes, which probes are learnt from"
NO_FACTORS = (
    "the factors behind these values are not known; the data set sprites has them"
)


class Latent(Task):
    """Encodes values as latents: which are active, and what they tell about classes and factors."""

    needs = Encodes
    lacking = "it has no encoder, and so no latents of values and no reconstructions"
    groups = ("latent", "factors")

    def diagnose(
        self, model: GenerativeModel, split: Split | UnpairedSplit, logs: Scalars
    ) -> dict[str, float]:
        x, y = looked_at(split, model)
        return {"active_units": float(active_units(model.latents(x, y)))}

    def evidence(self, study: Study) -> Evidences:
        factors, train = study.test.facts.get("factors"), study.train
        parts = {"factors": lambda _: _known(factors)}
        own = Evidence(
            latents=lambda _: study.model.latents(study.test["x"], study.test.labels),
            seen=lambda _: _labelled(
                train, study.model.latents(train["x"], train.labels)
            ),
            new=lambda own: _labelled(study.test, own["latents"]),
            factor_latents=lambda own: own["latents"],
            **parts,
        )
        real = Evidence(factor_latents=lambda _: _known(factors), **parts)
        blind = Evidence(
            seen=lambda _: _labelled(train, np.zeros((len(train), 1))),
            new=lambda _: _labelled(study.test, np.zeros((len(study.test), 1))),
            factor_latents=lambda _: np.random.default_rng(0).standard_normal(
                own["latents"].shape
            ),
            **parts,
        )
        return own, real, blind

    def contract(
        self, model: GenerativeModel, values: Arrays
    ) -> Iterator[Callable[[], None]]:
        yield partial(self._latents_have_the_latent_size, model, values)

    @staticmethod
    def _latents_have_the_latent_size(model, values):
        latents = model.latents(values["x"], model.asked(values.get("y")))
        assert (
            latents.shape == (len(values["x"]), model.latent_dim)
            and np.isfinite(latents).all()
        )


def posterior_collapse(rows: Sequence[Scalars]) -> bool:
    """No latent variable is active, and the loss has stopped changing."""
    rests = lasts(rows, "loss", lambda values: np.ptp(values) <= 0.02 * abs(values[-1]))
    return rests and lasts(rows, "active_units", lambda values: values == 0)


Latent.failures = {
    posterior_collapse: "The posterior has collapsed: no latent says anything about its value, "
    "and the decoder does without. Lower beta, "
    "raise it slowly (beta_warmup, in steps), or take a narrower decoder."
}


def _labelled(split, latents):
    if split.labels is None:
        raise Unmeasurable(NO_CLASSES)
    return latents, split.labels


def _known(factors):
    if factors is None:
        raise Unmeasurable(NO_FACTORS)
    return factors

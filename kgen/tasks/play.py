from collections.abc import Sequence

import numpy as np

from kgen.abilities import Judges
from kgen.data.split import Split
from kgen.data.unpaired import UnpairedSplit
from kgen.engine import GenerativeModel
from kgen.metrics import Unmeasurable, relative_diversity, two_sample_accuracy
from kgen.tasks.diagnostics import PATIENCE, grows, lasts, looked_at
from kgen.tasks.task import Task
from kgen.types import Array, Scalars

# accuracy of one side, sum of both; chance gives ½ and 1
LEAST_OF_A_SIDE, LEAST_OF_BOTH = 0.2, 1.2
PLAIN = 0.75  # accuracy of a support vector machine above which a discriminator should do better
ALIKE = 0.6  # below it samples are like real values; with half of the modes missing it is .75


class Play(Task):
    """Adversarial training: whether the game is balanced and the samples are diverse."""

    needs = Judges
    lacking = "it plays no game"

    def diagnose(
        self, model: GenerativeModel, split: Split | UnpairedSplit, logs: Scalars
    ) -> dict[str, float]:
        x, y = looked_at(split, model)
        asked = model.asked(y)
        samples = model.generate(len(x), asked, seed=0)
        drawn, real = map(model.fields["x"].scaled, (samples, x))
        found = {"diversity": relative_diversity(drawn, real, asked)}
        if model.boundary is None:
            return found
        return found | accuracies(model, x, samples, asked) | told_apart(drawn, real)


def accuracies(
    model: GenerativeModel, x: Array, samples: Array, y: Array | None
) -> dict[str, float]:
    """Shares of real values and samples that the discriminator gets right: both, and each side."""
    real = model.realness(x, y) > model.boundary - model.chance_margin
    fake = model.realness(samples, y) <= model.boundary
    sides = {
        "real_accuracy": float(np.mean(real)),
        "fake_accuracy": float(np.mean(fake)),
    }
    return {"discriminator_accuracy": float(np.mean([real, fake])), **sides}


def told_apart(samples: Array, x: Array) -> dict[str, float]:
    """The same for a support vector machine trained on half of them; empty for too few values."""
    try:
        return {"told_apart": two_sample_accuracy(x, samples)}
    except Unmeasurable:
        return {}


def discriminator_wins(rows: Sequence[Scalars]) -> bool:
    """The discriminator makes no mistake, and the diversity of the samples does not grow."""
    return lasts(
        rows, "discriminator_accuracy", lambda values: values >= 0.995
    ) and not grows(rows, "diversity")


def generator_wins(rows: Sequence[Scalars]) -> bool:
    """The discriminator detects few samples, although a support vector machine does."""
    return _blind(rows) and lasts(
        rows, "fake_accuracy", lambda values: values < LEAST_OF_A_SIDE
    )


def real_taken_for_fake(rows: Sequence[Scalars]) -> bool:
    """The discriminator recognises few real values, although samples are not like them."""
    return _blind(rows) and lasts(
        rows, "real_accuracy", lambda values: values < LEAST_OF_A_SIDE
    )


def discriminator_guesses(rows: Sequence[Scalars]) -> bool:
    """The discriminator is hardly better than chance, although samples are not like real values."""
    one_sided = generator_wins(rows) or real_taken_for_fake(rows)
    guesses = lasts(
        rows, "discriminator_accuracy", lambda values: 2 * values < LEAST_OF_BOTH
    )
    return guesses and _blind(rows) and not one_sided


def _blind(rows):
    # If samples are as good as real values, an accuracy at chance is what the game should end in.
    return _differ(rows, PLAIN)


def _differ(rows, accuracy):
    """Whether a support vector machine tells samples from real values at least as often as this."""
    return not any(row.get("told_apart", 1.0) < accuracy for row in rows[-PATIENCE:])


def mode_collapse(rows: Sequence[Scalars]) -> bool:
    """Samples are alike and do not become more diverse, or are half as diverse as at their best."""
    # Samples of narrow modes may lie closer together than real values, and still be like them.
    if not _differ(rows, ALIKE):
        return False
    # Noise of an untrained generator may be far more diverse than real values.
    best = min(1.0, max((row.get("diversity", 0.0) for row in rows), default=0.0))
    alike = lasts(rows, "diversity", lambda values: values <= 0.15) and not grows(
        rows, "diversity"
    )
    return alike or lasts(rows, "diversity", lambda values: values <= best / 2)


def generator_dies(rows: Sequence[Scalars]) -> bool:
    """The generator's gradients are a hundredth of what they once were."""
    most = max((row.get("generator_gradient_norm", 0.0) for row in rows), default=0.0)
    return lasts(rows, "generator_gradient_norm", lambda values: values <= most / 100)


Play.failures = {
    discriminator_wins: "The discriminator wins: it tells {discriminator_accuracy:.1%} "
    "of real values and samples apart, and the samples get no better for it. "
    "Lower its learning rate, to 1e-5 say, or raise its {brakes}.",
    generator_wins: "The generator outplays the discriminator, "
    "which sees through {fake_accuracy:.1%} of the samples. "
    "Raise the discriminator's learning rate or its width, or lower the generator's learning rate.",
    real_taken_for_fake: "The discriminator takes real values for samples: "
    "it knows {real_accuracy:.1%} of them, and {fake_accuracy:.1%} of the samples, "
    "while a support vector machine tells {told_apart:.1%} of both apart. "
    "Raise its learning rate or its width, or lower its {brakes}.",
    discriminator_guesses: "The discriminator guesses: it knows {real_accuracy:.1%} of real values "
    "and {fake_accuracy:.1%} of samples, ½ each is chance, "
    "while a support vector machine tells {told_apart:.1%} of both apart. "
    "Raise its learning rate or its width, or lower its {brakes}.",
    mode_collapse: "The generator collapses: its samples are only {diversity:.0%} as unlike "
    "each other as real values are. Lower both learning rates, take larger batches, "
    "or train wgan-gp, whose critic sees which values are missing.",
    generator_dies: "The generator no longer learns: "
    "its gradients have shrunk to a hundredth of what they were. Leave saturating off, "
    "lower the discriminator's learning rate, or begin anew with another seed.",
}

import numpy as np

from kgen.abilities import Judges
from kgen.metrics import relative_diversity
from kgen.tasks.signs import grows, lasts, looked_at
from kgen.tasks.task import Task


class Play(Task):
    """A game between a generator and a discriminator: whether it is balanced, and samples are diverse."""

    needs = Judges
    lacking = "it plays no game"

    def diagnose(self, model, split, logs):
        x, y = looked_at(split, model)
        asked = model.asked(y)
        samples = model.generate(len(x), asked, seed=0)
        scaled = (model.fields["x"].scaled(values) for values in (samples, x))
        found = {"diversity": relative_diversity(*scaled, asked)}
        return found if model.boundary is None else found | accuracies(model, x, samples, asked)


def accuracies(model, x, samples, y):
    """The share of values and samples, in equal parts, that the discriminator takes for what they are; of samples."""
    real, fake = model.realness(x, y) > model.boundary, model.realness(samples, y) <= model.boundary
    return {"discriminator_accuracy": float(np.mean([real, fake])), "fake_accuracy": float(np.mean(fake))}


def discriminator_wins(rows):
    """It makes no mistake, and the samples do not change for it."""
    return lasts(rows, "discriminator_accuracy", lambda values: values >= 0.995) and not grows(rows, "diversity")


def generator_wins(rows):
    """Hardly a sample is seen through."""
    return lasts(rows, "fake_accuracy", lambda values: values <= 0.05)


def mode_collapse(rows):
    """Samples are alike, and not because the generator is young, or half as diverse as they once were."""
    best = max((row.get("diversity", 0.0) for row in rows), default=0.0)
    alike = lasts(rows, "diversity", lambda values: values <= 0.15) and not grows(rows, "diversity")
    return alike or lasts(rows, "diversity", lambda values: values <= best / 2)


def generator_dies(rows):
    """Its gradients are a hundredth of what they once were."""
    most = max((row.get("generator_gradient_norm", 0.0) for row in rows), default=0.0)
    return lasts(rows, "generator_gradient_norm", lambda values: values <= most / 100)


Play.faults = {
    discriminator_wins: "The discriminator wins: it tells {discriminator_accuracy:.1%} of real values and samples "
    "apart, and the samples get no better for it. Lower its learning rate, to 1e-5 say, or raise "
    "its {brakes}.",
    generator_wins: "The generator outplays the discriminator, which sees through {fake_accuracy:.1%} of the samples. "
    "Raise the discriminator's learning rate or its width, or lower the generator's learning rate.",
    mode_collapse: "The generator collapses: its samples are only {diversity:.0%} as unlike each other as real values "
    "are. Lower both learning rates, take larger batches, or train wgan-gp, whose critic sees which values are "
    "missing.",
    generator_dies: "The generator no longer learns: its gradients have shrunk to a hundredth of what they were. Leave "
    "saturating off, lower the discriminator's learning rate, or begin anew with another seed.",
}

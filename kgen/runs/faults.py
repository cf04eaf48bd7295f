"""The ways in which a training goes wrong, how each shows in the signs of its epochs, and what to do about it."""

import numpy as np

PATIENCE = 3  # epochs in a row: games stumble, and most get up again
GROWING = 1.05


def discriminator_wins(rows):
    """It makes no mistake, and the samples do not change for it."""
    return _lasts(rows, "discriminator_accuracy", lambda values: values >= 0.995) and not _grows(rows, "diversity")


def generator_wins(rows):
    """Hardly a sample is seen through."""
    return _lasts(rows, "fake_accuracy", lambda values: values <= 0.05)


def mode_collapse(rows):
    """Samples are alike, and not because the generator is young, or half as diverse as they once were."""
    best = max((row.get("diversity", 0.0) for row in rows), default=0.0)
    alike = _lasts(rows, "diversity", lambda values: values <= 0.15) and not _grows(rows, "diversity")
    return alike or _lasts(rows, "diversity", lambda values: values <= best / 2)


def generator_dies(rows):
    """Its gradients are a hundredth of what they once were."""
    most = max((row.get("generator_gradient_norm", 0.0) for row in rows), default=0.0)
    return _lasts(rows, "generator_gradient_norm", lambda values: values <= most / 100)


def loss_drifts(rows):
    """It is far above that of the first epoch."""
    losses = [row["loss"] for row in rows if "loss" in row] or [0.0]
    scale = max(abs(losses[0]), losses[0] - min(losses))
    return _lasts(rows, "loss", lambda values: values > losses[0] + 2 * scale)


def posterior_collapse(rows):
    """No code is in use, and the loss has come to rest."""
    rests = _lasts(rows, "loss", lambda values: np.ptp(values) <= 0.02 * abs(values[-1]))
    return rests and _lasts(rows, "active_units", lambda values: values == 0)


MESSAGES = {
    discriminator_wins: "The discriminator wins: it tells {discriminator_accuracy:.1%} of real images and samples "
    "apart, and the samples get no better for it. Lower its learning rate (--learning-rate discriminator=1e-5), or "
    "raise its {brakes}.",
    generator_wins: "The generator outplays the discriminator, which sees through {fake_accuracy:.1%} of the samples. "
    "Raise the discriminator's learning rate or its width, or lower the generator's learning rate.",
    mode_collapse: "The generator collapses: its samples are only {diversity:.0%} as unlike each other as real images "
    "are. Lower both learning rates, take larger batches, or train wgan-gp, whose critic sees which images are "
    "missing.",
    generator_dies: "The generator no longer learns: its gradients have shrunk to a hundredth of what they were. Leave "
    "saturating off, lower the discriminator's learning rate, or begin anew with another --seed.",
    loss_drifts: "The loss drifts away, to {loss:.4g}: the training no longer holds it. Lower the learning rates; the "
    "pictures in samples/ show which epochs were sound.",
    posterior_collapse: "The posterior has collapsed: no code says anything about its image, and the decoder does "
    "without. Lower beta, raise it slowly (beta_warmup, in steps), or take a narrower decoder.",
}

FAULTS = {fault.__name__: fault for fault in MESSAGES}


def faults_so_far(rows):
    """For every row the names of the faults that it and those before it show."""
    return [faults_of(rows[: number + 1]) for number in range(len(rows))]


def faults_of(rows):
    """The names of the faults that the newest of the rows shows; a row is a dict of signs, one an epoch."""
    return [name for name, fault in FAULTS.items() if fault(rows)]


def _lasts(rows, sign, wrong):
    values = np.array([row[sign] for row in rows[-PATIENCE:] if sign in row])
    return len(values) == PATIENCE and bool(np.all(wrong(values)))


def _grows(rows, sign):
    # Epoch by epoch: what is all but nothing may well double by chance.
    values = np.array([row[sign] for row in rows[-PATIENCE:]])
    return bool(np.all(np.diff(values) > 0)) and values[-1] > GROWING * values[0]

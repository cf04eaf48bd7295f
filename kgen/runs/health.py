import keras
import numpy as np

from kgen.engine import AdversarialModel, alone, own
from kgen.engine.gradients import GradientNorm
from kgen.metrics import active_units, relative_diversity
from kgen.runs.faults import FAULTS, MESSAGES, faults_of, faults_so_far
from kgen.runs.options import options_of

MOST_IMAGES, MOST_VALUES, MOST_CLASSES = 256, 2**24, 10
BRAKES = "dropout", "noise", "label_smoothing", "label_noise"


class Health(keras.callbacks.Callback):
    """Looks after every epoch for the ways in which a training goes wrong, and says in words what to do about them.

    Of a game: the share of images and samples that the discriminator tells apart, and how diverse samples are beside
    as many real images. Of a model with an encoder: how many codes it uses. Of every player: the norm of its
    gradients. A fault is told of once, when it has lasted for three epochs.

    Args:
        split: ``kgen.data.Split`` of real images that no training sees, 256 of which are looked at.
        rows: list of dicts, the signs of the epochs behind a training that goes on.
        write: function that is given all rows after every epoch.

    Example:
        >>> model.fit(x, y, epochs=20, callbacks=[Health(dataset.validation)])
    """

    def __init__(self, split, rows=(), write=lambda rows: None):
        super().__init__()
        self.split, self.rows, self.write = split, list(rows), write

    def on_train_begin(self, logs=None):
        self.rows = [row for row in self.rows if row["epoch"] <= self.model.epochs_trained]
        self.told = {name for names in faults_so_far(self.rows) for name in names}
        self.x, self.y = _looked_at(self.split, self.model)
        self.gradients = {name: GradientNorm(optimizer) for name, optimizer in self.model.optimizers.items()}

    def on_epoch_end(self, epoch, logs=None):
        with alone():
            found = signs(own(self.model), self.x, self.y)
        norms = {norm_name(player): norm.since() for player, norm in self.gradients.items()}
        self.rows.append({"epoch": self.model.epochs_trained, **loss_of(self.model, logs), **found, **norms})
        self.write(self.rows)
        self._report()

    def _report(self):
        for name in set(faults_of(self.rows)) - self.told:
            print(f"\nEpoch {self.rows[-1]['epoch']}: {advice(name, self.model, self.rows[-1])}\n", flush=True)
            self.told.add(name)


def loss_of(model, logs):
    """The loss, where it has a scale of its own: that of a critic grows with the critic."""
    return {} if getattr(model, "boundary", 0.0) is None else {"loss": float(logs["loss"])}


def signs(model, x, y):
    """What a model shows of its health beside real values of the same classes."""
    found = {}
    if isinstance(model, AdversarialModel):
        labels = None if model.num_classes is None else y
        samples = model.generate(len(x), labels, seed=0)
        scaled = (model.fields["x"].scaled(values) for values in (samples, x))
        found["diversity"] = relative_diversity(*scaled, labels)
        if model.boundary is not None:
            found |= accuracies(model, x, samples, y)
    if hasattr(model, "encode"):
        found["active_units"] = float(active_units(model.encode(x, y)[0]))
    return found


def accuracies(model, x, samples, y):
    """The share of images and samples, in equal parts, that the discriminator takes for what they are; of samples."""
    real, fake = model.realness(x, y) > model.boundary, model.realness(samples, y) <= model.boundary
    return {"discriminator_accuracy": float(np.mean([real, fake])), "fake_accuracy": float(np.mean(fake))}


def advice(name, model, row):
    """What a user reads of a fault, with the options that the model has against it."""
    known = options_of(type(model))
    *others, last = [brake for brake in BRAKES if brake in known] or ["dropout"]
    brakes = f"{', '.join(others)} or {last}" if others else last
    return MESSAGES[FAULTS[name]].format(**row, brakes=brakes)


def norm_name(player):
    """The name of a player's gradient norm."""
    return "gradient_norm" if player == "model" else f"{player}_gradient_norm"


def _looked_at(split, model):
    candidates = np.arange(len(split))
    if model.num_classes:  # few of them, so that each has enough images to be compared with its like
        candidates = np.flatnonzero(np.isin(split.labels, np.unique(split.labels)[:MOST_CLASSES]))
    count = max(2, min(MOST_IMAGES, MOST_VALUES // int(np.prod(model.shape))))
    part = split.subset(np.sort(np.random.default_rng(0).permutation(candidates)[:count]))
    return part["x"], part.labels

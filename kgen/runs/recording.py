import keras
import numpy as np

from kgen import latent, plots
from kgen.engine import alone, own


class Recorder(keras.callbacks.Callback):
    """Keeps the history and the model of every finished epoch, and the best by the model's own monitor."""

    def __init__(self, run):
        super().__init__()
        self.run = run

    def on_train_begin(self, logs=None):
        # A stop between the two files of an epoch leaves a row more than the model knows of.
        self.rows = self.run.history[: self.model.epochs_trained]
        if self.rows:
            self._keep_best()

    def on_epoch_end(self, epoch, logs=None):
        self.rows.append({"epoch": epoch + 1, **{name: float(value) for name, value in logs.items()}})
        self.run.write_rows("history.csv", self.rows)
        with alone():
            self.run.save_model(self.model)
        self._keep_best()

    def _keep_best(self):
        monitor = self.model.monitor
        # Where no number compares the epochs of a game, the last one stands for the best.
        if monitor is None or self.rows[-1][monitor] == min(row[monitor] for row in self.rows):
            self.run.copy("model.keras", "best.keras")


class Pictures(keras.callbacks.Callback):
    """Draws, after every epoch, the same codes decoded and, with an encoder, the same values reconstructed."""

    def __init__(self, run, split, class_names, rows=5):
        super().__init__()
        self.run, self.class_names, self.rows = run, class_names, rows
        shown = _one_of_each(split.labels) if class_names else np.arange(len(split))
        self.split = split.subset(shown[:10])

    def on_epoch_end(self, epoch, logs=None):
        with alone():
            figure = self._figure(own(self.model), epoch + 1)
        self.run.save_figure(figure, f"samples/epoch_{epoch + 1:04d}.png")

    def pairs(self, model):
        """The values over their reconstructions (2, n, …); ``None`` without an encoder."""
        real = self.split["x"]
        encodes = hasattr(model, "reconstruct")
        return np.stack([real, model.reconstruct(real, self.split.labels)]) if encodes else None

    def shown(self, model):
        """The pairs as a picture for TensorBoard."""
        pairs = self.pairs(model)
        if pairs is None:
            return {}
        figure = plots.grid(pairs, "real above, reconstruction below", field=model.fields["x"])
        return {"reconstructions": plots.raster(figure)[None]}

    def _figure(self, model, epoch):
        columns = np.arange(min(10, len(self.class_names)))
        samples = latent.class_samples(model, self.rows, classes=columns)
        names = [self.class_names[column] for column in columns] if model.num_classes else ()
        return plots.progress(self.pairs(model), samples, epoch, names, model.fields["x"])


def _one_of_each(labels):
    # The first image of every class, then the second of each.
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], labels[order])
    rank = np.empty(len(labels), int)
    rank[order] = np.arange(len(labels)) - starts
    return np.lexsort((labels, rank))

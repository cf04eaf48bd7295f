import math

import keras


class TrainingDiverged(ValueError):
    """A scalar of a training step is no longer a finite number."""


class StopOnNaN(keras.callbacks.Callback):
    """Ends ``fit``, which always has it, with a ``TrainingDiverged`` as soon as a logged scalar is NaN or infinite."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        for name, value in (logs or {}).items():
            if not math.isfinite(value):
                self._stop(name, float(value), batch)

    def _stop(self, name, value, batch):
        raise TrainingDiverged(
            f"{name} became {value} in batch {batch + 1} of epoch {self.epoch}; nothing of "
            "this epoch is kept. Try a lower learning rate, a smaller batch size or a likelihood that fits the pixels."
        )


class CountEpochs(keras.callbacks.Callback):
    """Counts, in ``fit``, which always has it, the whole epochs behind a model, before anything is saved of them."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.epochs_trained += 1

import math

import keras


class TrainingDiverged(ValueError):
    """A scalar of a training step is no longer a finite number."""


class StopOnNaN(keras.callbacks.Callback):
    """Ends ``fit`` with a ``TrainingDiverged`` as soon as any logged scalar is NaN or infinite."""

    def on_train_batch_end(self, batch, logs=None):
        for name, value in (logs or {}).items():
            if not math.isfinite(value):
                self._stop(name, float(value), batch)

    def _stop(self, name, value, batch):
        raise TrainingDiverged(
            f"{name} became {value} in batch {batch + 1} of epoch {int(self.model.epochs_trained) + 1}; nothing of "
            "this epoch is kept. Try a lower learning rate, a smaller batch size or a likelihood that fits the pixels."
        )

import math
import shutil

import keras

# While an epoch is saved, there are its model, that before and the best.
COPIES, ITEM_BYTES = 3, 4


class Room(keras.callbacks.Callback):
    """Tells how large the file of a model will be, and refuses to train one that the disk has no room for."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs=None):
        size, free = model_bytes(self.model), shutil.disk_usage(self.folder).free
        print(f"Its model will take {size / 1e6:.1f} MB")
        if COPIES * size > free:
            raise OSError(
                f"{self.folder} has {free / 1e6:.0f} MB left; the models of this trial take {COPIES * size / 1e6:.0f} "
                "MB while it trains. Make room, or keep fewer models."
            )


def model_bytes(model):
    """What a model's file will take, its optimizers included."""
    kept = [
        *model.variables,
        *(variable for player in model.optimizers.values() for variable in player.variables),
    ]
    return sum(
        math.prod(variable.shape) * ITEM_BYTES
        for variable in {id(one): one for one in kept}.values()
    )

import math
import shutil

import keras

from kgen.engine import GenerativeModel
from kgen.types import Location, Scalars

# While an epoch is saved, its model, the one before and the best exist at once.
COPIES, ITEM_BYTES = 3, 4


class Room(keras.callbacks.Callback):
    """Prints how large a model's file will be; refuses to train if the disk has no room for it."""

    def __init__(self, folder: Location):
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs: Scalars | None = None) -> None:
        size = model_bytes(self.model)
        free = shutil.disk_usage(self.folder).free
        print(f"Its model will take {size / 1e6:.1f} MB")
        if COPIES * size > free:
            raise OSError(
                f"{self.folder} has {free / 1e6:.0f} MB left; "
                f"the models of this trial take {COPIES * size / 1e6:.0f} "
                "MB while it trains. Make room, or keep fewer models."
            )


def model_bytes(model: GenerativeModel) -> int:
    """The size of a model's file, its optimizers included."""
    kept = [
        *model.variables,
        *(
            variable
            for player in model.optimizers.values()
            for variable in player.variables
        ),
    ]
    return sum(
        math.prod(variable.shape) * ITEM_BYTES
        for variable in {id(one): one for one in kept}.values()
    )

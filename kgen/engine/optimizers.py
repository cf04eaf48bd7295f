import keras
from keras import ops

from kgen.engine.state import layers_of


class Optimizers:
    """The optimizers of several players under the one name, ``optimizer``, that Keras' trainer and summary look at."""

    built = True

    def __init__(self, optimizers):
        self.optimizers = optimizers

    @property
    def variables(self):
        return [variable for optimizer in self.optimizers for variable in optimizer.variables]


def prepared(optimizer, networks, options):
    """An optimizer by its name or as it is; where networks compute in float16, one that scales the loss."""
    optimizer = keras.optimizers.get(optimizer)
    half = any(layer.compute_dtype == "float16" for layer in layers_of({"": networks}))
    if not half or not options.get("auto_scale_loss", True) or innermost(optimizer) is not optimizer:
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")


def innermost(optimizer):
    """The optimizer that takes the steps, within one that scales its loss."""
    return optimizer.inner_optimizer if isinstance(optimizer, keras.optimizers.LossScaleOptimizer) else optimizer


def highest_rate(optimizer):
    """The learning rate, or the highest number in the settings of a schedule of it."""
    optimizer = innermost(optimizer)
    settings = optimizer.get_config()["learning_rate"]
    if not isinstance(settings, dict):
        return float(ops.convert_to_numpy(optimizer.learning_rate))
    named = {name: value for name, value in settings["config"].items() if "rate" in name or "target" in name}
    return max(value for value in named.values() if isinstance(value, (int, float)))


def settings_of(config):
    """The configuration of the optimizer that takes the steps, within that of one that scales its loss."""
    inner = config.get("inner_optimizer")
    return config if inner is None else inner["config"]

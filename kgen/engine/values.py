"""Values of several fields on their way into a model: by name, whichever way they are given."""

import inspect

import keras

from kgen.fields.arrays import native, seen

USUAL = "x", "y"  # the fields of values that come without names


def named(x, y=None):
    """Values by the name of their field: a dict of them, a pair, or x with or without y."""
    if isinstance(x, dict):
        return {**x, **(y if isinstance(y, dict) else {} if y is None else {"y": y})}
    if y is None and isinstance(x, (tuple, list)) and len(x) in (1, 2):
        return dict(zip(USUAL, x, strict=False))
    return {"x": x} if y is None else {"x": x, "y": y}


def first_of(x, y=None):
    """Values by name as arrays, of a stream those of its first batch; what cannot be looked at is left out."""
    # The rest of a stream costs too much to look at; what is wrong with it mostly shows at once.
    if hasattr(x, "element_spec"):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(next(iter(x)))
    elif isinstance(x, keras.utils.PyDataset):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(x[0])
    arrays = {name: seen(values) for name, values in named(x, y).items()}
    return {name: values for name, values in arrays.items() if hasattr(values, "dtype")}


def in_native_order(values):
    """Arrays within any structure or source in the byte order of this machine; anything else as it is."""
    if inspect.isgenerator(values):
        return (in_native_order(batch) for batch in values)
    if isinstance(values, keras.utils.PyDataset):
        return values if _is_native(values[0]) else _Native(values)
    if isinstance(values, (dict, list, tuple)):
        return keras.tree.map_structure(native, values)
    return native(values)


def _is_native(batch):
    return all(native(values) is values for values in keras.tree.flatten(batch))


class _Native(keras.utils.PyDataset):
    """A ``PyDataset`` whose arrays are brought to the byte order of this machine."""

    def __init__(self, inner):
        options = {"use_multiprocessing": inner.use_multiprocessing}
        super().__init__(inner.workers, max_queue_size=inner.max_queue_size, **options)
        self.inner = inner

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, number):
        return in_native_order(self.inner[number])

    def on_epoch_end(self):
        self.inner.on_epoch_end()


def weighed(x, y, weight):
    """Values, labels and sample weights as Keras keeps them: without labels it drops the weights, and says nothing."""
    if weight is None or y is not None:
        return x, y, weight
    values = named(x)
    return values, values.pop("y", weight), weight


def one_or_list(inputs):
    """What a network is called with: its one input, or the list of them."""
    return list(inputs) if len(inputs) > 1 else inputs[0]

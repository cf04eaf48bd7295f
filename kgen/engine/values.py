"""Values of several fields on their way into a model: by name, whichever way they are given."""

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
    """Arrays within any structure in the byte order of this machine; anything else as it is."""
    return keras.tree.map_structure(native, values) if isinstance(values, (dict, list, tuple)) else native(values)


def one_or_list(inputs):
    """What a network is called with: its one input, or the list of them."""
    return list(inputs) if len(inputs) > 1 else inputs[0]

"""Gradients with another backward rule at every ReLU: guided backpropagation and deconvnet."""

import contextlib
from collections.abc import Callable, Iterator

import keras
from keras import ops

from kgen.interpret.gradients import gradients
from kgen.interpret.interception import replaced
from kgen.interpret.subject import Subject, Target
from kgen.types import Array, Tensor

NAMES = "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "silu", "gelu"
ACTIVATIONS = [getattr(keras.activations, name) for name in NAMES]
LAYERS = keras.layers.ReLU, keras.layers.LeakyReLU, keras.layers.ELU, keras.layers.PReLU
# operations that are no layers
BETWEEN = {"relu", "relu6", "leakyrelu", "elu", "selu", "celu", "silu", "gelu"}


def guided_backprop(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    output: str | int | None = None,
) -> Array:
    """The gradient where only positive values pass back, through every ReLU that was active.

    It draws crisp edges and almost ignores what the network has learned: see
    ``kgen.interpret.cascade``.

    Args:
        model, x, target, output: as in ``kgen.interpret.gradient``.

    Returns:
        float32 array of the shape of x.

    Raises:
        ValueError: where the network has no layer with ReLU or one of its kind.

    Reference:
        Springenberg et al., Striving for Simplicity: The All Convolutional Net, 2015,
        arXiv:1412.6806
    """
    return _by_rule(_guided, model, x, target, output)


def deconvnet(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    output: str | int | None = None,
) -> Array:
    """The gradient where only positive values pass back, through every ReLU, active or not.

    Args, returns and errors are those of ``guided_backprop``.

    Reference:
        Zeiler & Fergus, Visualizing and Understanding Convolutional Networks, 2014, arXiv:1311.2901
    """
    return _by_rule(_deconvolved, model, x, target, output)


def _by_rule(rule, model, x, target, output):
    with Subject(model, x, output).opened() as subject, ruled(subject, rule):
        return gradients(subject, subject.x, subject.targets(target))


@contextlib.contextmanager
def ruled(
    subject: Subject,
    rule: Callable[[keras.Operation, Callable[..., Tensor]], Callable[..., Tensor]],
) -> Iterator[None]:
    """Within, every ReLU and its kind has another backward rule."""
    activated = [
        one for one in subject.operations if vars(one).get("activation") in ACTIVATIONS
    ]
    own = [
        one for one in subject.operations if isinstance(one, LAYERS) or _is_between(one)
    ]
    if not activated and not own:
        raise ValueError(
            f"{subject.model.name!r} has no layer with ReLU or one of its kind "
            f"({', '.join(NAMES)}): with no rule to change this would be the gradient; "
            "take gradient or integrated_gradients. "
            "Of a subclassed model, make the activations layers."
        )
    with replaced(activated, "activation", rule), replaced(own, "call", rule):
        yield


def _guided(_, activation):
    return lambda x, *args, **options: _positive_back(activation(x, *args, **options))


def _deconvolved(_, activation):
    def passed(x, *args, **options):
        return _positive_back_to(x, ops.stop_gradient(activation(x, *args, **options)))

    return passed


@ops.custom_gradient
def _positive_back(x):
    def back(*args, upstream=None):
        return ops.relu(args[0] if upstream is None else upstream)

    return x, back


@ops.custom_gradient
def _positive_back_to(x, y):
    """y, with the gradient of x where that is positive."""

    def back(*args, upstream=None):
        passed = ops.relu(args[0] if upstream is None else upstream)
        return passed, ops.zeros_like(passed)

    return y, back


def _is_between(operation):
    return (
        not isinstance(operation, keras.layers.Layer)
        and type(operation).__name__.lower() in BETWEEN
    )

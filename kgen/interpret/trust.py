"""Whether to trust maps: do they depend on the network, agree, and find planted evidence?"""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import keras
import numpy as np
from keras import ops
from scipy.stats import spearmanr

from kgen import checks, console
from kgen.interpret.interception import is_leaf, leading
from kgen.interpret.subject import Subject, Target
from kgen.types import Array, Arrays


class Randomised(NamedTuple):
    """How alike maps are to the true ones once a layer and all later layers are drawn anew."""

    layer: str
    similarity: float


def cascade(
    model: keras.Layer,
    x: Array,
    method: Callable[..., Array],
    target: Target | None = None,
    draws: int = 1,
    seed: int = 0,
    full: bool = False,
    output: str | int | None = None,
) -> list[Randomised]:
    """Cascading randomisation: do maps change as the network forgets, from its last layer on?

    Weights are drawn anew from normal distributions with their own standard deviation; vectors,
    such as biases, are shuffled. This includes frozen layers. Afterwards all weights are restored.

    Args:
        model, x, target, output: as in ``kgen.interpret.gradient``; the class stays that of the
            trained network.
        method: function of a model, values and ``target`` that returns maps, such as ``grad_cam``.
        draws: int ≥ 1, random networks over which the similarity is averaged.
        seed: int, of the weights.
        full: bool, whether to look only at the network with all its layers drawn anew.

    Returns:
        list of ``Randomised``, the last layer first: Spearman's ρ with the true map, averaged over
        values and draws. It is near 0 for maps that show what was learned, and near 1 for maps that
        would look the same for any network.

    Raises:
        ValueError: if the network has no weights.

    Example:
        >>> last = cascade(model, images, guided_backprop)[-1]
        >>> last.layer, last.similarity

    Reference:
        Adebayo et al., Sanity Checks for Saliency Maps, 2018, arXiv:1810.03292
    """
    (draws,) = checks.check_sizes(draws=draws)
    options = {} if output is None else {"output": output}
    with Subject(model, x, output).opened() as subject:
        layers, targets = _learnt(subject), subject.targets(target)
    with subject.weighted():  # the averaged weights, if any, are those to draw anew
        look = partial(method, model, x, target=targets, **options)
        true = look()
        found = np.zeros((draws, len(layers)))
        for draw in console.over(range(draws), "Drawing weights anew"):
            random = np.random.default_rng([seed, draw])
            with _restored(layers):
                for number, layer in enumerate(layers):
                    _redraw(layer, random)
                    if not full or number == len(layers) - 1:
                        found[draw, number] = similarity(true, look())
    similarities = zip(layers, found.mean(axis=0).tolist(), strict=True)
    means = [Randomised(layer.name, similarity) for layer, similarity in similarities]
    return means[-1:] if full else means


def similarity(maps: Array, others: Array) -> float:
    """The mean over values of Spearman's ρ between two maps of each; 0 if one is constant."""
    checks.check_same_length(maps=maps, others=others)
    return float(np.mean(list(map(_rho, maps, others))))


def agreement(maps: Arrays) -> Array:
    """Spearman's ρ between every two of several maps (n, …) by name: an array (methods, methods).

    Channels are summed where only some maps have them.
    """
    axes = min(map(np.ndim, maps.values()))
    points = [
        each.sum(axis=-1) if np.ndim(each) > axes else each for each in maps.values()
    ]
    found = np.empty((len(points), len(points)))
    for one, other in np.ndindex(found.shape):
        found[one, other] = similarity(points[one], points[other])
    return found


def pointing_game(maps: Array, evidence: Array) -> float:
    """The share of maps (n, …) whose highest point lies in the evidence, boolean masks (n, …).

    Reference:
        Zhang et al., Top-down Neural Attention by Excitation Backprop, 2016, arXiv:1608.00507
    """
    maps, evidence = np.asarray(maps), np.asarray(evidence, bool)
    if maps.shape != evidence.shape:
        raise ValueError(
            f"maps have the shape {maps.shape} and evidence {evidence.shape}. "
            "Give one mask a map, without channels."
        )
    highest = maps.reshape(len(maps), -1).argmax(axis=1)[:, None]
    within = np.take_along_axis(evidence.reshape(len(maps), -1), highest, axis=1)
    return float(within.mean())


def _learnt(subject):
    """The layers with weights that lead to the answers, the last one first."""
    final, found = subject.pass_noted()
    called = [call.operation for call in reversed(leading(final, found))]
    learnt = [each for each in called if is_leaf(each) and _learnable(each)]
    if not learnt:
        raise ValueError(
            f"{subject.model.name!r} has no weights that could be drawn anew."
        )
    return list(dict.fromkeys(learnt))


def _learnable(operation):
    """The variables of a layer that training moves, or would move if the layer were not frozen."""
    if not isinstance(operation, keras.layers.Layer):
        return []
    trainable, operation.trainable = operation.trainable, True
    variables = operation.trainable_variables
    operation.trainable = trainable
    return variables


def _redraw(layer, random):
    for variable in _learnable(layer):
        values = ops.convert_to_numpy(variable)
        variable.assign(_drawn_anew(values, random).astype(values.dtype))


def _drawn_anew(values, random):
    if values.ndim < 2:
        return random.permutation(values)
    return random.normal(0.0, values.std(), values.shape)


@contextlib.contextmanager
def _restored(layers):
    kept = []
    for layer in layers:
        for variable in _learnable(layer):
            kept.append((variable, ops.copy(variable)))
    try:
        yield
    finally:
        for variable, values in kept:
            variable.assign(values)


def _rho(values, others):
    values, others = np.ravel(values), np.ravel(others)
    if np.ptp(values) == 0 or np.ptp(others) == 0:
        return 0.0
    return float(spearmanr(values, others).statistic)

"""Class maps from the features of a layer: CAM, Grad-CAM, guided Grad-CAM."""

import keras
import numpy as np
from keras import ops
from scipy.ndimage import zoom

from kgen.engine.backend import differentiated
from kgen.interpret.curves import faithfulness
from kgen.interpret.features import Features, layer_of, on_grid
from kgen.interpret.interception import replaced
from kgen.interpret.rules import guided_backprop
from kgen.interpret.subject import Subject, Target
from kgen.types import Array, Shape

POOLINGS = (
    keras.layers.GlobalAveragePooling1D,
    keras.layers.GlobalAveragePooling2D,
    keras.layers.GlobalAveragePooling3D,
)  # fmt: skip
LOOKED_AT = 16  # values by which the best layer is chosen


def grad_cam(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    layer: keras.Layer | str | None = None,
    rectified: bool = True,
    resized: bool = True,
    output: str | int | None = None,
) -> Array:
    """Where the features of a layer speak for a class: Grad-CAM.

        max(0, Σ_c w_c A_c),   w_c the mean of ∂f/∂A_c over the grid of the layer
        f the answer before a softmax

    Args:
        model, x, target, output: as in ``kgen.interpret.gradient``.
        layer: a layer or its name, anywhere in nested models; by default the last one whose
            features lie on a grid. ``"best"`` takes the one whose maps change the answer most when
            their highest points are deleted and inserted.
        rectified: bool, whether only what speaks for the class is kept.
        resized: bool, whether maps are interpolated linearly to the sides of the values; otherwise
            they keep those of the layer.

    Returns:
        float32 array (n, …) with the sides of the values, without channels.

    Raises:
        ValueError: if there is no such layer, or none whose features lie on a grid.

    Example:
        >>> maps = grad_cam(model, images, target=3)
        >>> maps.shape == images.shape[:-1]
        True

    Reference:
        Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks, 2017, arXiv:1610.02391
    """
    with Subject(model, x, output).opened() as subject:
        targets = subject.targets(target)
        layer = (
            _best(subject, targets)
            if isinstance(layer, str) and layer == "best"
            else layer_of(subject, layer)
        )
        return weighted_features(subject, targets, layer, rectified, resized)


def weighted_features(
    subject: Subject,
    targets: Array,
    layer: Features,
    rectified: bool = True,
    resized: bool = True,
) -> Array:
    """Grad-CAM of an opened model."""

    def of_batch(x, targets):
        gradients, features = _at(subject, layer, x, targets)
        axes = tuple(range(1, len(features.shape) - 1))
        maps = ops.sum(
            ops.mean(gradients, axis=axes, keepdims=True) * features, axis=-1
        )
        return ops.relu(maps) if rectified else maps

    maps = subject.in_batches(of_batch, subject.x, targets)
    return in_frame(maps, subject.grid) if resized else maps


def _at(subject, layer, x, targets):
    """The gradients of the scores at a layer's features, and the features."""

    def scored(change):
        kept = []

        def changed(_, call):
            def run(*args, **options):
                kept.append(call(*args, **options))
                return kept[-1] + ops.cast(change, kept[-1].dtype)

            return run

        with replaced([layer.operation], "call", changed):
            scores = subject.scores(x, targets)
        return scores, ops.cast(kept[-1], "float32")

    return differentiated(scored, ops.zeros((ops.shape(x)[0], *layer.shape[1:])))


def cam(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    rectified: bool = True,
    resized: bool = True,
    output: str | int | None = None,
) -> Array:
    """Class activation maps: the weights of a class times the features that were averaged for it.

        Σ_c w_c A_c   of a network that ends with A, global average pooling, and one dense layer w

    Args and returns are those of ``grad_cam``. That is the same map, divided by the number of
    points of A, and works on any network.

    Raises:
        ValueError: if the network does not end in this way.

    Reference:
        Zhou et al., Learning Deep Features for Discriminative Localization, 2016, arXiv:1512.04150
    """
    with Subject(model, x, output).opened() as subject:
        pooling, weights = _ending(subject)

        def of_batch(x, targets):
            features = _given_to(pooling, lambda: subject.answers(x))
            chosen = ops.take(weights, targets, axis=0)
            chosen = ops.reshape(
                chosen, (-1, *[1] * (len(features.shape) - 2), weights.shape[-1])
            )
            maps = ops.sum(chosen * features, axis=-1)
            return ops.relu(maps) if rectified else maps

        maps = subject.in_batches(of_batch, subject.x, subject.targets(target))
    return in_frame(maps, subject.grid) if resized else maps


def guided_grad_cam(
    model: keras.Layer,
    x: Array,
    target: Target | None = None,
    layer: keras.Layer | str | None = None,
    output: str | int | None = None,
) -> Array:
    """Guided backpropagation where Grad-CAM sees the class: their product.

    Args, errors and reference are those of ``guided_backprop`` and ``grad_cam``.

    Returns:
        float32 array of the shape of x.
    """
    guided = guided_backprop(model, x, target, output)
    return guided * grad_cam(model, x, target, layer, output=output)[..., None]


def in_frame(maps: Array, grid: Shape) -> Array:
    """Maps (n, …) brought to the sides of the values, cell by cell, by linear interpolation."""
    factors = np.divide(grid, maps.shape[1:])
    return zoom(maps, (1, *factors), order=1, mode="nearest", grid_mode=True)


def _best(subject, targets):
    """The layer on a grid whose maps, deleted and inserted, change the answers most."""
    some = slice(LOOKED_AT)
    part = subject.part(some)

    def told(layer):
        return faithfulness(
            part, weighted_features(part, targets[some], layer), targets[some]
        )

    return max(on_grid(subject), key=told)


def _given_to(layer, run):
    """The features that a layer receives while ``run()`` runs."""
    kept = []

    def keeping(_, call):
        return lambda features, **options: (
            kept.append(features) or call(features, **options)
        )

    with replaced([layer], "call", keeping):
        run()
    return ops.cast(kept[-1], "float32")


def _ending(subject):
    """The global average pooling before the answers, and the weights (k, channels) after it."""
    final, found = subject.pass_noted()
    last = [
        call
        for call in found
        if call.outputs is final and _is(call, keras.layers.Dense)
    ]
    given = last[0].inputs[0] if last else None
    pooled = [call for call in found if call.outputs is given and _is(call, POOLINGS)]
    if not pooled:
        raise ValueError(
            f"{subject.model.name!r} does not end with global average pooling "
            "and one dense layer, of whose weights CAM is made. "
            "Grad-CAM is the same map on any network with convolutions: take grad_cam."
        )
    kernel = ops.transpose(last[0].operation.kernel)
    return pooled[0].operation, ops.concatenate(
        [-kernel, kernel]
    ) if subject.binary else kernel


def _is(call, kind):
    return isinstance(call.operation, kind)

import keras
from keras import ops


@keras.saving.register_keras_serializable("kgen")
class RandomShift(keras.layers.Layer):
    """Moves each training image by whole pixels, zeros coming in at the edge; differentiable in the image.

    A discriminator that sees real and generated images through the same random shift cannot learn the training set
    by heart, and its class head reads digits wherever they stand.

    Args:
        fraction: float in [0, 0.5], the largest shift in units of the image's side, rounded to pixels.
        seed: int or ``None``.

    Example:
        >>> RandomShift(0.08)(images, training=True)  # up to 2 of 28 pixels each way

    Reference:
        Zhao et al., Differentiable Augmentation for Data-Efficient GAN Training, 2020, arXiv:2006.10738
    """

    def __init__(self, fraction, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= fraction <= 0.5:
            raise ValueError(f"shift={fraction!r} is not in [0, 0.5].")
        self.fraction, self.seed = fraction, seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, images, training=False):
        if not training or self.fraction == 0:
            return images
        rows, columns = (self._shifts(images, axis) for axis in (1, 2))
        moved = ops.einsum("bij,bjwc->biwc", rows, images)
        return ops.einsum("bij,bhjc->bhic", columns, moved)

    def _shifts(self, images, axis):
        # One 0/1 matrix an image: a product of matrices is the fastest gather that also has a gradient everywhere.
        side, count = images.shape[axis], ops.shape(images)[0]
        reach = round(self.fraction * side)
        offset = keras.random.randint((count, 1), -reach, reach + 1, seed=self.seeds)
        return ops.one_hot(ops.expand_dims(ops.arange(side), 0) + offset, side, dtype=images.dtype)

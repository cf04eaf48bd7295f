import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import tensorflow as tf
from sklearn.model_selection import train_test_split

TEST_SHARE, VALIDATION_SHARE, VALIDATION_MOST = 0.15, 0.1, 5000
LEAST_OF_A_CLASS = 5
BINARISATIONS = "none", "static", "dynamic"


def scale(images, maximum, pixel_range=(0.0, 1.0)):
    """Images of values 0 to ``maximum`` as float32 in ``pixel_range``; arrays and tensors alike."""
    low, high = pixel_range
    images = tf.cast(images, "float32") if tf.is_tensor(images) else np.asarray(images, dtype="float32")
    return images * np.float32((high - low) / maximum) + np.float32(low)


def unscaled(images, pixel_range):
    """Images in ``pixel_range`` brought to [0, 1]."""
    low, high = pixel_range
    return np.clip((images - low) / (high - low), 0.0, 1.0)


@dataclass(frozen=True)
class Split:
    """Images as they are stored, uint8 where they come so, with their labels: float copies are made batch by batch.

    Args:
        images: array (n, height, width, channels) of values 0 to ``maximum``.
        labels: int32 array (n,).
        maximum: the value of a white pixel: 255, 16 for the scanned digits, 1.0 for float images.
        factors: int32 array (n, factors), what each image was drawn from, where that is known.
        dynamic: bool, whether streams draw every pixel anew, 0 or 1 with its brightness as the probability.
    """

    images: np.ndarray
    labels: np.ndarray
    maximum: float
    factors: np.ndarray | None = None
    dynamic: bool = False

    def __len__(self):
        return len(self.images)

    def scaled(self, pixel_range=(0.0, 1.0)):
        """All images as float32 in ``pixel_range``."""
        return scale(self.images, self.maximum, pixel_range)

    @property
    def binary(self):
        """Whether every pixel is black or white."""
        return bool(np.isin(self.images, (0, self.maximum)).all())

    def steps(self, batch_size, steps_at_once=1):
        """Full batches an epoch, in whole rounds of ``steps_at_once``: what ``fit`` takes as ``steps_per_epoch``."""
        return len(self) // batch_size // steps_at_once * steps_at_once

    def batches(self, batch_size, pixel_range=(0.0, 1.0), seed=0, first_epoch=0, part=(0, 1), steps_at_once=1):
        """An endless ``tf.data`` stream of full, shuffled batches (x, y).

        The order is a pure function of (seed, epoch, index): a stream begun at ``first_epoch`` goes on exactly as one
        that got there. The few images left over at an epoch's end differ from epoch to epoch. Of ``part=(i, n)``, every
        batch is the i-th of n equal parts, to be fed by process i. An epoch is a multiple of ``steps_at_once`` batches.
        """
        if self.steps(batch_size, steps_at_once) == 0:
            wanted = f"batch_size={batch_size}" + f" times steps_per_execution={steps_at_once}" * (steps_at_once > 1)
            raise ValueError(f"{wanted} is larger than the {len(self)} training images; make it smaller.")

        def order(epoch):
            key = tf.stack([tf.constant(seed, "int64"), epoch])
            return tf.random.experimental.index_shuffle(tf.range(len(self), dtype="int64"), key, len(self) - 1)

        def epoch_batches(epoch):
            indices = tf.data.Dataset.from_tensor_slices(order(epoch)).batch(batch_size, drop_remainder=True)
            return indices.take(self.steps(batch_size, steps_at_once))

        indices = tf.data.Dataset.counter(first_epoch).flat_map(epoch_batches)
        return self._pairs(indices, pixel_range, part, seed, first_epoch * self.steps(batch_size, steps_at_once))

    def ordered(self, batch_size=500, pixel_range=(0.0, 1.0), part=(0, 1)):
        """All images once, in order, as a ``tf.data`` set of batches (x, y); ``part`` as in ``batches``."""
        return self._pairs(tf.data.Dataset.range(len(self)).batch(batch_size), pixel_range, part)

    def subset(self, indices):
        """The images at ``indices``."""
        factors = None if self.factors is None else self.factors[indices]
        return replace(self, images=self.images[indices], labels=self.labels[indices], factors=factors)

    def drawn(self, seed):
        """Every pixel 0 or 1, drawn once with its brightness as the probability."""
        random = np.random.default_rng(seed)
        drawn = np.concatenate([random.random(part.images.shape) < part.scaled() for part in self.parts(1000)])
        return replace(self, images=drawn.astype("uint8"), maximum=1, dynamic=False)

    def parts(self, size):
        """The split in consecutive pieces of ``size`` images, the last one smaller."""
        return [self.subset(slice(start, start + size)) for start in range(0, len(self), size)]

    def _pairs(self, indices, pixel_range, part, seed=0, first_step=0):
        images, labels = tf.constant(self.images), tf.constant(self.labels)
        number, count = part

        def pick(step, batch):
            size = (batch.shape[0] or tf.shape(batch)[0]) // count
            here = slice(number * size, (number + 1) * size)
            pixels, maximum = tf.gather(images, batch[here]), self.maximum
            if self.dynamic:
                # Drawn for the whole batch: each of its parts then holds what it would hold in one process.
                chances = tf.random.stateless_uniform((tf.shape(batch)[0], *self.images.shape[1:]), (seed, step))
                pixels, maximum = chances[here] < scale(pixels, maximum), 1
            return scale(pixels, maximum, pixel_range), tf.gather(labels, batch[here])

        return indices.enumerate(first_step).map(pick, num_parallel_calls=1).prefetch(2)


@dataclass(frozen=True)
class ImageData:
    """A labelled image set in three splits; the test split is never seen in training.

    Args:
        name: str, as given to ``kgen.data.load``.
        train: Split
        validation: Split, taken from the training images.
        test: Split, the official one where there is one.
        class_names: list of str, one a class.
        factor_names: tuple of str, one a column of the splits' ``factors``.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    class_names: list
    factor_names: tuple = ()

    labelled = True
    pixel_range = None  # any that a model has: the pixels have a black and a white

    @classmethod
    def from_arrays(cls, name, train, test=None, maximum=255, class_names=None):
        """Checks (x, y) arrays and takes validation images from train, and test images too where none are given."""
        train = checked(name, *train, maximum)
        if class_names is None:
            _check_without_gaps(name, train.labels)
        num_classes = int(train.labels.max()) + 1 if class_names is None else len(class_names)
        _check_frequent(name, train.labels)
        if test is None:
            train, test = divided(train, TEST_SHARE)
        else:
            test = checked(name, *test, maximum)
            _check_alike(name, train, test, num_classes)
        share = min(VALIDATION_SHARE, VALIDATION_MOST / len(train))
        names = list(class_names or map(str, range(num_classes)))
        return cls(name, *divided(train, share), test, names)

    def binarised(self, kind):
        """This set with pixels of 0 and 1, their brightness the probability: ``static``, drawn once, or ``dynamic``.

        Dynamic training images are drawn anew in every batch; validation and test images are drawn once all the same,
        so that two evaluations agree.
        """
        if kind not in BINARISATIONS:
            raise ValueError(f"binarisation={kind!r} is not known. Choose one of {', '.join(BINARISATIONS)}.")
        if kind == "none":
            return self
        train = replace(self.train, dynamic=True) if kind == "dynamic" else self.train.drawn(0)
        return replace(self, train=train, validation=self.validation.drawn(1), test=self.test.drawn(2))

    @property
    def image_shape(self):
        return self.train.images.shape[1:]

    @property
    def num_classes(self):
        return len(self.class_names)

    @cached_property
    def fingerprint(self):
        """A hash of the training images and labels: the same data, whatever it is called."""
        digest = hashlib.sha256()
        digest.update(f"{self.train.maximum} {self.num_classes}".encode())
        for array in (self.train.images, self.train.labels):
            digest.update(f"{array.shape} {array.dtype}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]


def divided(split, share):
    """A split in two, the second with ``share`` of every class."""
    parts = train_test_split(
        np.arange(len(split)), test_size=max(share, len(np.unique(split.labels)) / len(split)),
        stratify=split.labels, random_state=0,
    )  # fmt: skip
    return [split.subset(np.sort(part)) for part in parts]


def checked(name, images, labels, maximum):
    """A split of images and labels that passed every check."""
    images, labels = np.asarray(images), np.asarray(labels)
    images = images[..., None] if images.ndim == 3 else images
    if images.ndim != 4 or images.shape[-1] not in (1, 3, 4):
        raise ValueError(
            f"{name}: images of shape {images.shape} are not (n, height, width) or (n, height, width, channels) "
            "with 1, 3 or 4 channels."
        )
    if not images.size:
        raise ValueError(f"{name}: images of shape {images.shape} hold no pixel.")
    if labels.shape != images.shape[:1]:
        raise ValueError(f"{name}: {len(images)} images but labels of shape {labels.shape}; give one label an image.")
    if images.dtype.kind not in "uif" or not np.isfinite(images).all():
        bad = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3))) if images.dtype.kind == "f" else []
        where = f"NaN or infinity, first in image {bad[0]}" if len(bad) else f"{images.dtype} pixels"
        raise ValueError(f"{name}: images hold {where}. Pixels are numbers from 0 to {maximum}.")
    if images.min() < 0 or images.max() > maximum:
        raise ValueError(
            f"{name}: pixels from {images.min()} to {images.max()} ({images.dtype}) lie outside 0 to {maximum}. "
            "Store uint8 images from 0 to 255 or float images from 0 to 1."
        )
    if images.dtype.kind == "u" and maximum == 255 and images.max() <= 1:
        raise ValueError(
            f"{name}: {images.dtype} pixels from {images.min()} to {images.max()} are all but black on the scale of 0 "
            "to 255. Multiply them by 255, or store them as float32."
        )
    _check_whole(name, labels)
    return Split(images, labels.astype("int32"), maximum)


def _check_whole(name, labels):
    if labels.dtype.kind not in "uif":
        raise ValueError(
            f"{name}: labels are {labels.dtype}; number the classes: np.unique(y, return_inverse=True)[1]."
        )
    wrong = np.flatnonzero((labels != np.round(labels)) | (labels < 0) | (labels > np.iinfo("int32").max))
    if len(wrong):
        raise ValueError(f"{name}: label {labels[wrong[0]]} of image {wrong[0]} is not a whole number from 0 up.")


def _check_without_gaps(name, labels):
    found = np.unique(labels)
    missing = np.flatnonzero(found != np.arange(len(found)))
    if len(missing):
        raise ValueError(
            f"{name}: no image has label {missing[0]}, but one has {found[-1]}. Number the classes from 0 without "
            "gaps: np.unique(y, return_inverse=True)[1]."
        )


def _check_frequent(name, labels):
    counts = np.bincount(labels)
    rare = np.flatnonzero((counts > 0) & (counts < LEAST_OF_A_CLASS))
    if len(rare):
        raise ValueError(
            f"{name}: class {rare[0]} has {counts[rare[0]]} training images; at least {LEAST_OF_A_CLASS} are needed "
            "to have one in every split. Add images or leave the class out."
        )


def _check_alike(name, train, test, num_classes):
    if test.images.shape[1:] != train.images.shape[1:]:
        raise ValueError(f"{name}: test images are {test.images.shape[1:]}, training images {train.images.shape[1:]}.")
    if (test.images.dtype.kind == "f") != (train.images.dtype.kind == "f"):
        raise ValueError(f"{name}: test images are {test.images.dtype}, training images {train.images.dtype}.")
    if test.labels.max() >= num_classes:
        raise ValueError(f"{name}: the test split has label {test.labels.max()}; train has 0 to {num_classes - 1}.")

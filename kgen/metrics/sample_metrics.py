from functools import cached_property, partial

import numpy as np

from kgen.engine.checks import check_same_length, check_sizes
from kgen.fields import Image
from kgen.metrics.baseline import ClassGaussian
from kgen.metrics.checks import Unmeasurable, check_values
from kgen.metrics.classification_score import classification_accuracy_score, nearest_neighbour_error
from kgen.metrics.frechet import frechet_distance
from kgen.metrics.kernel import kernel_distance
from kgen.metrics.memorisation import memorisation
from kgen.metrics.neighbours import precision_recall
from kgen.metrics.outside_classifier import OutsideClassifier
from kgen.metrics.sharpness import sharpness
from kgen.metrics.similarity import class_similarity
from kgen.metrics.two_sample import two_sample_accuracy

LEAST_ACCURACY, DRAWS, PART, MOST_A_CLASS = 0.95, 10, 5000, 1000
PARTS = {"precision_recall": ("precision", "recall", "density", "coverage")}


class SampleMetrics:
    """Samples measured against data: every value beside that of real images and that of a trivial generator.

    A candidate of N images is compared with N training images, a fixed random draw, N being the same for all: the
    values depend on it. Features are those of the outside classifier, which is trained or loaded when first needed.

    Args:
        dataset: ``kgen.data.Data`` with labels.
        samples: int, N; the test and the training split bound it.
        features: ``Features`` of another network; those of the outside classifier unless given.
        seed: int, of all draws.
        trust: bool, whether to believe an outside classifier that is itself poor on real images.

    Attributes:
        samples: int, N.
        labels: int32 array (N,), the classes of the real images: ask a conditional model for these.
        left_out: dict from a measure that these samples cannot bear to the reason.

    Raises:
        ValueError: where the outside classifier reads less than 95 % of the real test images, unless trusted.

    Example:
        >>> metrics = SampleMetrics(kgen.data.load("digits"))
        >>> images = model.generate(metrics.samples, metrics.labels, seed=0)  # brought to [0, 1]
        >>> metrics.measure(images, metrics.labels), metrics.real(), metrics.baseline()
    """

    def __init__(self, dataset, samples=10_000, features=None, seed=0, trust=False):
        check_sizes(samples=samples)
        self.dataset, self.seed, self.trust = dataset, seed, trust
        self.samples = min(samples, len(dataset.test), len(dataset.train))
        random = np.random.default_rng(seed)
        self._draws = [random.permutation(len(dataset.train))[: self.samples] for _ in range(DRAWS)]
        self._reference = dataset.train.subset(self._draws[0])
        self._held_out = dataset.test.subset(random.permutation(len(dataset.test))[: self.samples])
        self._own_features = features
        self.left_out = {}
        if features is not None:  # before the classifier is trained and images are drawn, which takes minutes
            features(self._held_out.subset(slice(2)).comparable())

    @property
    def labels(self):
        return self._reference.labels

    def measure(self, images, labels=None):
        """Every metric of N candidate images in [0, 1] by its name; those of use only with the ``labels`` asked for."""
        images = np.asarray(images, "float32")
        check_values(images, self.dataset.image_shape, "images")
        if len(images) != self.samples:
            raise ValueError(f"images are {len(images)}; measure {self.samples}, as many as there are real ones.")
        if labels is None:
            return self._computed("candidate", self._likeness(images, self.judge.classes(images)))
        labels = np.asarray(labels)
        self.dataset.classes.check(labels, "labels")
        check_same_length(images=images, labels=labels)
        return self._computed("candidate", self._likeness(images, labels) | self._use(images, labels))

    def real(self):
        """The same of real images, the floor.

        The candidate is the held-out test images, which makes ``memorisation`` ½ by definition; for the two metrics
        that train on it and test on the test split, the training images. The kernel distance, about 0 with either
        sign, is the mean of its absolute value over ten draws of N training images.
        """
        return dict(self._real)

    def baseline(self):
        """The same of samples of ``ClassGaussian``: what a model has to beat."""
        return dict(self._baseline)

    @cached_property
    def judge(self):
        """The outside classifier."""
        judge = OutsideClassifier(self.dataset)
        if judge.accuracy < LEAST_ACCURACY and not self.trust:
            raise ValueError(
                f"The outside classifier of {self.dataset.name} reads {judge.accuracy:.1%} of the real test images, "
                f"less than {LEAST_ACCURACY:.0%}: what it says of samples would be its own mistakes. Give more or "
                "cleaner training images, leave samples out (--metrics likelihood,latent), or go on with trust=True, "
                "--trust, and read its numbers beside those of real images."
            )
        return judge

    @cached_property
    def features(self):
        """The features in which samples and data are compared."""
        return self._own_features or self.judge.features

    @cached_property
    def _real(self):
        held_out, labels = self._held_out.comparable(), self._held_out.labels
        parts = {
            **self._likeness(held_out, labels),
            "kernel_distance": self._kernel_floor,
            **self._use(self._reference.comparable(), self.labels),
            "outside_classifier_accuracy": partial(self.judge.agreement, held_out, labels),
        }
        return self._computed("real images", parts)

    @cached_property
    def _baseline(self):
        labels = self.labels
        train = self.dataset.train.subset(_of_each(self.dataset.train.labels))
        gaussian = ClassGaussian(train.comparable(), train.labels, self._field.comparable_limits)
        images = gaussian.generate(self.samples, labels, self.seed)
        return self._computed("class Gaussian", self._likeness(images, labels) | self._use(images, labels))

    def _likeness(self, images, labels):
        # Features of the training images are made once; those of the candidate here, for all that read them.
        features, training = self.features(images), self._training_features
        reference = training[self._draws[0]]
        return {
            "frechet_distance": partial(frechet_distance, reference, features),
            "kernel_distance": partial(kernel_distance, reference, features),
            "precision_recall": partial(precision_recall, reference, features),
            "two_sample_accuracy": partial(two_sample_accuracy, self._reference.comparable(), images, self.seed),
            "class_similarity": partial(self._of_images, class_similarity, images, labels, seed=self.seed),
            "sharpness": partial(self._of_images, sharpness, images),
            # Of pixels, a mere blur lies nearer to the training images than a sharp new image does.
            "memorisation": partial(memorisation, features, self._held_out_features, training),
        }

    def _use(self, images, labels):
        test, test_labels = self.dataset.test.comparable(), self.dataset.test.labels
        return {
            "outside_classifier_accuracy": partial(self.judge.agreement, images, labels),
            "classification_accuracy_score": partial(classification_accuracy_score, images, labels, test, test_labels),
            "nearest_neighbour_error": partial(nearest_neighbour_error, images, labels, test, test_labels),
        }

    @cached_property
    def _training_features(self):
        print(f"Features of the network {self.features.hash}: {len(self.dataset.train)} training images", flush=True)
        return np.concatenate([self.features(part.comparable()) for part in self.dataset.train.parts(PART)])

    @cached_property
    def _held_out_features(self):
        return self.features(self._held_out.comparable())

    @property
    def _field(self):
        return self.dataset.fields["x"]

    def _of_images(self, measure, *args, **kwargs):
        if not isinstance(self._field, Image):
            raise Unmeasurable(f"{measure.__name__} is of images; these are {self._field}.")
        return measure(*args, **kwargs)

    def _kernel_floor(self):
        training, held_out = self._training_features, self._held_out_features
        return float(np.mean([abs(kernel_distance(training[draw], held_out)) for draw in self._draws]))

    def _computed(self, candidate, parts):
        numbers = {}
        for name, compute in parts.items():
            print(f"{candidate}: {name}", flush=True)
            numbers |= self._borne(name, compute)
        return numbers

    def _borne(self, name, compute):
        try:
            values = compute()
        except Unmeasurable as reason:
            self.left_out |= dict.fromkeys(PARTS.get(name, (name,)), str(reason))
            print(f"  left out: {reason}", flush=True)
            return {}
        return values if isinstance(values, dict) else {name: values}


def _of_each(labels):
    # A Gaussian of many more images than pixels is none the better.
    return np.concatenate([np.flatnonzero(labels == label)[:MOST_A_CLASS] for label in np.unique(labels)])

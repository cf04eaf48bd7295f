from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import numpy as np

from kgen import console
from kgen.checks import check_same_length, check_sizes
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.fields import Image
from kgen.metrics.baseline import ClassGaussian
from kgen.metrics.catalogue import of_groups
from kgen.metrics.checks import Unmeasurable, check_values
from kgen.metrics.clusters import clustered
from kgen.metrics.draws import of_each_class
from kgen.metrics.evaluation_classifier import EvaluationClassifier
from kgen.metrics.evidence import Evidence
from kgen.metrics.features import Features
from kgen.metrics.kernel import kernel_distance
from kgen.metrics.neighbours import precision_recall
from kgen.types import Array

LEAST_ACCURACY, DRAWS, PART, MOST_A_CLASS = 0.95, 10, 500, 1000
COVER = "precision", "recall", "density", "coverage"
FEATURES = (
    "features", "reference_features", "training_features", "held_out_features", "crowd_features",
    "kernel_distance", *COVER,
)  # fmt: skip
GROUPS = "samples", "use"


class SampleMetrics:
    """Metrics of samples against data, beside those of real images and of a trivial generator.

    N candidate images are compared with N training images, a fixed random draw. N is the same for
    all, because the metrics depend on it. Features are those of the evaluation classifier, which is
    trained or loaded when first needed. For data with fewer than two classes they are those of a
    classifier of clusters of the training values.

    Args:
        dataset: ``kgen.data.Data``; without labels the metrics of use are left out.
        samples: int, N; no more than the test split or the training split holds.
        features: ``Features`` of another network, in place of those of the evaluation classifier.
        seed: int, seed of the draws of values.

    Attributes:
        samples: int, N.
        labels: int32 array (N,), the classes of the real images, or ``None``. Ask a conditional
            model for images of these classes.
        left_out: dict from each metric that cannot be computed from these samples to the reason.

    Example:
        >>> metrics = SampleMetrics(kgen.data.load("digits"))
        >>> generated = model.generate(metrics.samples, metrics.labels, seed=0)
        >>> images = model.fields["x"].comparable(generated)  # in [0, 1]
        >>> scores = metrics.measure(images, metrics.labels)  # beside metrics.real()
    """

    def __init__(
        self,
        dataset: Data,
        samples: int = 10_000,
        features: Features | None = None,
        seed: int = 0,
    ):
        check_sizes(samples=samples)
        self.dataset, self.seed = dataset, seed
        self.samples = min(samples, len(dataset.test), len(dataset.train))
        random = np.random.default_rng(seed)
        self._draws = [
            random.permutation(len(dataset.train))[: self.samples] for _ in range(DRAWS)
        ]
        self._reference = cast(Split, dataset.train.subset(self._draws[0]))
        chosen = random.permutation(len(dataset.test))[: self.samples]
        self._held_out = cast(Split, dataset.test.subset(chosen))
        self._own_features = features
        self.left_out: dict[str, str] = {}
        # Checked before the classifier is trained and images are drawn, which takes minutes.
        if features is not None:
            features(self._held_out.subset(slice(2)).comparable())

    @property
    def labels(self) -> Array | None:
        return self._reference.labels

    @property
    def facts(self) -> dict[str, Any]:
        """The number of samples, their features, and the evaluation classifier's accuracy."""
        facts: dict[str, Any] = {"samples": self.samples}
        if self.classified:
            facts |= {"judge": self.judge.accuracy}
        # Features of clusters take minutes: metrics without features do not wait for them.
        if self.classified or "features" in vars(self):
            facts |= {"features": self.features.hash, "features_of": self.features_of}
        return facts

    @cached_property
    def classified(self) -> bool:
        """Whether the data have classes that can be told apart."""
        train = self.dataset.train
        return (
            self.dataset.classes is not None
            and len(np.unique(cast(Array, train.labels))) > 1
        )

    def measure(self, images: Array, labels: Array | None = None) -> dict[str, float]:
        """Every metric of N candidate images in [0, 1] by name; those of use need ``labels``."""
        images = np.asarray(images, "float32")
        check_values(images, self.dataset.image_shape, "images")
        if len(images) != self.samples:
            raise ValueError(
                f"images are {len(images)}; measure {self.samples}, as many as there are real ones."
            )
        if labels is not None:
            labels = np.asarray(labels)
            self._known_classes().check(labels, "labels")
            check_same_length(images=images, labels=labels)
        return self._computed("candidate", self.evidence(images, labels))

    def _known_classes(self):
        if self.dataset.classes is None:
            raise ValueError(
                f"{self.dataset.name} has no classes: measure images without labels."
            )
        return self.dataset.classes

    def real(self) -> dict[str, float]:
        """The same metrics of real images, the real-against-real reference.

        The candidates are held-out test images, so ``memorisation`` is ½ by definition. The two
        metrics that train on candidates and test on the test split use training images instead. The
        kernel distance is near 0 with either sign, so its absolute value is averaged over ten draws
        of N training images.
        """
        return dict(self._real)

    def baseline(self) -> dict[str, float]:
        """The same metrics of samples of ``ClassGaussian``, which a model has to beat."""
        return dict(self._baseline)

    def evidence(
        self,
        images: Array,
        labels: Array | None = None,
        crowd: Callable[[], Array] | None = None,
    ) -> Evidence:
        """The inputs of the metrics: candidate images and the ``labels`` that they were asked for.

        ``crowd``, a function, returns further candidates for metrics of small shares, such as
        ``near_copies``.
        """
        parts = self._parts(images, labels)
        if crowd:
            parts["crowd_features"] = lambda _: self._featured(
                crowd(), "more candidates"
            )
        if labels is None:
            return Evidence(**parts)
        return Evidence(
            **parts, **self._lessons(images, labels), asked=lambda _: labels
        )

    @cached_property
    def real_evidence(self) -> Evidence:
        """The same inputs for real images."""
        held_out, labels = self._held_out.comparable(), self._held_out.labels
        parts = self._parts(held_out, labels) | {
            "kernel_distance": lambda _: self._kernel_reference()
        }
        if labels is not None:
            parts |= {
                "asked": lambda _: labels,
                **self._lessons(self._reference.comparable(), self.labels),
            }
        return Evidence(**parts)

    @cached_property
    def baseline_evidence(self) -> Evidence:
        """The same inputs for samples of one Gaussian per class."""
        train = cast(Split, self.dataset.train)
        labels = np.zeros(len(train), int) if train.labels is None else train.labels
        few = train.subset(_of_each(labels))
        limits = self._field.comparable_limits
        gaussian = ClassGaussian(few.comparable(), labels[_of_each(labels)], limits)
        asked = np.zeros(self.samples, int) if self.labels is None else self.labels
        return self.evidence(
            gaussian.generate(self.samples, asked, self.seed), self.labels
        )

    @cached_property
    def _real(self):
        return self._computed("real images", self.real_evidence)

    @cached_property
    def _baseline(self):
        return self._computed("class Gaussian", self.baseline_evidence)

    @cached_property
    def judge(self) -> EvaluationClassifier:
        """The evaluation classifier."""
        if not self.classified:
            raise Unmeasurable(
                "the data have fewer than two classes, which a classifier could tell apart"
            )
        judge = EvaluationClassifier(self.dataset)
        if judge.accuracy < LEAST_ACCURACY:
            print(_doubt(self.dataset.name, judge.accuracy), flush=True)
        return judge

    def rests_on_judge(self, name: str, labels: Array | None = None) -> bool:
        """Whether a metric of samples, of ``labels`` if any, needs the evaluation classifier."""
        learnt = {"read"}
        learnt.update(FEATURES if self._own_features is None else ())
        learnt.update(("classes",) if labels is None else ())
        entry = of_groups(GROUPS).get(name)
        return bool(self.classified and entry and learnt.intersection(entry.of))

    @cached_property
    def features(self) -> Features:
        """The features in which samples and data are compared."""
        return self._own_features or self._taught_by.features

    @property
    def features_of(self) -> str:
        """The network that the features come from, in words."""
        return (
            "a given network"
            if self._own_features
            else f"a classifier of {self._taught_by.dataset.name}"
        )

    @cached_property
    def _taught_by(self):
        """The classifier whose features are used."""
        # For clusters only the features matter, not the accuracy: the quick network is enough.
        return (
            self.judge
            if self.classified
            else EvaluationClassifier(clustered(self.dataset), recipes=["plain"])
        )

    def _parts(self, images, labels=None):
        """Inputs of the metrics of samples: images, features, and features of training images."""
        cover = {name: lambda own, name=name: own["cover"][name] for name in COVER}
        return {
            "x": lambda _: images,
            "images": lambda _: self._pictures(images),
            "read": lambda _: self.judge.classes(images),
            "classes": lambda own: self._classes(own, labels),
            "features": lambda _: self._featured(images, "candidates"),
            "crowd_features": lambda own: own["features"],
            "reference": lambda _: self._reference.comparable(),
            "reference_features": lambda _: self._training_features[self._draws[0]],
            "training_features": lambda _: self._training_features,
            "held_out_features": lambda _: self._held_out_features,
            "kernel_distance": lambda own: kernel_distance(
                own["reference_features"], own["features"]
            ),
            "cover": lambda own: precision_recall(
                own["reference_features"], own["features"]
            ),
            **cover,
        }

    def _classes(self, own, labels):
        """The requested classes, else the predicted ones; one class for data without classes."""
        if not self.classified:
            return np.zeros(len(own["x"]), int)
        return own["read"] if labels is None else labels

    def _lessons(self, images, labels):
        """Inputs of the metrics of use: images to learn from, and real images to test on."""
        test = self.dataset.test
        return {
            "lessons": lambda _: images,
            "lesson_labels": lambda _: labels,
            "test": lambda _: test.comparable(),
            "test_labels": lambda _: test.labels,
        }

    @cached_property
    def _training_features(self):
        print(
            f"Features of the network {self.features.hash}, {self.features_of}: "
            f"{len(self.dataset.train):,} training values",
            flush=True,
        )
        told = _told(self.dataset.train, "training values")
        parts = told.over(self.dataset.train.parts(PART))
        return np.concatenate([self.features(part.comparable()) for part in parts])

    @cached_property
    def _held_out_features(self):
        return self._featured(self._held_out.comparable(), "test values")

    def _featured(self, images, what):
        """The features of images, with a progress display if it takes long."""
        parts = np.split(images, range(PART, len(images), PART))
        shown = _told(images, what).over(parts)
        return np.concatenate(list(map(self.features, shown)))

    @property
    def _field(self):
        return self.dataset.fields["x"]

    def _pictures(self, values):
        if not isinstance(self._field, Image):
            raise Unmeasurable(f"only images have it, and these are {self._field}.")
        return values

    def _kernel_reference(self):
        training, held_out = self._training_features, self._held_out_features
        found = [kernel_distance(training[draw], held_out) for draw in self._draws]
        return float(np.mean(np.abs(found)))

    def _computed(self, candidate, evidence):
        found = {}
        for name, metric in of_groups(GROUPS).items():
            if evidence.has(metric.of):
                print(f"{candidate}: {name}", flush=True)
                found |= self._borne(name, metric, evidence)
        return found

    def _borne(self, name, metric, evidence):
        try:
            return {name: metric.measure(evidence)}
        except Unmeasurable as reason:
            self.left_out[name] = str(reason)
            print(f"  left out: {reason}", flush=True)
            return {}


def _told(values, what):
    return console.Steps(len(values), f"Features of {what}", "value", console.QUICK)


def _of_each(labels):
    # Many more images than pixels do not make a better Gaussian.
    return np.concatenate([found[:MOST_A_CLASS] for found in of_each_class(labels)])


def _doubt(name, accuracy):
    return (
        f"Warning: the evaluation classifier of {name} reads {accuracy:.1%} of the real test "
        f"values, less than {LEAST_ACCURACY:.0%}. What it says of samples is in part its own "
        "mistakes: read the numbers that rest on it only beside those of real values. "
        "More or cleaner training values make a better one."
    )

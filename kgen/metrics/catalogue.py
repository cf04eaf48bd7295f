"""Every metric by its name: what it says of a model in plain words, and what it is computed of.

A metric of one's own is a function in a file and a line here. The catalogue is known without importing Keras.
"""

import importlib
from typing import NamedTuple

from kgen.metrics.scalars import OF_ITS_OWN, SCALARS


class Metric(NamedTuple):
    """What a metric says, and how it comes about.

    Args:
        group: str, the metrics that a task measures together.
        better: str, which values are good: ``"lower"``, ``"higher"``, near those of
            ``"real"`` values, or ``"neither"``.
        meaning: str, in plain words.
        of: tuple of str, the parts of the ``Evidence`` that the function takes, in order.
        function: str, module and name; without one, the part itself is the number.
        quick: bool, whether it is measured by ``kgen test`` too.
    """

    group: str
    better: str
    meaning: str
    of: tuple
    function: str = ""
    quick: bool = False

    def measure(self, evidence):
        """The number, a float, of this evidence; computed once of the same."""
        return evidence.once(self, self._computed)

    def load(self):
        """The function."""
        module, _, name = self.function.rpartition(".")
        return getattr(importlib.import_module(module), name)

    def _computed(self, evidence):
        parts = [evidence[name] for name in self.of]
        return float(self.load()(*parts) if self.function else parts[0])


CATALOGUE = {
    "elbo": Metric(
        "likelihood", "higher", "lower bound of log p(x): minus reconstruction and KL loss", ("elbo",),
    ),
    "log_likelihood": Metric(
        "likelihood", "higher", "the same bound with many codes each: nearer to log p(x)", ("log_likelihood",),
    ),
    "bits_per_dimension": Metric(
        "likelihood", "lower", "bits that a pixel costs under the model", ("bits_per_dimension",),
    ),
    "frechet_distance": Metric(
        "samples", "lower", "distance of mean and covariance of the features from real values'",
        ("reference_features", "features"), "kgen.metrics.frechet_distance",
    ),
    "kernel_distance": Metric(
        "samples", "lower", "distance of the whole distribution of features from real values'",
        ("kernel_distance",),
    ),
    "precision": Metric("samples", "higher", "share of samples that lie where real values do", ("precision",)),
    "recall": Metric("samples", "higher", "share of real values that lie where samples do", ("recall",)),
    "density": Metric("samples", "real", "how densely real values lie around a sample; 1 for real ones", ("density",)),
    "coverage": Metric("samples", "higher", "share of real values with a sample in their neighbourhood", ("coverage",)),
    "two_sample_accuracy": Metric(
        "samples", "real", "how often samples are told from real values; ½: at random",
        ("reference", "x"), "kgen.metrics.two_sample_accuracy",
    ),
    "class_similarity": Metric(
        "samples", "real", "how alike two samples of a class are; above real: little diversity",
        ("images", "classes"), "kgen.metrics.class_similarity",
    ),
    "sharpness": Metric(
        "samples", "real", "strength of the edges; below real: blurred, above: noisy",
        ("images",), "kgen.metrics.sharpness", quick=True,
    ),
    "memorisation": Metric(
        "samples", "real", "nearer to training values than new ones, how often; 1: copies",
        ("features", "held_out_features", "training_features"), "kgen.metrics.memorisation",
    ),
    "outside_classifier_accuracy": Metric(
        "use", "higher", "share of samples that show the class asked for",
        ("read", "asked"), "kgen.metrics.accuracy", quick=True,
    ),
    "classification_accuracy_score": Metric(
        "use", "higher", "accuracy on real values after training on samples",
        ("lessons", "lesson_labels", "test", "test_labels"), "kgen.metrics.classification_accuracy_score",
    ),
    "nearest_neighbour_error": Metric(
        "use", "lower", "share of real values whose nearest sample shows another class",
        ("lessons", "lesson_labels", "test", "test_labels"), "kgen.metrics.nearest_neighbour_error",
    ),
    "classifier_accuracy": Metric(
        "classes", "higher", "accuracy of the model's own classifier on test values",
        ("read", "labels"), "kgen.metrics.accuracy", quick=True,
    ),
    "classifier_balanced_accuracy": Metric(
        "classes", "higher", "the same as the mean over the classes, however many values each has",
        ("read", "labels"), "kgen.metrics.balanced_accuracy", quick=True,
    ),
    "reconstruction_mse": Metric(
        "reconstructions", "lower", "mean squared error of a scaled number",
        ("scaled", "scaled_again"), "kgen.metrics.mean_squared_error", quick=True,
    ),
    "reconstruction_sharpness": Metric(
        "reconstructions", "real", "strength of the edges of reconstructions",
        ("images",), "kgen.metrics.sharpness", quick=True,
    ),
    "active_units": Metric(
        "latent", "neither", "codes whose mean varies over the values; the others are not used",
        ("codes",), "kgen.metrics.active_units",
    ),
    "linear_probe": Metric(
        "latent", "neither", "how often a linear classifier reads the class from the code",
        ("seen", "new"), "kgen.metrics.linear_probe",
    ),
    "mlp_probe": Metric(
        "latent", "neither", "the same of a classifier with a hidden layer", ("seen", "new"), "kgen.metrics.mlp_probe",
    ),
    "mutual_information_gap": Metric(
        "factors", "higher", "how far each factor is told by one code alone",
        ("factor_codes", "factors"), "kgen.metrics.mutual_information_gap",
    ),
    "factor_vae_score": Metric(
        "factors", "higher", "how well the code that stands still tells the factor that does",
        ("factor_codes", "factors"), "kgen.metrics.factor_vae_score",
    ),
    "mean_absolute_error": Metric(
        "numbers", "lower", "how far an estimate is off, in the unit of the numbers",
        ("estimates", "numbers"), "kgen.metrics.mean_absolute_error", quick=True,
    ),
    "r_squared": Metric(
        "numbers", "higher", "share of the variance of the numbers that estimates explain",
        ("estimates", "numbers"), "kgen.metrics.r_squared", quick=True,
    ),
    "bias": Metric(
        "numbers", "real", "mean of estimate minus number, in the unit of the numbers",
        ("estimates", "numbers"), "kgen.metrics.bias", quick=True,
    ),
    "cycle_error": Metric(
        "translations", "lower", "how far values are off after the way there and back, a scaled number",
        ("cycle_error",), quick=True,
    ),
    "translation_two_sample_accuracy": Metric(
        "translations", "real", "how often translations are told from real values; ½: at random",
        ("told_apart",), quick=True,
    ),
}  # fmt: skip


OBJECTIVE = Metric("objective", "neither", "", ())


def metric(name):
    """What a number of an evaluation is: a metric by its name, else one of the scalars that a model logs."""
    return CATALOGUE.get(name) or Metric("objective", *SCALARS.get(name, OF_ITS_OWN), ())


def of_groups(groups):
    """The metrics of some groups, by name."""
    return {name: entry for name, entry in CATALOGUE.items() if entry.group in groups}


def quick():
    """The names of the metrics that take seconds, the model's own scalars among them."""
    return ("objective", *(name for name, entry in CATALOGUE.items() if entry.quick))

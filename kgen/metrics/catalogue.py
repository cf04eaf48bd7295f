"""Every metric by name: its meaning in plain words, and the inputs it is computed from.

A new metric is a function in a file and an entry here. The catalogue can be read without importing
Keras.
"""

import importlib
from collections.abc import Callable, Container
from typing import NamedTuple

from kgen.metrics.bootstrap import interval
from kgen.metrics.checks import Unmeasurable
from kgen.metrics.evidence import Evidence
from kgen.metrics.scalars import OF_ITS_OWN, SCALARS


class Metric(NamedTuple):
    """What a metric means and how it is computed.

    Args:
        group: str, the metrics that a task measures together.
        better: str, which values are good: ``"lower"``, ``"higher"``, near those of
            ``"real"`` values, or ``"neither"``.
        meaning: str, in plain words.
        of: tuple of str, the parts of the ``Evidence`` that the function takes, in order.
        function: str, module and name; without one, the part itself is the number.
        quick: bool, whether ``kgen test`` measures it too.
        resampled: bool, whether it has a confidence interval: all its parts have a row per value.
    """

    group: str
    better: str
    meaning: str
    of: tuple[str, ...]
    function: str = ""
    quick: bool = False
    resampled: bool = False

    def measure(self, evidence: Evidence) -> float:
        """The metric of this evidence, a float; computed once per evidence."""
        return evidence.once(self, self._computed)

    def interval(self, evidence: Evidence) -> tuple[float, ...]:
        """The 95 % interval (low, high), over whole ``units`` if given; ``()`` if it has none."""
        if not self.resampled:
            return ()
        units = evidence["units"] if evidence.has(["units"]) else None
        try:
            return interval(self.load(), self._parts(evidence), units)
        except Unmeasurable:
            return ()

    def load(self) -> Callable[..., float]:
        """The function."""
        module, _, name = self.function.rpartition(".")
        return getattr(importlib.import_module(module), name)

    def _computed(self, evidence):
        parts = self._parts(evidence)
        return float(self.load()(*parts) if self.function else parts[0])

    def _parts(self, evidence):
        return [evidence[name] for name in self.of]


CATALOGUE = {
    "elbo": Metric(
        "likelihood", "higher",
        "lower bound of log p(x): minus reconstruction and KL loss", ("elbo",),
    ),
    "log_likelihood": Metric(
        "likelihood", "higher",
        "the same bound with many latents each: nearer to log p(x)", ("log_likelihood",),
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
    "precision": Metric(
        "samples", "higher", "share of samples that lie where real values do", ("precision",),
    ),
    "recall": Metric(
        "samples", "higher", "share of real values that lie where samples do", ("recall",),
    ),
    "density": Metric(
        "samples", "real", "how densely real values lie around a sample; 1 for real ones",
        ("density",),
    ),
    "coverage": Metric(
        "samples", "higher", "share of real values with a sample in their neighbourhood",
        ("coverage",),
    ),
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
    "near_copies": Metric(
        "samples", "real",
        "share of samples nearer to training values than all but 5 % of new ones",
        ("crowd_features", "held_out_features", "training_features"), "kgen.metrics.near_copies",
    ),
    "evaluation_classifier_accuracy": Metric(
        "use", "higher", "share of samples that show the class asked for",
        ("read", "asked"), "kgen.metrics.accuracy", quick=True,
    ),
    "classification_accuracy_score": Metric(
        "use", "higher", "accuracy on real values after training on samples",
        ("lessons", "lesson_labels", "test", "test_labels"),
        "kgen.metrics.classification_accuracy_score",
    ),
    "nearest_neighbour_error": Metric(
        "use", "lower", "share of real values whose nearest sample shows another class",
        ("lessons", "lesson_labels", "test", "test_labels"), "kgen.metrics.nearest_neighbour_error",
    ),
    "classifier_accuracy": Metric(
        "classes", "higher", "accuracy of the model's own classifier on test values",
        ("read", "labels"), "kgen.metrics.accuracy", quick=True, resampled=True,
    ),
    "classifier_balanced_accuracy": Metric(
        "classes", "higher", "the same as the mean over the classes, however many values each has",
        ("read", "labels"), "kgen.metrics.balanced_accuracy", quick=True, resampled=True,
    ),
    "classifier_auc": Metric(
        "classes", "higher",
        "how often a value of a class gets a higher probability of it than another; ½: at random",
        ("probabilities", "labels"), "kgen.metrics.area_under_roc", quick=True, resampled=True,
    ),
    "classifier_average_precision": Metric(
        "classes", "higher",
        "area under precision against recall, of the second of two classes, else their mean",
        ("probabilities", "labels"), "kgen.metrics.average_precision", quick=True, resampled=True,
    ),
    "classifier_calibration_error": Metric(
        "classes", "lower", "how far confidence is from accuracy, over ten bins of confidence",
        ("probabilities", "labels"), "kgen.metrics.calibration_error", quick=True, resampled=True,
    ),
    "classifier_nll": Metric(
        "classes", "lower", "minus the log of the probability of the true class, nats per value",
        ("probabilities", "labels"), "kgen.metrics.negative_log_likelihood",
        quick=True, resampled=True,
    ),
    "changed_pixels": Metric(
        "pairs", "neither",
        "share of pixels that the class changes in pairs of one style, beyond chance",
        ("differences",), "kgen.metrics.paired.changed_share", quick=True,
    ),
    "ventricle_distance": Metric(
        "anatomy", "lower",
        "Kolmogorov–Smirnov distance of ventricle areas from real ones, of the worst class",
        ("ventricle", "real_ventricle"), "kgen.metrics.anatomy.group_distance", quick=True,
    ),
    "ventricle_effect": Metric(
        "anatomy", "real", "mean ventricle area of the second class minus that of the first, mm²",
        ("every_ventricle",), "kgen.metrics.anatomy.group_effect", quick=True,
    ),
    "ventricle_sign": Metric(
        "anatomy", "higher",
        "share of pairs of one style whose ventricles change as the classes differ",
        ("pair_changes",), "kgen.metrics.anatomy.share_of_sign", quick=True,
    ),
    "thickness_distance": Metric(
        "anatomy", "lower", "the same distance of the thickness of the cortex",
        ("thickness", "real_thickness"), "kgen.metrics.anatomy.group_distance", quick=True,
    ),
    "thickness_effect": Metric(
        "anatomy", "real",
        "mean thickness of the cortex in the second class minus that in the first, mm",
        ("every_thickness",), "kgen.metrics.anatomy.group_effect", quick=True,
    ),
    "length_distance": Metric(
        "vessels", "lower", "Kolmogorov–Smirnov distance of vessel lengths from real ones",
        ("length", "real_length"), "kgen.metrics.anatomy.group_distance", quick=True,
    ),
    "tortuosity_distance": Metric(
        "vessels", "lower", "the same of tortuosity, length over the distance of both ends",
        ("tortuosity", "real_tortuosity"), "kgen.metrics.anatomy.group_distance", quick=True,
    ),
    "radius_distance": Metric(
        "vessels", "lower", "the same of the mean radius",
        ("radius", "real_radius"), "kgen.metrics.anatomy.group_distance", quick=True,
    ),
    "vessel_two_sample_accuracy": Metric(
        "vessels", "real",
        "how often vessels are told from real ones by length, tortuosity and radii; ½: at random",
        ("real_shape", "shape"), "kgen.metrics.vessels.vessels_told_apart", quick=True,
    ),
    "vessel_detail_accuracy": Metric(
        "vessels", "real", "the same by curvature, narrowing and roughness too",
        ("real_all_features", "all_features"), "kgen.metrics.vessels.vessels_told_apart",
        quick=True,
    ),
    "vessel_roughness": Metric(
        "vessels", "real", "root mean square third difference of the points; above real: noisy, mm",
        ("roughness",), "kgen.metrics.image_pairs.mean_of", quick=True,
    ),
    "self_intersections": Metric(
        "vessels", "real", "share of vessels that run into themselves",
        ("meeting",), "kgen.metrics.image_pairs.mean_of", quick=True,
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
        "latent", "neither", "latents whose mean varies over the values; the others are not used",
        ("latents",), "kgen.metrics.active_units",
    ),
    "linear_probe": Metric(
        "latent", "neither", "how often a linear classifier reads the class from the latents",
        ("seen", "new"), "kgen.metrics.linear_probe",
    ),
    "mlp_probe": Metric(
        "latent", "neither",
        "the same of a classifier with a hidden layer", ("seen", "new"), "kgen.metrics.mlp_probe",
    ),
    "mutual_information_gap": Metric(
        "factors", "higher", "how far each factor is told by one latent alone",
        ("factor_latents", "factors"), "kgen.metrics.mutual_information_gap",
    ),
    "factor_vae_score": Metric(
        "factors", "higher", "how well the latent that stands still tells the factor that does",
        ("factor_latents", "factors"), "kgen.metrics.factor_vae_score",
    ),
    "mean_absolute_error": Metric(
        "numbers", "lower", "how far an estimate is off, in the unit of the numbers",
        ("estimates", "numbers"), "kgen.metrics.mean_absolute_error", quick=True, resampled=True,
    ),
    "r_squared": Metric(
        "numbers", "higher", "share of the variance of the numbers that estimates explain",
        ("estimates", "numbers"), "kgen.metrics.r_squared", quick=True, resampled=True,
    ),
    "bias": Metric(
        "numbers", "real", "mean of estimate minus number, in the unit of the numbers",
        ("estimates", "numbers"), "kgen.metrics.bias", quick=True, resampled=True,
    ),
    "shrinkage": Metric(
        "numbers", "lower", "bias towards the mean: 0 for none, 1 where every estimate is the same",
        ("estimates", "numbers"), "kgen.metrics.shrinkage", quick=True, resampled=True,
    ),
    "stretched_error": Metric(
        "numbers", "lower",
        "how far estimates are off after that bias is corrected by validation values",
        ("stretched", "numbers"), "kgen.metrics.mean_absolute_error", quick=True, resampled=True,
    ),
    "interval_reach": Metric(
        "numbers", "lower",
        "half the width of the 90 % interval about an estimate, by validation values", ("reach",),
        quick=True,
    ),
    "interval_coverage": Metric(
        "numbers", "neither",
        "share of the numbers within this interval; 0.9 where it tells the truth",
        ("estimates", "numbers", "reach"), "kgen.metrics.interval_coverage", quick=True,
    ),
    "concept_ridge_error": Metric(
        "numbers", "lower",
        "how far a ridge regression of the true concepts is off, no network at all",
        ("ridge_estimates", "numbers"), "kgen.metrics.mean_absolute_error",
        quick=True, resampled=True,
    ),
    "concept_error": Metric(
        "concepts", "lower", "how far concepts are off, in standard deviations",
        ("concepts", "true_concepts"), "kgen.metrics.mean_absolute_error",
        quick=True, resampled=True,
    ),
    "corrected_error": Metric(
        "concepts", "lower", "how far estimates are off with every concept corrected by hand",
        ("decided", "numbers"), "kgen.metrics.mean_absolute_error", quick=True, resampled=True,
    ),
    "change_error": Metric(
        "changes", "lower", "mean squared error of the value foretold after a treatment, scaled",
        ("foreseen", "after"), "kgen.metrics.mean_squared_error", quick=True,
    ),
    "change_error_of_none": Metric(
        "changes", "neither", "the same of the value before it: no change",
        ("before", "after"), "kgen.metrics.mean_squared_error", quick=True,
    ),
    "change_error_of_mean": Metric(
        "changes", "neither", "the same of the mean change of the training pairs",
        ("of_mean", "after"), "kgen.metrics.mean_squared_error", quick=True,
    ),
    "change_error_of_ridge": Metric(
        "changes", "neither", "the same of ridge regression", ("of_ridge", "after"),
        "kgen.metrics.mean_squared_error", quick=True,
    ),
    "change_correlation": Metric(
        "changes", "higher",
        "correlation over the features of the foretold and the real change, mean over the values",
        ("change", "real_change"), "kgen.metrics.changes.mean_correlation", quick=True,
    ),
    "change_correlation_of_mean": Metric(
        "changes", "neither", "the same of the mean change of the training pairs",
        ("change_of_mean", "real_change"), "kgen.metrics.changes.mean_correlation", quick=True,
    ),
    "change_correlation_of_ridge": Metric(
        "changes", "neither", "the same of ridge regression",
        ("change_of_ridge", "real_change"), "kgen.metrics.changes.mean_correlation", quick=True,
    ),
    "response_auc_of_ridge": Metric(
        "responses", "neither",
        "classifier_auc of logistic regression with a ridge penalty on the value before",
        ("ridge", "labels"), "kgen.metrics.area_under_roc",
    ),
    "response_auc_of_elastic_net": Metric(
        "responses", "neither", "the same with an elastic net",
        ("elastic_net", "labels"), "kgen.metrics.area_under_roc",
    ),
    "response_auc_of_forest": Metric(
        "responses", "neither", "the same of a random forest",
        ("forest", "labels"), "kgen.metrics.area_under_roc",
    ),
    "deletion_area": Metric(
        "explanations", "lower",
        "mean answer while the points that Grad-CAM gives most are taken away first",
        ("deletion",), quick=True,
    ),
    "insertion_area": Metric(
        "explanations", "higher",
        "mean answer while the points that Grad-CAM gives most are put in first",
        ("insertion",), quick=True,
    ),
    "map_agreement": Metric(
        "explanations", "higher", "Spearman's ρ between Grad-CAM and occlusion",
        ("some_maps", "covered"), "kgen.interpret.similarity", quick=True,
    ),
    "randomised_similarity": Metric(
        "explanations", "neither",
        "Spearman's ρ with Grad-CAM of random weights; 0: it shows what is learnt",
        ("forgetting",), quick=True,
    ),
    "cycle_error": Metric(
        "translations", "lower",
        "how far values are off after the way there and back, a scaled number",
        ("cycle_error",), quick=True,
    ),
    "translation_two_sample_accuracy": Metric(
        "translations", "real", "how often translations are told from real values; ½: at random",
        ("told_apart",), quick=True,
    ),
    "translation_error": Metric(
        "translations", "lower",
        "mean |translation − truth| in stored units, of scans inside the body",
        ("absolute_errors",), "kgen.metrics.image_pairs.mean_of", quick=True, resampled=True,
    ),
    "translation_psnr": Metric(
        "translations", "higher", "peak signal over the noise of translations, decibels",
        ("noise",), "kgen.metrics.image_pairs.mean_of", quick=True, resampled=True,
    ),
    "translation_ssim": Metric(
        "translations", "higher", "structural similarity of translations and truth; 1: the same",
        ("similarity",), "kgen.metrics.image_pairs.mean_of", quick=True, resampled=True,
    ),
    "dice": Metric(
        "segmentations", "higher",
        "overlap of found and true masks, the mean over the classes but the background",
        ("dice",), "kgen.metrics.mask_pairs.mean_over_classes", quick=True, resampled=True,
    ),
    "jaccard": Metric(
        "segmentations", "higher", "share of all points of either mask that are in both",
        ("jaccard",), "kgen.metrics.mask_pairs.mean_over_classes", quick=True, resampled=True,
    ),
    "hausdorff_95": Metric(
        "segmentations", "lower",
        "how far the surfaces are apart where they are farthest, but for 5 %; mm of scans",
        ("hausdorff",), "kgen.metrics.mask_pairs.mean_over_classes", quick=True, resampled=True,
    ),
    "surface_distance": Metric(
        "segmentations", "lower",
        "mean distance of the surfaces of found and true masks; mm of scans",
        ("surface_distance",), "kgen.metrics.mask_pairs.mean_over_classes",
        quick=True, resampled=True,
    ),
    "anomaly_auc": Metric(
        "anomalies", "higher",
        "how often an anomaly has a greater score than a normal value; ½: at random",
        ("scores", "anomalous"), "kgen.metrics.anomalies.anomaly_area",
        quick=True, resampled=True,
    ),
    "anomaly_average_precision": Metric(
        "anomalies", "higher",
        "area under precision against recall; at random the share of anomalies",
        ("scores", "anomalous"), "kgen.metrics.anomalies.anomaly_precision",
        quick=True, resampled=True,
    ),
    "anomaly_sensitivity": Metric(
        "anomalies", "higher",
        "share of anomalies whose score is above that of 95 % of the normal values",
        ("scores", "anomalous"), "kgen.metrics.anomalies.sensitivity",
        quick=True, resampled=True,
    ),
    "anomaly_false_alarms": Metric(
        "anomalies", "neither",
        "share of normal values above the threshold of validation values; 0.05 if alike",
        ("scores", "anomalous", "threshold"), "kgen.metrics.anomalies.alarms", quick=True,
    ),
    "anomaly_peak_auc": Metric(
        "anomalies", "higher",
        "anomaly_auc of the peak of the smoothed map: of what is small and strong",
        ("peaks", "anomalous"), "kgen.metrics.anomalies.anomaly_area",
        quick=True, resampled=True,
    ),
    "anomaly_peak_average_precision": Metric(
        "anomalies", "higher",
        "anomaly_average_precision of this peak",
        ("peaks", "anomalous"), "kgen.metrics.anomalies.anomaly_precision",
        quick=True, resampled=True,
    ),
    "anomaly_peak_sensitivity": Metric(
        "anomalies", "higher",
        "anomaly_sensitivity of this peak",
        ("peaks", "anomalous"), "kgen.metrics.anomalies.sensitivity",
        quick=True, resampled=True,
    ),
    "anomaly_residual_auc": Metric(
        "anomalies", "higher",
        "anomaly_auc of the mean of the map, in which what is small is lost",
        ("residuals", "anomalous"), "kgen.metrics.anomalies.anomaly_area",
        quick=True, resampled=True,
    ),
    "anomaly_auc_of_neighbours": Metric(
        "anomalies", "neither",
        "anomaly_auc of the distance from the nearest training values",
        ("neighbours", "anomalous"), "kgen.metrics.anomalies.anomaly_area",
        quick=True, resampled=True,
    ),
    "anomaly_auc_of_forest": Metric(
        "anomalies", "neither",
        "anomaly_auc of an isolation forest",
        ("forest", "anomalous"), "kgen.metrics.anomalies.anomaly_area",
        quick=True, resampled=True,
    ),
    "anomaly_point_auc": Metric(
        "anomalies", "higher",
        "how often a point of an anomaly has more in the smoothed map than another point",
        ("points", "masks"), "kgen.metrics.anomalies.anomaly_area", quick=True,
    ),
    "anomaly_point_average_precision": Metric(
        "anomalies", "higher",
        "area under precision against recall of these points",
        ("points", "masks"), "kgen.metrics.anomalies.anomaly_precision", quick=True,
    ),
    "anomaly_dice": Metric(
        "anomalies", "higher",
        "overlap of the masks with the points above the threshold of validation values",
        ("points", "masks", "point_threshold"), "kgen.metrics.anomalies.dice_of_points",
        quick=True,
    ),
    "anomaly_best_dice": Metric(
        "anomalies", "higher",
        "the same at the best of all thresholds, which only the truth tells",
        ("points", "masks"), "kgen.metrics.anomalies.best_dice", quick=True,
    ),
}  # fmt: skip


OBJECTIVE = Metric("objective", "neither", "", ())


def metric(name: str) -> Metric:
    """The metric of this name, else an entry for a scalar that a model logs."""
    return CATALOGUE.get(name) or Metric(
        "objective", *SCALARS.get(name, OF_ITS_OWN), ()
    )


def of_groups(groups: Container[str]) -> dict[str, Metric]:
    """The metrics of some groups, by name."""
    return {name: entry for name, entry in CATALOGUE.items() if entry.group in groups}


def quick() -> tuple[str, ...]:
    """Names of the metrics that take seconds, and ``objective`` for the model's own scalars."""
    return ("objective", *(name for name, entry in CATALOGUE.items() if entry.quick))

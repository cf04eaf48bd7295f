"""Every metric by its name: what it says of a model in plain words, known without importing Keras."""

from typing import NamedTuple


class Metric(NamedTuple):
    """What a metric measures, and which values are good: ``lower``, ``higher``, or near those of ``real`` images."""

    group: str
    better: str
    meaning: str


CATALOGUE = {
    "frechet_distance": Metric("samples", "lower", "distance of mean and covariance of the features from real images'"),
    "kernel_distance": Metric("samples", "lower", "distance of the whole distribution of features from real images'"),
    "precision": Metric("samples", "higher", "share of samples that lie where real images do"),
    "recall": Metric("samples", "higher", "share of real images that lie where samples do"),
    "density": Metric("samples", "real", "how densely real images lie around a sample; 1 for real images"),
    "coverage": Metric("samples", "higher", "share of real images with a sample in their neighbourhood"),
    "two_sample_accuracy": Metric("samples", "real", "how often samples are told from real images; ½: at random"),
    "class_similarity": Metric("samples", "real", "how alike two samples of a class are; above real: little diversity"),
    "sharpness": Metric("samples", "real", "strength of the edges; below real: blurred, above: noisy"),
    "memorisation": Metric("samples", "real", "how often a sample is nearer to training images than new ones; 1: copy"),
    "outside_classifier_accuracy": Metric("use", "higher", "share of samples that show the class asked for"),
    "classification_accuracy_score": Metric("use", "higher", "accuracy on real images after training on samples"),
    "nearest_neighbour_error": Metric("use", "lower", "share of real images whose nearest sample shows another class"),
}

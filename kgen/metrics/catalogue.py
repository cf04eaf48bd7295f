"""Every metric by its name: what it says of a model in plain words, known without importing Keras."""

from typing import NamedTuple


class Metric(NamedTuple):
    """What a metric says; which values are good: ``lower``, ``higher``, near ``real`` images, or ``neither``."""

    group: str
    better: str
    meaning: str


CATALOGUE = {
    "reconstruction_loss": Metric("likelihood", "lower", "nats of an image that its code does not tell"),
    "kl_loss": Metric("likelihood", "lower", "nats that the code itself costs; 0: the code is not used"),
    "elbo": Metric("likelihood", "higher", "lower bound of log p(x): minus the two above"),
    "log_likelihood": Metric("likelihood", "higher", "the same bound with many codes an image: nearer to log p(x)"),
    "bits_per_dimension": Metric("likelihood", "lower", "bits that a pixel costs under the model"),
    "frechet_distance": Metric("samples", "lower", "distance of mean and covariance of the features from real images'"),
    "kernel_distance": Metric("samples", "lower", "distance of the whole distribution of features from real images'"),
    "precision": Metric("samples", "higher", "share of samples that lie where real images do"),
    "recall": Metric("samples", "higher", "share of real images that lie where samples do"),
    "density": Metric("samples", "real", "how densely real images lie around a sample; 1 for real images"),
    "coverage": Metric("samples", "higher", "share of real images with a sample in their neighbourhood"),
    "two_sample_accuracy": Metric("samples", "real", "how often samples are told from real images; ½: at random"),
    "class_similarity": Metric("samples", "real", "how alike two samples of a class are; above real: little diversity"),
    "sharpness": Metric("samples", "real", "strength of the edges; below real: blurred, above: noisy"),
    "memorisation": Metric("samples", "real", "nearer to training images than new ones, how often; 1: copies"),
    "outside_classifier_accuracy": Metric("use", "higher", "share of samples that show the class asked for"),
    "classification_accuracy_score": Metric("use", "higher", "accuracy on real images after training on samples"),
    "nearest_neighbour_error": Metric("use", "lower", "share of real images whose nearest sample shows another class"),
    "classifier_accuracy": Metric("use", "higher", "accuracy of the model's own classifier on test images"),
    "active_units": Metric("latent", "neither", "codes whose mean varies over the images; the others are not used"),
    "linear_probe": Metric("latent", "neither", "how often a linear classifier reads the class from the code"),
    "mlp_probe": Metric("latent", "neither", "the same of a classifier with a hidden layer"),
    "mutual_information_gap": Metric("factors", "higher", "how far each factor is told by one code alone"),
    "factor_vae_score": Metric("factors", "higher", "how well the code that stands still tells the factor that does"),
}

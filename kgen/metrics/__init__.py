"""How good a generative model is, in numbers."""

import importlib

# Each public name with the module that holds it, imported when it is first asked for: the catalogue of metrics must
# not import Keras. No module bears the name of what it holds, which would hide the one behind the other.
HOMES = {
    "CATALOGUE": "catalogue",
    "ClassGaussian": "baseline",
    "Features": "features",
    "OutsideClassifier": "outside_classifier",
    "SampleMetrics": "sample_metrics",
    "class_similarity": "similarity",
    "classification_accuracy_score": "classification_score",
    "frechet_distance": "frechet",
    "importance_weighted_log_likelihood": "likelihood",
    "kernel_distance": "kernel",
    "memorisation": "copies",
    "ms_ssim": "similarity",
    "nearest_neighbour_error": "classification_score",
    "precision_recall": "neighbours",
    "probe_accuracy": "probes",
    "sharpness": "laplacian",
    "two_sample_accuracy": "two_sample",
}

__all__ = list(HOMES)


def __getattr__(name):
    if name in HOMES:
        return getattr(importlib.import_module(f"kgen.metrics.{HOMES[name]}"), name)
    raise AttributeError(f"module 'kgen.metrics' has no attribute {name!r}")

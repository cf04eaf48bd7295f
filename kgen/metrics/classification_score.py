import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from kgen.checks import check_same_length
from kgen.metrics import checks
from kgen.metrics.draws import drawn
from kgen.metrics.support_vectors import support_vector_accuracy
from kgen.types import Array

MOST = 5000


def classification_accuracy_score(
    images: Array, labels: Array, test_images: Array, test_labels: Array
) -> float:
    """Train on generated images, test on real ones: the accuracy of an RBF-SVC (C = 5).

    It reveals what single sharp samples hide: a class that is missing, narrow or mislabelled.

    Args:
        images: array (n, …) of generated images in [0, 1]; at most 5,000 random ones are used.
        labels: int array (n,), the class that each was generated for.
        test_images: array (m, …) of real images in [0, 1].
        test_labels: int array (m,).

    Raises:
        ValueError: for NaN, for different numbers of images and labels, or for a single class.

    Reference:
        Ravuri & Vinyals, Classification Accuracy Score for Conditional Generative Models, 2019,
        arXiv:1905.10887
    """
    images, labels = drawn(
        MOST, *_labelled("classification_accuracy_score", images, labels)
    )
    return support_vector_accuracy(
        images, labels, checks.rows("test_images", test_images), test_labels
    )


def nearest_neighbour_error(
    images: Array, labels: Array, test_images: Array, test_labels: Array
) -> float:
    """Share of real images whose nearest generated image was generated for another class.

    Distances are between pixels. Arguments and errors are those of
    ``classification_accuracy_score``; all images are used.

    Reference:
        Radford, Metz & Chintala, Unsupervised Representation Learning with Deep Convolutional GANs,
        2016, arXiv:1511.06434
    """
    images, labels = _labelled("nearest_neighbour_error", images, labels)
    classifier = KNeighborsClassifier(1, algorithm="brute").fit(images, labels)
    return float(
        1 - classifier.score(checks.rows("test_images", test_images), test_labels)
    )


def _labelled(measure, images, labels):
    check_same_length(images=images, labels=labels)
    if len(np.unique(labels)) < 2:
        raise checks.Unmeasurable(
            f"{measure} needs images of at least two classes; these are of one."
        )
    return checks.rows("images", images), np.asarray(labels)

"""Fréchet distance, kernel distance and MS-SSIM beside torchmetrics and SciPy, on the same inputs.

MS-SSIM agrees with TensorFlow's. torchmetrics differs, most on small images: it keeps the mirrored
border of the coarsest scale, which the others leave out.

Example:
    python benchmarks/references.py
"""

import common
from kgen.metrics import frechet_distance, kernel_distance, ms_ssim
from kgen.metrics.similarity import window_and_powers

import numpy as np
import tensorflow as tf
import torch
from scipy import linalg
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

SIDES = (28, 64, 176)


class Given(torch.nn.Module):
    """Returns the given features, for torchmetrics, which asks for a network."""

    num_features = 64

    def forward(self, features):
        return features


def features(samples=900):
    """Two sets (n, 64) of float64, skewed and of different moments."""
    random = np.random.default_rng(0)
    real = np.exp(0.3 * random.standard_normal((samples, Given.num_features)))
    return real, 1.2 * real[::-1] + 0.2 * random.standard_normal(real.shape)


def compared(metric, real, fake):
    """The value of a torchmetrics metric for two sets."""
    for values, is_real in ((real, True), (fake, False)):
        metric.update(torch.from_numpy(values.copy()), real=is_real)
    return metric.compute()


def frechet_by_root(real, fake):
    """The Fréchet distance by SciPy's root of the product of the covariances."""
    covariances = np.cov(real.T), np.cov(fake.T)
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    return np.sum((real.mean(0) - fake.mean(0)) ** 2) + np.trace(
        covariances[0] + covariances[1] - 2 * root
    )


def distances():
    """Lines of the table for the distances between features."""
    real, fake = features()
    frechet, kernel = frechet_distance(real, fake), kernel_distance(real, fake)
    torch_frechet = FrechetInceptionDistance(feature=Given(), normalize=True).set_dtype(
        torch.float64
    )
    torch_kernel = KernelInceptionDistance(
        feature=Given(), normalize=True, subsets=1, subset_size=len(real)
    )
    return [
        ["Fréchet distance, SciPy", frechet, frechet_by_root(real, fake)],
        [
            "Fréchet distance, torchmetrics",
            frechet,
            float(compared(torch_frechet, real, fake)),
        ],
        [
            "kernel distance, torchmetrics",
            kernel,
            float(compared(torch_kernel, real, fake)[0]),
        ],
    ]


def similarities(side):
    """Lines of the table for images of a side."""
    random = np.random.default_rng(0)
    first = random.random((2, side, side, 1), dtype="float32")
    second = (0.7 * first + 0.3 * random.random(first.shape, dtype="float32")).astype(
        "float32"
    )
    powers = window_and_powers(side)[1].tolist()
    tensors = [
        torch.from_numpy(images).permute(0, 3, 1, 2) for images in (second, first)
    ]
    theirs = {
        "TensorFlow": tf.image.ssim_multiscale(first, second, 1.0, power_factors=powers)
        .numpy()
        .mean(),
        "torchmetrics": multiscale_structural_similarity_index_measure(
            *tensors, betas=tuple(powers), data_range=1.0
        ),
    }
    own = float(ms_ssim(first, second).mean())
    return [
        [f"MS-SSIM, {side} × {side}, {name}", own, float(value)]
        for name, value in theirs.items()
    ]


def main():
    common.parser(__doc__).parse_args()
    print(common.machine())
    rows = [*distances(), *(line for side in SIDES for line in similarities(side))]
    cells = [
        [name, f"{own:.7f}", f"{theirs:.7f}", f"{abs(own - theirs):.1e}"]
        for name, own, theirs in rows
    ]
    print(common.table(["", "kgen", "reference", "difference"], cells))


if __name__ == "__main__":
    main()

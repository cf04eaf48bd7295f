"""Checking and loading a table of NIfTI volumes, one slice each: first time, and from the cache.

Volumes are noise in an ellipsoid, float32, gzipped as by nibabel. Writing them does not count, nor
do the imports of every training.

Example:
    python benchmarks/nifti.py --count 400 --side 96
"""

import os
import tempfile
import time
from pathlib import Path

import common

import nibabel
import numpy as np

AFFINE = np.diag([2.0, 2.0, 2.0, 1.0])


def volume(number, side):
    """A head of noise in the dark."""
    random = np.random.default_rng(number)
    axis = np.linspace(-1, 1, side) ** 2
    inside = axis[:, None, None] + axis[:, None] + axis < 0.8
    return np.float32(
        inside * random.normal(300, 30, inside.shape) + random.rayleigh(5, inside.shape)
    )


def write(folder, count, side):
    """The files and their table, whose path is returned."""
    rows = ["file,subject,diagnosis,age"]
    for number in range(count):
        nibabel.save(
            nibabel.Nifti1Image(volume(number, side), AFFINE),
            folder / f"{number}.nii.gz",
        )
        rows.append(
            f"{number}.nii.gz,P{number},{'ad' if number % 2 else 'control'},{55 + number % 35}"
        )
    path = folder / "people.csv"
    path.write_text("\n".join(rows))
    return path


def seconds(table):
    """Seconds to check and load the table in this process, without the imports of a training."""
    from kgen import data
    from kgen.data.sources import reader

    reader("nifti")
    start = time.perf_counter()
    data.check(f"nifti:{table}", label="diagnosis", size=64)
    data.load(f"nifti:{table}", label="diagnosis", size=64)
    return time.perf_counter() - start


def measured(count, side):
    """The seconds of the first load and of one from the cache, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KGEN_CACHE"] = f"{folder}/cache"
        table = write(Path(folder), count, side)
        return {
            "first time": common.apart(seconds, table),
            "from the cache": common.apart(seconds, table),
        }


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--count", type=int, default=400, help="volumes")
    parser.add_argument("--side", type=int, default=96, help="voxels along each axis")
    asked = parser.parse_args()
    found = measured(asked.count, asked.side)
    print(common.machine())
    what = f"{asked.count} volumes of {asked.side}³, one slice each"
    print(
        common.table(
            [what, "s"], [(name, f"{value:.2f}") for name, value in found.items()]
        )
    )


if __name__ == "__main__":
    main()

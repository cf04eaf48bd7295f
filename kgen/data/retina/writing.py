"""Scans on disk: arrays of which the anomalies are marked, folders of pictures, and the truth."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kgen import checks, console
from kgen.data.phantoms.rows import append_row
from kgen.data.retina.fluid import KINDS
from kgen.data.retina.layers import NAMES
from kgen.data.retina.retinas import Retinas
from kgen.data.retina.scan import Scan
from kgen.types import Location

ARRAYS, TRUTH, SURFACES = "retina.npz", "truth.csv", "surfaces.npz"
NORMAL, NEW = "normal", "new"
LEAST, MOST = 10, 100_000
KEPT = 5  # one in so many persons without fluid is among the new


def write(
    out: Location, retinas: Retinas, subjects: int, seed: int = 0
) -> dict[str, int]:
    """Writes one scan per person; half of the persons have fluid, half of these beneath the retina.

    Args:
        out: path of a new folder.
        retinas: ``Retinas``, from which the scans are drawn.
        subjects: int ≥ 10.
        seed: int ≥ 0; person i is drawn from the seed (seed, i).

    Returns:
        how many pictures each folder has.

    Raises:
        ValueError: if there are too few subjects.
        FileExistsError: if ``out`` holds anything.
    """
    (subjects,) = checks.check_sizes(subjects=subjects)
    checks.check_number("subjects", subjects, LEAST, MOST)
    out = Path(out)
    _begin(out)
    scans = []
    for number, kind in enumerate(
        console.over(_kinds(subjects, seed), "Drawing retinas")
    ):
        scans.append(retinas.subject((seed, number), kind))
        _write_person(out, number, kind, scans[-1])
    subject = np.array([*map(_name, range(subjects))])
    surfaces = np.stack([scan.surfaces for scan in scans])
    np.savez_compressed(out / ARRAYS, subject=subject, **_arrays(scans))
    np.savez_compressed(out / SURFACES, surfaces=surfaces, layers=NAMES)
    return {folder: len(list((out / folder).iterdir())) for folder in (NORMAL, NEW)}


def _begin(out):
    """Makes the folders."""
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} exists already. Choose a new folder.")
    for folder in (NORMAL, NEW):
        (out / folder).mkdir(parents=True)


def _arrays(scans: Sequence[Scan]) -> dict[str, Any]:
    """Images x (n, size, size, 1), which of them are anomalies, and where."""
    masks = np.stack([scan.fluid for scan in scans])
    images = np.stack([scan.image for scan in scans])[..., None]
    anomaly = np.array([scan.measures["pockets"] > 0 for scan in scans], "uint8")
    return {"x": images, "anomaly": anomaly, "anomaly_mask": masks}


def _kinds(subjects, seed):
    """The kind of fluid of each person, in random order: splits take every so many persons."""
    kinds = np.resize(np.array([None, KINDS[0], None, KINDS[1]], object), subjects)
    return np.random.default_rng(seed).permutation(kinds).tolist()


def _write_person(out, number, kind, scan):
    """Writes the picture of a person and a row of the truth."""
    folder = NEW if kind or number % KEPT == 0 else NORMAL
    file = f"{folder}/{_name(number)}.png"
    Image.fromarray(scan.image).save(out / file)
    measured = {name: f"{value:.1f}" for name, value in scan.measures.items()}
    told = {"subject": _name(number), "file": file, "fluid": kind or "none"}
    append_row(out / TRUTH, {**told, **measured, "pockets": scan.measures["pockets"]})


def _name(number):
    return f"S{number + 1:05d}"

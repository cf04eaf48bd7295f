"""Phantoms on disk like hospital data: NIfTI files with a table, picture folders, arrays, truth."""

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from kgen import checks, console
from kgen.data.phantoms import findings
from kgen.data.phantoms.brains import Brains
from kgen.data.phantoms.person import written
from kgen.data.phantoms.rows import append_row, read_rows
from kgen.types import Location

TABLE, ARRAYS, OPTIONS = "table.csv", "brains.npz", "options.json"
TRUTH, TRUE_ARRAYS = "truth.json", "truth.npz"
LEAST = 10


def write(
    out: Location, brains: Brains, subjects: int, seed: int = 0, ct: bool = False
) -> dict[str, Any]:
    """Writes phantoms of ``subjects`` persons, as many per class; continues where it was stopped.

    Args:
        out: path of the folder, new or begun with the same options.
        brains: ``Brains``; with tumours, every other person of a class has one.
        subjects: int ≥ 10.
        seed: int ≥ 0; person i is drawn from the seed (seed, i).
        ct: bool, whether to write the CT of each person too.

    Returns:
        dict: what ``truth.json`` holds.

    Raises:
        ValueError: if there are too few subjects, or no CTs to move, or if ``out`` holds other
            phantoms.
        FileExistsError: if ``out`` holds anything else.
    """
    (subjects,) = checks.check_sizes(subjects=subjects)
    checks.check_number("subjects", subjects, LEAST, 1_000_000)
    _check_moved(brains, ct)
    out = Path(out)
    options = {**asdict(brains), "subjects": subjects, "seed": seed, "ct": ct}
    _begin(out, options)
    if not (out / TRUTH).exists():
        _draw(out, brains, partial(_person, brains, seed), options)
    return json.loads((out / TRUTH).read_text())


def _check_moved(brains, ct):
    """Raises if CTs are to be moved but none are written."""
    if brains.misaligned and not ct:
        told = f"misaligned={brains.misaligned} moves CTs, and none are written."
        raise ValueError(f"{told} Write them too, with ct.")


def _person(brains, seed, number, label):
    """The brain of a person; tumours are equally frequent in both classes, and so uninformative."""
    ill = brains.tumours and number // 2 % 2 == 1
    return replace(brains, tumours=ill).subject((seed, number), label)


def _draw(out, brains, draw, options):
    done = len(read_rows(out / TABLE))
    for number in console.over(range(done, options["subjects"]), "Drawing brains"):
        brain = draw(number, number % 2)
        row = written(out, f"S{number + 1:04d}", brain, brains, options["ct"])
        append_row(out / TABLE, row)
    _conclude(out, brains, draw, options)


def _conclude(out, brains, draw, options):
    """Writes what is known of all persons, truth.json last: with it, the folder is complete."""
    rows = read_rows(out / TABLE)
    true = findings.latents(rows)
    if not brains.volumes:
        np.savez_compressed(out / ARRAYS, **findings.stacked(out, rows))
        true |= findings.counterfactuals(draw, len(rows))
    np.savez_compressed(out / TRUE_ARRAYS, **true)
    _write_json(out / TRUTH, findings.found(rows, brains, options))


def _begin(out, options):
    """Takes a new folder, or one that was begun with the same options."""
    if out.is_dir() and (out / OPTIONS).exists():
        _check_same(out, options)
        return
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise FileExistsError(
            f"{out} exists already and holds no phantoms. Choose a new folder."
        )
    out.mkdir(parents=True, exist_ok=True)
    _write_json(out / OPTIONS, options)


def _check_same(out, options):
    # Options that older versions did not know had the values that are now the defaults.
    begun = {**asdict(Brains()), **json.loads((out / OPTIONS).read_text())}
    for name in options:
        if begun.get(name) != options[name]:
            raise ValueError(
                f"{out} holds phantoms of {name}={begun.get(name)}, not {options[name]}. Choose "
                "another folder, or remove it."
            )


def _write_json(path, values):
    """Writes a file as a whole or not at all."""
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(values, indent=2))
    temporary.replace(path)

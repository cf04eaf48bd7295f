"""A verb applied to whole scans: NIfTI files become NIfTI files on the same grid."""

from functools import partial
from pathlib import Path
from typing import Any

from kgen import console
from kgen.data.scans.whole import SUFFIXES, Whole, check_readable, scans_in
from kgen.runs.run import Run
from kgen.verbs.patches import stitched
from kgen.verbs.verb import Verb


def apply_to_scans(
    verb: Verb, run: Run, source: Path, out: Path, **options: Any
) -> int:
    """Applies a verb of the run's model to a scan, or to all of a folder; returns their number.

    Args:
        verb: ``kgen.verbs.verb.Verb``.
        run: ``kgen.runs.run.Run``, trained on scans.
        source: path of a NIfTI file, or of a folder of NIfTI files.
        out: path of a NIfTI file, or of a folder.
        **options: those of the verb.
    """
    model = run.model()
    given = run.config.data
    files = scans_in(source)
    verb.check(model)
    patch = _patch(model, verb.reads(model, **options)[0], given)
    places = _places(files, source, out)
    check_readable(files, given, patch)
    of_patches = partial(verb.of_patches, model, **options)
    for file, place in console.over(list(zip(files, places, strict=True)), "Scans"):
        scan = Whole.of(file, given)
        blended = scan.mapped(lambda image: stitched(of_patches, image, patch))
        scan.write(place, verb.of_scan(model, blended, **options))
    return len(files)


def _patch(model, name, given):
    """The sides of a value of the model; raises unless it was trained on scans of one channel."""
    shape = model.fields[name].shape
    rank = 3 if given.get("axis", "z") == "none" else 2
    if len(shape) != rank + 1 or shape[-1] != 1:
        raise ValueError(
            f"{name} is {model.fields[name]}: this model takes no scans. "
            "Give values like its training's."
        )
    return shape[:-1]


def _places(files, source, out):
    """The path of each output; raises for a name that is not that of a scan."""
    is_file = out.name.endswith(SUFFIXES)
    if source.is_dir():
        if is_file or out.suffix:
            raise ValueError(
                f"{source} is a folder of {len(files)} scans, and {out} no folder. Name a folder."
            )
        return [out / file.name for file in files]
    if not is_file:
        raise ValueError(f"{out} should end in .nii.gz or .nii, as {source.name} does.")
    return [out]

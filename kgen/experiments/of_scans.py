"""A verb applied to whole scans: NIfTI files become NIfTI files on the same grid."""

from functools import partial
from pathlib import Path
from typing import Any

from kgen import console
from kgen.data.scans.clipped import Clipped
from kgen.data.scans.partners import clipped_told
from kgen.data.scans.whole import SUFFIXES, Whole, check_readable, scans_in
from kgen.runs.run import Run
from kgen.verbs.patches import stitched
from kgen.verbs.verb import Verb

OWN_PIXELS = (
    "This run does not know the pixel size of its training: each scan kept its own. If theirs "
    "differ from the training's, resample them first, or train again."
)


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
    model, given = run.model(), run.config.data
    files = scans_in(source)
    verb.check(model)
    name = verb.reads(model, **options)[0]
    patch = _patch(model, name, given)
    places = _places(files, source, out)
    pixel = run.config.pixel or given.get("pixel")
    read = partial(Whole.of, given=given, name=name, pixel=pixel)
    check_readable(files, read, patch)
    clipped, shading = Clipped(), None
    for file, place in console.over(list(zip(files, places, strict=True)), "Scans"):
        scan = read(file)
        scan.write(place, _made(verb, model, scan, patch, options))
        clipped, shading = clipped.plus(scan.clipped), scan.shading
    if not pixel:
        print(OWN_PIXELS, flush=True)
    if shading and shading.window:
        print(clipped_told(name, clipped, shading.window), flush=True)
    return len(files)


def _made(verb, model, scan, patch, options):
    """What the verb makes of a scan, on the scan's grid."""
    of_patches = partial(verb.of_patches, model, **options)
    beyond = scan.shading.darkest
    blended = scan.mapped(lambda image: stitched(of_patches, image, patch, beyond))
    return verb.of_scan(model, blended, **options)


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

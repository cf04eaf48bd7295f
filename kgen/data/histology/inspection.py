from pathlib import Path

import numpy as np

from kgen.checks import counted
from kgen.data.faults import check_none
from kgen.data.histology.checking import faults_of
from kgen.data.histology.layout import CLASSES, SPELT
from kgen.data.histology.source import Part, parts_of
from kgen.data.inspected import Inspection
from kgen.data.official import TRAIN
from kgen.data.subjects import SUBJECT

SMALLER = {"size=64": "the middle alone, at less than half the cost"}


def patches_told(folder: Path) -> Inspection:
    """What PatchCamelyon's files in a folder hold, split by split."""
    check_none(f"pcam:{folder}", faults_of(folder, str(folder)))
    parts = parts_of(folder)
    told = "\n".join(_line(SPELT[split], part) for split, part in parts.items())
    labels = parts[TRAIN].y
    counts = np.bincount(labels, minlength=2).tolist()
    classes = dict(zip(CLASSES, counts, strict=True))
    return Inspection(told, hints=SMALLER, classes=classes, count=len(labels))


def _line(name: str, part: Part) -> str:
    """A line on a split: its patches, their slides, the share with a tumour in the centre."""
    slides = (
        counted(len(np.unique(part.facts[SUBJECT])), "slide")
        if part.facts
        else "no known slide"
    )
    patches = counted(len(part.y), "patch", "es")
    return f"{name}: {patches} of {slides}, {part.y.mean():.1%} with a tumour in the centre"

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgen.checks import check_known, check_number
from kgen.names import formatted
from kgen.types import Array, Arrays
from kgen.verbs.verb import Verb

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.fields import Field
    from kgen.plots.figures import Figure
    from kgen.runs.run import Run

SCORES = "score", "peak"
TABLED = (*SCORES, "anomalous")
FILES = "scores.csv", "anomalies.npz", "anomalies.png"
SHOWN = 10


class Detect(Verb):
    """Writes the anomaly ``score`` of each value, its ``peak``, and if it is ``anomalous``.

    A value is anomalous if its score, or its peak, exceeds a threshold: the given one, or the one
    that 5 % of the normal values outside the training exceed. The peak is the maximum of the map.
    A .npz file also holds the ``map`` and the ``nearest`` normal value. Of each image of an HDF5
    file it writes the ``share`` of its tiles that exceed the threshold, and a map.
    """

    task = "detect"
    maps_sections = True

    def reads(self, model: "GenerativeModel", **options: Any) -> tuple[str, ...]:
        return ("x",)

    def places(self, out: Path) -> list[Path]:
        return [out] if out.suffix else [out / name for name in FILES]

    def completed(
        self, run: "Run", model: "GenerativeModel", by: str, threshold: float | None
    ) -> dict[str, Any]:
        from kgen.verbs.calibration import thresholds

        check_known("score", by, SCORES)
        check_number("threshold", threshold, 0.0, math.inf, optional=True, below=True)
        return {
            "by": by,
            "threshold": thresholds(run, model)[by] if threshold is None else threshold,
        }

    def apply(
        self,
        model: "GenerativeModel",
        values: Arrays,
        by: str = "score",
        threshold: float | None = None,
    ) -> dict[str, Array]:
        from kgen.verbs.calibration import scored

        found, scores = scored(model, values["x"])
        anomalous = (scores[by] > threshold).astype("uint8")
        return {
            **scores,
            "anomalous": anomalous,
            "map": found.maps,
            "nearest": found.nearest,
        }

    def of_section(
        self, model: "GenerativeModel", image: "Array", by: str, threshold: float
    ) -> "tuple[Array, dict[str, Any]]":
        from kgen.data.tiles import grid
        from kgen.verbs.calibration import scored

        scores: list[Array] = []

        def maps(tiles):
            found, own = scored(model, tiles[..., None])
            scores.append(own[by])
            return found.maps

        size = model.fields["x"].shape[0]
        blended = grid.through(maps, image, size, size // 2)
        return blended, _told(blended, np.concatenate(scores), by, threshold)

    def field(
        self, model: "GenerativeModel", name: str, **options: Any
    ) -> "Field | None":
        return model.fields["x"] if name == "nearest" else None

    def in_table(self, arrays: Arrays) -> dict[str, Array]:
        return {name: arrays[name] for name in TABLED}

    def figure(
        self,
        model: "GenerativeModel",
        values: Arrays,
        arrays: Arrays,
        by: str,
        threshold: float,
    ) -> "Figure":
        from kgen.plots import stacked
        from kgen.tasks.detect import explained

        first = np.argsort(-arrays[by], kind="stable")[:SHOWN]
        names = formatted(arrays[by][first], ".3g")
        every = values["x"], arrays["nearest"], arrays["map"]
        x, nearest, maps = (part[first] for part in every)
        title = f"greatest {by} of {len(arrays[by])}; threshold {threshold:.3g}"
        return stacked(
            [explained(model.fields["x"], x, nearest, maps, names)], title, dpi=150
        )


def _told(blended, scores, by, threshold):
    """The row of a whole image: how much of it is anomalous, and where most."""
    row, column = np.unravel_index(blended.argmax(), blended.shape)
    share = float(np.mean(scores > threshold))
    return {
        by: float(scores.max()),
        "share": share,
        "row": int(row),
        "column": int(column),
    }

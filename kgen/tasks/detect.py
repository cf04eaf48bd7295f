from collections.abc import Callable
from typing import Any

import numpy as np

from kgen import latent
from kgen.abilities import Detects
from kgen.abilities.detects import Anomalies
from kgen.data.anomalies import ANOMALY, MASK, is_anomalous
from kgen.data.data import Data
from kgen.data.split import Split
from kgen.data.subjects import SUBJECT
from kgen.engine import GenerativeModel
from kgen.fields import Field
from kgen.metrics import Evidence, Unmeasurable
from kgen.metrics.anomalies import FALSE_POINTS, calibrated, peaks, smoothed
from kgen.metrics.detectors import Forest, Neighbours, PrincipalComponents
from kgen.plots import Cells, Scores, map_by, stacked
from kgen.plots.figures import Figure
from kgen.tasks.study import Study, some
from kgen.tasks.task import Evidences, Task
from kgen.types import Array, Names

# values of a split, each of which may take a search: measured, and drawn
MOST, FEW = 1000, 200
SHOWN = 8
TINY = 1e-6
CROWD = 31  # points of a map, at the least


class Detect(Task):
    """Tells anomalies from values like those of the training, which were normal ones alone."""

    needs = Detects
    lacking = "it detects no anomalies"
    groups = ("anomalies",)
    files = {
        "test_anomalies.png": "test values, their nearest normal values, differences, true masks",
        "test_anomaly_scores.png": "scores of normal and anomalous test values, and the threshold",
        "test_anomaly_features.png": "features of test values, by t-SNE, or by PCA if few",
    }

    def reason(self, model: GenerativeModel, data: Data) -> str | None:
        unknown = (
            None
            if ANOMALY in data.test.facts
            else "it is not known which test values are anomalies"
        )
        return super().reason(model, data) or unknown

    def test_figures(self, model: GenerativeModel, data: Data) -> dict[str, Figure]:
        test = some(data.test, FEW)
        own = evidence_of(model.anomalies, test, some(data.validation, FEW))
        kinds = np.where(own["anomalous"], "anomaly", "normal")
        return {
            "test_anomalies.png": _examples(
                model.fields["x"], test, own["found"], kinds
            ),
            "test_anomaly_scores.png": stacked([_scores(own, kinds)]),
            "test_anomaly_features.png": _features(model.described(test["x"]), kinds),
        }

    def facts(self, study: Study) -> dict[str, Any]:
        return {"detected": min(len(study.data.test), MOST)}

    def evidence(self, study: Study) -> Evidences:
        model, field = study.model, study.model.fields["x"]
        test = some(study.seen.test, MOST)
        validation = some(study.seen.validation, MOST)
        normal = np.asarray(field.scaled(study.train["x"]))
        new = np.asarray(field.scaled(test["x"]))
        own = evidence_of(
            model.anomalies, test, validation,
            neighbours=lambda _: Neighbours(normal).scores(new),
            forest=lambda _: Forest(normal).scores(new),
        )  # fmt: skip
        pca = PrincipalComponents(normal, field)
        return own, None, evidence_of(pca.anomalies, test, validation)


def explained(
    field: Field,
    x: Array,
    nearest: Array,
    maps: Array,
    names: Names | Array,
    masks: Array | None = None,
) -> Cells:
    """Values, their nearest normal values, differences and true masks; one column per value."""
    rows = {
        "x": x,
        "nearest normal": nearest,
        "difference": _bright(field, smoothed(maps)),
    }
    if masks is not None:
        rows["true mask"] = _bright(field, masks)
    return Cells(np.stack(list(rows.values())), field, "", list(names), list(rows))


def _examples(field, split, found, kinds):
    """Some anomalies and some normal values, with the true masks where they are known."""
    order = np.argsort(kinds == "normal", kind="stable")
    chosen = np.unique([*order[: SHOWN // 2], *order[-SHOWN // 2 :]])
    masks = _masks(split)[chosen] if MASK in split.facts else None
    shown = (part[chosen] for part in (split["x"], found.nearest, found.maps, kinds))
    return stacked([explained(field, *shown, masks)], dpi=150)


def evidence_of(
    detect: Callable[[Array], Anomalies],
    test: Split,
    validation: Split,
    **more: Callable[[Evidence], Any],
) -> Evidence:
    """The evidence of a detector on test values and on normal validation values."""
    units = {"units": lambda _: test.facts[SUBJECT]} if SUBJECT in test.facts else {}
    return Evidence(
        found=lambda _: detect(test["x"]),
        seen=lambda _: detect(validation["x"]),
        anomalous=lambda _: is_anomalous(test),
        scores=lambda own: own["found"].scores,
        peaks=lambda own: peaks(own["found"].maps),
        residuals=lambda own: own["found"].maps.reshape(len(test), -1).mean(axis=1),
        threshold=lambda own: calibrated(own["seen"].scores),
        points=lambda own: smoothed(own["found"].maps),
        masks=lambda _: _masks(test),
        point_threshold=lambda own: calibrated(smoothed(own["seen"].maps), FALSE_POINTS),
        **units, **more,
    )  # fmt: skip


def _masks(split):
    """The points of anomalies, (n, …)."""
    if MASK not in split.facts:
        raise Unmeasurable(
            f"no masks of the anomalies are known, as an array {MASK} would hold"
        )
    return split.facts[MASK].astype(bool).reshape(len(split), *split["x"].shape[1:-1])


def _bright(field, maps):
    """Maps (n, …) as stored values of a field: 0 as its minimum, their maximum as its maximum."""
    low, high = field.limits
    shares = np.asarray(maps, "float32")[..., None] / max(float(maps.max()), TINY)
    scaled = np.broadcast_to(low + (high - low) * shares, (len(maps), *field.shape))
    return np.asarray(field.unscaled(scaled.astype("float32")))


def _scores(own, kinds):
    groups = {name: own["scores"][kinds == name] for name in ("anomaly", "normal")}
    return Scores(groups, _threshold(own), f"scores of {len(kinds)} test values")


def _threshold(own):
    """That of the validation; none of too few values."""
    try:
        return own["threshold"]
    except Unmeasurable:
        return np.nan


def _features(features, kinds):
    features = features.reshape(len(features), -1)
    project = latent.PROJECTIONS["tsne" if len(features) >= CROWD else "pca"]
    return map_by(project(features), {"features": kinds})

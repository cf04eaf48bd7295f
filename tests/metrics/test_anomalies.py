import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from kgen.fields import Curve
from kgen.metrics import Unmeasurable
from kgen.metrics.anomalies import (
    alarms,
    anomaly_area,
    anomaly_precision,
    best_dice,
    calibrated,
    dice_of_points,
    peaks,
    sensitivity,
)
from kgen.metrics.detectors import Forest, Neighbours, PrincipalComponents


def test_areas_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    anomalous = random.random(60) < 0.3
    scores = random.normal(anomalous, 1.0).round(1)
    assert anomaly_area(scores, anomalous) == pytest.approx(
        roc_auc_score(anomalous, scores)
    )
    precision = average_precision_score(anomalous, scores)
    assert anomaly_precision(scores, anomalous) == pytest.approx(precision)


def test_sensitivity_is_at_all_but_a_twentieth_of_the_normal_values():
    scores = np.concatenate([np.arange(100.0), [94.5, 95.5, 200.0, 0.0]])
    anomalous = np.arange(104) >= 100
    assert sensitivity(scores, anomalous) == 0.5  # 95 is exceeded by 96 to 99 alone
    assert alarms(scores, anomalous, 89.0) == 0.1


def test_a_calibrated_threshold_holds_its_rate_of_false_alarms():
    random = np.random.default_rng(0)
    drawn = random.exponential(size=(2000, 100))
    exceeded = [row[-1] > calibrated(row[:-1]) for row in drawn]
    assert np.mean(exceeded) == pytest.approx(0.05, abs=0.015)
    assert calibrated(np.arange(19.0)) == 18.0
    with pytest.raises(
        Unmeasurable, match="needs at least 19 normal validation values; these are 18"
    ):
        calibrated(np.arange(18.0))
    with pytest.raises(ValueError, match="scores hold NaN"):
        calibrated(np.full(30, np.nan))
    with pytest.raises(ValueError, match=r"rate=1.5 is not a number in \[0.0, 1.0\)"):
        calibrated(np.arange(30.0), 1.5)


def test_values_of_one_kind_are_unmeasurable():
    with pytest.raises(Unmeasurable, match="all are normal"):
        anomaly_area(np.arange(3.0), np.zeros(3, bool))


def test_dice_of_points():
    maps, masks = (
        np.array([[0.9, 0.8, 0.1, 0.7]]),
        np.array([[True, False, False, True]]),
    )
    assert dice_of_points(maps, masks, 0.75) == 0.5
    assert best_dice(maps, masks) == pytest.approx(0.8)
    assert best_dice(maps, masks) == max(
        dice_of_points(maps, masks, t) for t in (0, 0.5, 0.75, 0.85)
    )


def test_a_peak_prefers_a_patch_to_a_point():
    maps = np.zeros((2, 9, 9))
    maps[0, 4, 4], maps[1, 3:6, 3:6] = 3.0, 1.0
    point, patch = peaks(maps)
    assert point < patch and maps.mean(axis=(1, 2)).argmax() == 1


def test_detectors_find_what_lies_off_the_plane_of_normal_values():
    random = np.random.default_rng(0)
    plane = np.linalg.qr(random.standard_normal((6, 2)))[0]
    normal, new = (random.standard_normal((count, 2)) @ plane.T for count in (200, 20))
    off = new + 3.0 * np.linalg.qr(np.hstack([plane, np.ones((6, 1))]))[0][:, 2]
    pca = PrincipalComponents(normal[..., None], Curve((6, 1)), 2)
    np.testing.assert_allclose(pca.anomalies(new[..., None]).scores, 0.0, atol=1e-5)
    found = pca.anomalies(off[..., None])
    np.testing.assert_allclose(found.nearest[..., 0], new, atol=1e-4)
    np.testing.assert_allclose(found.maps, np.abs(off - new), atol=1e-4)
    for kind in (Neighbours, Forest):
        detector = kind(normal)
        assert detector.scores(off).min() > np.median(detector.scores(new))

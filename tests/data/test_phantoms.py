"""Brains of known truth: one seed is one person, and only what the disease changes differs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage, stats

from kgen.data.phantoms import Brains, misalignment, template, truth
from kgen.data.phantoms.deformation import jacobian

SMALL = Brains(size=32)


@pytest.fixture(scope="module")
def pairs():
    """Healthy and diseased versions of the same persons."""
    return [(SMALL.subject(seed, 0), SMALL.subject(seed, 1)) for seed in range(12)]


def test_a_seed_draws_the_same_brain_to_the_bit():
    one, again = SMALL.subject(3), SMALL.subject(3)
    np.testing.assert_array_equal(one.image, again.image)
    assert one.measures == again.measures and one.age == again.age
    assert (one.image != SMALL.subject(4).image).any()


def test_the_disease_changes_walls_and_sulci_and_little_else(pairs):
    change = np.mean([np.abs(ill.image - well.image) for well, ill in pairs], axis=0)
    touched = change >= 0.1 * change.max()
    assert touched.mean() < 0.5
    assert change[~touched].mean() <= change[touched].mean() / 3
    assert all(well.age == ill.age and well.sex == ill.sex for well, ill in pairs)


def test_every_person_gets_wider_ventricles_and_a_thinner_cortex(pairs):
    for name, sign in {"ventricle_area_mm2": 1, "cortical_thickness_mm": -1}.items():
        assert all(
            sign * (ill.measures[name] - well.measures[name]) > 0 for well, ill in pairs
        )


def test_the_disease_moves_no_bone(pairs):
    for well, ill in pairs:
        outside = (well.ct > 200) & (well.tissue == 0)
        assert outside.any()
        # HU, of 1,100
        np.testing.assert_allclose(ill.ct[outside], well.ct[outside], atol=2.5)


def test_areas_follow_the_latent_variable(pairs):
    everyone = [brain for pair in pairs for brain in pair]
    areas = [brain.measures["ventricle_area_mm2"] for brain in everyone]
    walls = [brain.latents[0] for brain in everyone]
    assert np.corrcoef(areas, walls)[0, 1] > 0.95


def test_without_an_effect_the_disease_changes_nothing():
    without = replace(SMALL, effect=0.0)
    np.testing.assert_array_equal(
        without.subject(1, 0).image, without.subject(1, 1).image
    )


def test_nothing_folds():
    for seed in range(6):
        _, _, displacement = Brains(size=32, calm=False).drawn(seed, 1)
        assert jacobian(displacement, SMALL.grid.spacing).min() > 0


@pytest.mark.parametrize("visible", [True, False])
def test_latents_and_age_tell_the_classes_apart_as_the_theory_says(visible):
    def features(seed, label):
        age, _, z = truth.latents(np.random.default_rng(seed), 2.5, label, visible)
        return z - truth.trend(age)

    labels = np.arange(4000) % 2
    along = [
        features(seed, label) @ truth.direction(visible)
        for seed, label in enumerate(labels)
    ]
    accuracy = np.mean((np.array(along) > 1.25) == labels)
    assert accuracy == pytest.approx(truth.ceiling(2.5), abs=0.02)
    assert truth.ceiling(2.5) == pytest.approx(stats.norm.cdf(1.25))


def test_a_volume_holds_what_its_slices_show():
    brain = Brains(size=32, volumes=True).subject(0, 1)
    assert brain.image.shape == brain.tissue.shape == brain.ct.shape == (32, 32, 32)
    assert brain.measures["hippocampus_volume_mm3"] > 0
    assert set(np.unique(brain.tissue)) == {0, 1, 2, 3}
    # Air outside, bone around the brain.
    assert brain.ct[0, 0, 0] < -900 and brain.ct.max() > 500


def test_hippocampi_shrink_with_the_disease():
    brains = Brains(size=48, volumes=True)
    sizes = [
        [
            brains.subject(seed, label).measures["hippocampus_volume_mm3"]
            for label in (0, 1)
        ]
        for seed in range(4)
    ]
    well, ill = np.mean(sizes, axis=0)
    assert ill < 0.98 * well


def test_a_tumour_lies_in_its_mask():
    healthy, ill = SMALL.subject(5), replace(SMALL, tumours=True).subject(5)
    inside = ill.tissue == 4
    assert inside.any()
    change = np.abs(ill.image - healthy.image)
    assert change[inside].mean() > 3 * change[~inside].mean()


def test_a_tumour_stays_where_it_is_when_the_disease_comes():
    brains = Brains(size=64, tumours=True)
    for seed in range(6):
        well, ill = (brains.subject(seed, label).tissue == 4 for label in (0, 1))
        assert (well & ill).sum() > 0.5 * (well | ill).sum()


@pytest.mark.parametrize("volumes", [False, True])
def test_a_misaligned_ct_is_the_same_head_moved_as_it_says(volumes):
    aligned = Brains(size=48, volumes=volumes)
    for seed in range(4):
        one, off = (
            aligned.subject(seed),
            replace(aligned, misaligned=12.0).subject(seed),
        )
        np.testing.assert_array_equal(one.image, off.image)
        np.testing.assert_array_equal(one.tissue, off.tissue)
        apart = [middle_of(brain.ct) * aligned.spacing for brain in (off, one)]
        np.testing.assert_allclose(apart[0] - apart[1], off.ct_move, atol=0.3)  # mm
        assert 0 < np.linalg.norm(off.ct_move) <= 12.0 and not one.ct_move.any()


def middle_of(ct):
    """The centre of mass of what is no air."""
    return np.array(ndimage.center_of_mass(np.clip(ct + 1000.0, 0, 1000)))


@pytest.mark.parametrize("rank", [2, 3])
def test_every_move_within_the_distance_is_equally_likely(rank):
    random = np.random.default_rng(0)
    moves = np.array([misalignment.drawn(random, 4.0, rank) for _ in range(4000)])
    lengths = np.linalg.norm(moves, axis=1)
    assert lengths.max() <= 4.0
    assert (lengths < 2.0).mean() == pytest.approx(0.5**rank, abs=0.02)
    np.testing.assert_allclose(moves.mean(axis=0), 0.0, atol=0.1)


def test_the_truth_of_a_damaged_cache_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path))
    first = template.Template().volumes
    (kept,) = (tmp_path / "phantoms").iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    again = template.Template().volumes
    for name in first:
        np.testing.assert_array_equal(again[name], first[name])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 8}, "size=8 is not a number in"),
        ({"size": 300}, "size=300 is not a number in"),
        ({"size": 64.5}, "size=64.5 is not a whole number"),
        ({"effect": -1.0}, "effect=-1.0 is not a number in"),
        ({"effect": float("nan")}, "effect=nan is not a number in"),
        ({"height": 90.0}, "height=90.0 is not a number in"),
        ({"misaligned": -1.0}, r"misaligned=-1.0 is not a number in \[0.0, 20.0\]"),
        ({"misaligned": 21.0}, r"misaligned=21.0 is not a number in \[0.0, 20.0\]"),
    ],
)
def test_numbers_out_of_range_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        Brains(**options)

"""Whole scans through a run's model: on their own grid, without borders between patches."""

import keras
import nibabel
import numpy as np
import pytest

from kgen import data
from kgen.abilities import Translates
from kgen.data.scans.whole import Whole
from kgen.experiments.building import completed
from kgen.experiments.of_scans import apply_to_scans
from kgen.fields import Image, Mask
from kgen.models import VAGAN, CycleGAN, UNet
from kgen.runs.config import RunConfig
from kgen.verbs import VERBS
from kgen.verbs.patches import AT_ONCE, starts, stitched
from tests.data.scans import SHAPE, head, people, write

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("sides", [(16, 16), (40, 23), (9, 30), (12, 20, 33)])
def test_patches_that_overlap_give_the_value_back(sides):
    values = RANDOM.random((*sides, 1))
    seen = []

    def itself(patches):
        assert len(patches) <= AT_ONCE and patches.shape[1:-1] == (16,) * len(sides)
        seen.append(patches)
        return np.concatenate([patches, 2 * patches], axis=-1)

    found = stitched(itself, values, (16,) * len(sides))
    np.testing.assert_allclose(found[..., :1], values, rtol=1e-5)
    np.testing.assert_allclose(found[..., 1:], 2 * values, rtol=1e-5)


def test_neighbours_overlap_by_half_or_more_and_reach_the_end():
    for side in (16, 17, 31, 100):
        places = starts(side, 16)
        assert (
            places[0] == 0
            and places[-1] == side - 16
            and max(np.diff(places), default=0) <= 8
        )


def test_no_border_between_patches_can_be_seen():
    # A network with a different error in every patch: the worst case for stitching.
    errors = iter(RANDOM.normal(0, 1, 1000))
    size, patch = 192, 32
    found = stitched(lambda p: p + np.array([next(errors) for _ in p])[:, None, None, None],
                     np.zeros((size, size, 1)), (patch, patch))[..., 0]  # fmt: skip
    steps = np.abs(np.diff(found, axis=0)).mean(axis=1)
    inner = np.array([place for place in starts(size, patch) if place]) - 1
    ends = (
        np.array(
            [place + patch for place in starts(size, patch) if place + patch < size]
        )
        - 1
    )
    borders = np.unique(np.concatenate([inner, ends]))
    others = np.setdiff1d(np.arange(len(steps)), borders)
    assert steps[borders].mean() <= 1.05 * steps[others].mean()


class Run:
    """A run of a model in memory."""

    def __init__(self, model, pixel=0.0, **data):
        self._model = model
        self.config = RunConfig("unet", "nifti:people.csv", data=data, pixel=pixel)

    def model(self):
        return self._model


def u_net(y):
    return UNet.from_fields(x=Image((16, 16, 1), 0, 255), y=y, width=2)


@pytest.mark.parametrize("codes", ["RAS", "LPS", "SAR"])
def test_a_scan_keeps_its_affine_its_size_and_its_spacing(codes, tmp_path):
    source = write(tmp_path / "in.nii.gz", head(), codes=codes, spacing=(2.0, 2.0, 3.0))
    run = Run(u_net(Mask((16, 16, 3), [0, 1, 5])))
    apply_to_scans(
        VERBS["segment"].load(), run, source, tmp_path / "out" / "mask.nii.gz"
    )
    before, after = nibabel.load(source), nibabel.load(tmp_path / "out" / "mask.nii.gz")
    np.testing.assert_allclose(after.affine, before.affine)
    assert (
        after.shape == before.shape
        and after.header.get_zooms() == before.header.get_zooms()
    )
    assert set(np.unique(after.get_fdata())) <= {0, 1, 5}


@pytest.mark.parametrize("axis", ["z", "x", "none"])
@pytest.mark.parametrize("pixel", [2.0, 1.0])
def test_what_is_made_lies_where_it_was_seen(axis, pixel, tmp_path):
    source = write(tmp_path / "in.nii.gz", head(), codes="LAS")
    scan = Whole.of(source, {"axis": axis, "pixel": pixel})
    made = scan.mapped(lambda image: image / 255.0)[..., 0]
    scan.write(tmp_path / "same.nii.gz", made.astype("float32"))
    before, after = (
        nibabel.load(path).get_fdata() for path in (source, tmp_path / "same.nii.gz")
    )
    assert made.shape == scan.values.shape
    # Slices are scaled one by one: grey may be any grey, but the spot is white and air is black.
    assert after[before > 500].mean() > 0.75 and after[before == 0].mean() < 0.1


def test_a_folder_of_scans_is_translated_and_its_faults_are_listed_at_once(tmp_path):
    for number in range(2):
        write(tmp_path / "in" / f"{number}.nii.gz", head(number))
    run = Run(u_net(Image((16, 16, 1), -1000, 1000, dtype="int16")))
    translate = VERBS["translate"].load()
    assert apply_to_scans(translate, run, tmp_path / "in", tmp_path / "ct", to="y") == 2
    made = nibabel.load(tmp_path / "ct" / "1.nii.gz").get_fdata()
    assert made.shape == head().shape and -1000 <= made.min() < made.max() <= 1000
    write(tmp_path / "in" / "2.nii.gz", head()[:3, :3])
    (tmp_path / "in" / "3.nii.gz").write_bytes(b"no scan")
    with pytest.raises(ValueError, match=r"2.nii.gz has 3×3 pixels.*3.nii.gz"):
        apply_to_scans(translate, run, tmp_path / "in", tmp_path / "ct", to="y")
    with pytest.raises(ValueError, match="Name a folder"):
        apply_to_scans(translate, run, tmp_path / "in", tmp_path / "ct.nii.gz", to="y")
    with pytest.raises(ValueError, match="trained on images and not on masks"):
        apply_to_scans(VERBS["segment"].load(), run, tmp_path / "in", tmp_path / "ct")


def test_the_effect_of_a_disease_is_written_as_a_scan(tmp_path):
    source = write(tmp_path / "in.nii.gz", head())
    domain = Image((16, 16, 1), 0, 255, dtype="uint8")
    model = VAGAN.from_fields(a=domain, b=domain, width=2, critic_width=2)
    last = model.generator.layers[-1]
    last.set_weights([np.zeros_like(last.get_weights()[0]), np.full(1, -0.2)])
    out = tmp_path / "effect.nii.gz"
    apply_to_scans(VERBS["effect"].load(), Run(model), source, out)
    # A map of −0.2, of a span of 2, takes a tenth of white from everything.
    effect = nibabel.load(out).get_fdata()
    np.testing.assert_allclose(effect[head() > 500], 25.5, atol=0.6)
    assert (
        effect.min() >= 0 and effect.max() < 26 and effect[0, 0, 0] == 0
    )  # air is black
    to_ct = u_net(Image((16, 16, 1), -1000, 1000, dtype="int16"))
    with pytest.raises(ValueError, match="a difference says nothing. Use translate"):
        apply_to_scans(VERBS["effect"].load(), Run(to_ct), source, out, to="y")


def identities():
    """A CycleGAN of scans and targets in a window, whose translators change no scaled value."""
    fields = {
        "a": Image((16, 16, 1), 0, 255),
        "b": Image((16, 16, 1), -300, 300, dtype="int16"),
    }
    model = CycleGAN.from_fields(**fields, width=2)
    values = keras.Input((16, 16, 1))
    model.to_a = model.to_b = keras.Model(values, keras.layers.Identity()(values))
    return Run(model, target="ct", window="-300,300", unpaired=True)


def translated(run, source, to):
    """A file through the command's function, as an array."""
    out = source.with_name(f"to_{to}.nii.gz")
    apply_to_scans(VERBS["translate"].load(), run, source, out, to=to)
    return nibabel.load(out).get_fdata()


def test_a_target_keeps_the_units_of_its_window(tmp_path, capsys):
    values = 2 * head() - 300
    source = write(tmp_path / "ct.nii.gz", values)
    found = translated(identities(), source, "a")
    expected = 255 * (np.clip(values, -300, 300) + 300) / 600
    np.testing.assert_allclose(found, expected, atol=1.01)
    outside = int((values > 300).sum())
    told = f"b: {outside:,} points ({outside / values.size:.2%}) outside of window=-300,300"
    assert told in capsys.readouterr().out


def test_a_scan_is_scaled_by_its_head_where_its_target_has_a_window(tmp_path, capsys):
    source = write(tmp_path / "mr.nii.gz")
    found = translated(identities(), source, "b")
    # The spot is almost white in each of its slices, and air is black.
    assert np.median(found[head() > 650]) > 240
    assert np.median(found[head() == 0]) == -300
    assert "window" not in capsys.readouterr().out


def test_beyond_a_scan_in_a_window_lies_air():
    seen = []
    stitched(
        lambda part: (seen.append(part), part)[1], np.ones((8, 8, 1)), (16, 16), -300
    )
    assert seen[0].min() == -300 and (seen[0][0, 4:12, 4:12] == 1).all()


def test_translate_and_segment_give_the_same_classes_and_no_others(tmp_path):
    source = write(tmp_path / "in.nii.gz", head())
    run = Run(u_net(Mask((16, 16, 3), [0, 1, 5])))
    made = translated(run, source, "y")
    apply_to_scans(VERBS["segment"].load(), run, source, tmp_path / "mask.nii.gz")
    np.testing.assert_array_equal(
        made, nibabel.load(tmp_path / "mask.nii.gz").get_fdata()
    )
    assert set(np.unique(made)) <= {0, 1, 5}


def test_a_translator_that_knows_no_shares_invents_no_classes(tmp_path):
    class Halves(Translates):
        """Class 4 in the left half of each patch, so that patches contradict each other."""

        fields = {"b": Mask((16, 16, 3), [0, 2, 4])}
        translated = None

        def translate(self, values, to):
            made = np.zeros(values.shape)
            made[:, :, :8] = 4
            return made

    model, translate = Halves(), VERBS["translate"].load()
    shares = stitched(lambda part: translate.of_patches(model, part, to="b"),
                      np.zeros((24, 40, 1)), (16, 16))  # fmt: skip
    assert set(np.unique(translate.of_scan(model, shares, to="b"))) == {0, 4}


def test_a_scan_goes_through_the_network_at_the_pixel_size_of_the_training(
    tmp_path, capsys
):
    source = write(tmp_path / "in.nii.gz", head(), spacing=(1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match="has 6×5 pixels of 4 mm"):
        translated(Run(u_net(Image((16, 16, 1))), pixel=4.0), source, "y")
    assert (
        translated(Run(u_net(Image((16, 16, 1))), pixel=2.0), source, "y").shape
        == SHAPE
    )
    assert "its own" not in capsys.readouterr().out
    translated(Run(u_net(Image((16, 16, 1)))), source, "y")
    assert "does not know the pixel size of its training" in capsys.readouterr().out


def test_a_run_keeps_the_pixel_size_of_its_data(tmp_path):
    people(tmp_path, 12)
    name = f"nifti:{tmp_path / 'people.csv'}"
    found = completed(RunConfig("vae", name), data.load(name))
    assert found.pixel == 2.0 and RunConfig.of(found.as_dict()) == found
    assert completed(RunConfig("vae", "digits"), data.load("digits")).pixel == 0.0


@pytest.mark.parametrize("codes", [(1, 4), (1, 0), (0, 2), (0, 0)])
@pytest.mark.parametrize("more", [(), (1,)])
def test_a_scan_keeps_its_codes_and_its_axes(codes, more, tmp_path):
    affine = np.diag([-2.0, 2.0, 3.0, 1.0])
    image = nibabel.Nifti1Image(head().reshape((*SHAPE, *more)), affine)
    moved = affine + np.outer([1, 0, 0, 0], [0, 0, 0, 5.0])
    image.set_qform(moved, codes[0])
    image.set_sform(affine, codes[1])
    source = tmp_path / "in.nii.gz"
    nibabel.save(image, source)
    Whole.of(source, {}).write(tmp_path / "out.nii.gz", head())
    before, after = nibabel.load(source), nibabel.load(tmp_path / "out.nii.gz")
    assert after.shape == before.shape
    np.testing.assert_allclose(after.affine, before.affine)
    for affine_of in ("get_sform", "get_qform"):
        made, given = (getattr(file, affine_of)(coded=True) for file in (after, before))
        np.testing.assert_equal(made, given)


def test_a_run_of_one_direction_says_so(tmp_path):
    source = write(tmp_path / "in.nii.gz")
    told = r"to='x': this run translates x to y only\. Choose y"
    with pytest.raises(ValueError, match=told):
        translated(Run(u_net(Image((16, 16, 1)))), source, "x")
    with pytest.raises(ValueError, match="a to b and b to a only"):
        translated(identities(), source, "c")

"""The VA-GAN's synthetic set: squares lie where the truth says, and are as bright as it says."""

import numpy as np
import pytest
from PIL import Image

from kgen import data
from kgen.data.phantoms.lesions import write
from kgen.metrics.effects import constant_map, correlations


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("lesions") / "set"
    write(out, count=200, size=112, seed=3)
    return out


def test_squares_lie_where_the_truth_says(folder):
    truth = np.load(folder / "truth.npz")
    images = [np.asarray(Image.open(folder / "pictures" / "disease" / f"{name}.png"), "float64")
              for name in truth["name"]]  # fmt: skip
    inside = np.mean(
        [
            image[effect].mean()
            for image, effect in zip(images, truth["effect"], strict=True)
        ]
    )
    outside = np.mean(
        [
            image[~effect].mean()
            for image, effect in zip(images, truth["effect"], strict=True)
        ]
    )
    assert inside - outside == pytest.approx(truth["grey_levels"], abs=2.0)
    assert (truth["effect"].sum(axis=(1, 2)) == 2 * 20**2).all()
    assert truth["effect"][:, 46:66, 46:66].all()


def test_a_constant_map_scores_what_was_computed_for_the_paper(folder):
    truth = np.load(folder / "truth.npz")["effect"].astype("float64")
    found = correlations(constant_map(truth, len(truth)), truth)
    assert found.mean() == pytest.approx(0.807, abs=0.02)


def test_it_is_read_as_two_domains_and_the_seed_says_which(folder, tmp_path):
    found = data.load(f"unpaired:{folder / 'pictures'}")
    assert found.notes[0] == "a: disease · b: healthy" and found.fields["a"].shape == (
        112,
        112,
        1,
    )
    for name, seed in (("same", 3), ("other", 4)):
        write(tmp_path / name, count=12, size=112, seed=seed)
    first = "pictures/disease/00000.png"
    assert (tmp_path / "same" / first).read_bytes() == (folder / first).read_bytes()
    assert (tmp_path / "other" / first).read_bytes() != (folder / first).read_bytes()
    with pytest.raises(FileExistsError, match="Choose a new folder"):
        write(folder)
    with pytest.raises(ValueError, match="size=8"):
        write(tmp_path / "small", size=8)

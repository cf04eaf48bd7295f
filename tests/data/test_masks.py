"""Masks whose values are no classes, classes that training lacks, and pairs of two sizes."""

import numpy as np
import pytest
from PIL import Image as Picture
from PIL import ImageFilter

from kgen import data
from kgen.data.faults import Faulty
from kgen.fields import Mask
from kgen.fields.grid import check_one_grid

COUNT = 20


def disc(number, side=24, white=255):
    """A picture of a bright disc, whose place and radius differ."""
    random = np.random.default_rng(number)
    rows, columns = np.indices((side, side))
    row, column = random.uniform(8, 16, 2)
    inside = np.hypot(rows - row, columns - column) < random.uniform(4, 7)
    return (white * inside).astype("uint8")


def pairs(folder, masks, suffix="png"):
    """Pictures with their masks; ``masks`` change some, by number."""
    for part in ("a", "b"):
        (folder / part).mkdir(parents=True)
    for number in range(COUNT):
        Picture.fromarray(disc(number) // 2 + 20).save(folder / f"a/{number:02}.png")
        mask = Picture.fromarray(masks.get(number, disc(number)))
        mask.save(folder / f"b/{number:02}.{suffix}")
    return f"pairs:{folder}"


def blurred(number):
    return np.asarray(
        Picture.fromarray(disc(number)).filter(ImageFilter.GaussianBlur(1))
    )


def test_jpeg_files_are_no_masks(tmp_path):
    source = pairs(tmp_path, {}, "jpg")
    with pytest.raises(Faulty, match="b/00.jpg: is a JPEG file, .*anew as PNG") as told:
        data.load(source, y="mask")
    assert len(told.value.faults) == COUNT
    assert data.load(source).fields["y"].noun == "image"


def test_shades_of_blurred_edges_are_no_classes(tmp_path):
    levels = {number: blurred(number) // 16 * 16 for number in range(COUNT)}
    with pytest.raises(Faulty, match="of 16 classes, such as 16 and .* blurred edges"):
        data.load(pairs(tmp_path, levels), y="mask")


@pytest.mark.parametrize("classes", [6, 12])
def test_many_classes_in_areas_are_classes(classes):
    masks = np.zeros((COUNT, 24, 24, 1), "uint8")
    for value in range(1, classes):
        masks[:, 2 * value - 2 : 2 * value, 3:6] = value
    values = {"x": masks, "y": masks}
    fields = {"x": Mask.of(masks, "x"), "y": Mask.of(masks, "y")}
    assert len(data.Data.from_arrays("own", values, fields).fields["y"].values) == (
        classes
    )


def test_a_class_of_a_single_mask_is_told_with_its_file_and_its_points(tmp_path):
    source = pairs(tmp_path, {4: disc(4, white=200)})
    count = np.count_nonzero(disc(4))
    told = (
        f"b/04.png: holds class 200 in {count} points, and none of the other 19 masks"
    )
    with pytest.raises(Faulty, match=told):
        data.load(source, y="mask")


@pytest.mark.parametrize(("value", "told"), [
    (7, r"y\[5\]: holds class 7 in 1 point, and none of the other 19 masks holds it"),
    (-1, "y holds -1 in 1 point; a mask .* whole numbers from 0 to 32767"),
    (70_000, "y holds 70000 in 1 point; a mask .* whole numbers from 0 to 32767"),
    (0.5, "y holds 0.5 in 1 point; a mask .* whole numbers from 0 to 32767"),
])  # fmt: skip
def test_a_single_strange_point_of_arrays_is_told(value, told, tmp_path):
    masks = np.stack([disc(number, white=1) for number in range(COUNT)])
    masks = masks.astype("float32")
    masks[5, 0, 0] = value
    np.savez(tmp_path / "a.npz", x=np.uint8(masks == 1) * 255, y=masks)
    with pytest.raises(ValueError, match=told):
        data.load(f"npz:{tmp_path / 'a.npz'}", y="mask")


def test_masks_without_the_background_are_refused():
    with pytest.raises(ValueError, match="y holds classes from 1 to 2 and 0 in no poi"):
        Mask.of(np.tile([1, 2], (3, 8, 4)), "y")


def split_masks(rare):
    """Masks, and the rows of three splits; ``rare`` rows hold class 9."""
    masks = np.stack([disc(number, white=1) for number in range(COUNT)])[..., None]
    masks[rare, 0, 0] = 9
    return masks, [np.arange(14), np.arange(14, 17), np.arange(17, 20)]


def from_masks(rare):
    masks, parts = split_masks(rare)
    fields = {"y": Mask.of(masks, "y")}
    return data.Data.from_arrays("own", {"y": masks}, fields, parts=parts)


def test_training_knows_the_classes_of_all_masks():
    with pytest.raises(ValueError, match="class 9 is in 2 masks and in none for train"):
        from_masks([15, 18])
    assert from_masks([0, 18]).fields["y"].values == [0, 1, 9]


def test_the_classes_are_told_with_their_masks_and_shares():
    masks, _ = split_masks([0, 18])
    share = (masks == 1).mean()
    told = f"class 1 in 20 masks, {share:.3%} of points · class 9 in 2 masks"
    note = from_masks([0, 18]).notes[0]
    assert note.startswith("y: class 0 in 20 masks, ") and told in note


def test_pairs_of_two_sizes_are_listed_before_they_are_resized(tmp_path):
    cut = {number: disc(number)[:20] for number in (3, 8)}
    source = pairs(tmp_path, cut)
    for options in ({}, {"size": 16}):
        with pytest.raises(Faulty) as told:
            data.load(source, y="mask", **options)
        assert "b/03.png: is 20×24 pixels, and a/03.png 24×24" in str(told.value)
        assert "b/08.png" in str(told.value) and "option" not in str(told.value)


def test_pairs_of_one_shape_are_resized_to_one_size(tmp_path):
    halved = {number: disc(number)[::2, ::2] for number in range(COUNT)}
    found = data.load(pairs(tmp_path, halved), y="mask", size=24)
    assert found.fields["x"].shape == found.fields["y"].shape == (24, 24, 1)


def test_two_grids_are_not_to_be_resized_each_on_its_own():
    with pytest.raises(ValueError, match="bring each pair to one grid before") as told:
        check_one_grid(x=Mask((16, 16, 1)), y=Mask((12, 16, 1)))
    assert "option size" not in str(told.value)

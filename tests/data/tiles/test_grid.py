import numpy as np
import pytest

from kgen.data.tiles import grid


@pytest.mark.parametrize("shape", [(64, 64), (65, 130), (200, 71), (10, 90), (16, 16)])
@pytest.mark.parametrize("spacing", [16, 8, 5, None])
def test_what_was_cut_is_stitched_together_again(shape, spacing):
    image = np.random.default_rng(0).random(shape, dtype="float32")
    tiles = grid.cut(image, 16, spacing)
    np.testing.assert_allclose(grid.stitch(tiles, shape, spacing), image, atol=1e-6)


def test_tiles_cover_an_image_row_after_row_and_mirror_beyond_its_borders():
    image = np.arange(30.0).reshape(5, 6)
    tiles = grid.cut(image, 4)
    np.testing.assert_array_equal(tiles[0], image[:4, :4])
    np.testing.assert_array_equal(tiles[1, :, :2], image[:4, 4:])
    np.testing.assert_array_equal(tiles[1, :, 2:], image[:4, :3:-1])
    np.testing.assert_array_equal(tiles[2, 1], image[4, :4])
    assert len(tiles) == 4


def test_where_tiles_overlap_no_seam_shows():
    shape = (40, 40)
    flat = grid.cut(np.zeros(shape, "float32"), 16, 8)
    tiles = flat + np.random.default_rng(0).normal(size=(len(flat), 1, 1))
    steps = np.abs(np.diff(grid.stitch(tiles, shape, 8), axis=1))
    assert steps.max() < 0.5 * np.ptp(tiles)


@pytest.mark.parametrize("spacing", [0, 17])
def test_a_spacing_that_leaves_gaps_is_refused(spacing):
    for cut in (
        lambda: grid.cut(np.zeros((40, 40)), 16, spacing),
        lambda: grid.corners((40, 40), 16, spacing),
    ):
        with pytest.raises(ValueError, match=f"spacing={spacing} is not in 1 to 16"):
            cut()


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_an_image_goes_through_a_function_tile_by_tile(at_once):
    image = np.random.default_rng(0).random((50, 37), dtype="float32")
    sizes = []

    def doubled(tiles):
        sizes.append(len(tiles))
        return 2.0 * tiles

    np.testing.assert_allclose(
        grid.through(doubled, image, 16, 8, at_once), 2.0 * image, atol=1e-6
    )
    assert max(sizes) <= at_once and sum(sizes) == len(grid.corners(image.shape, 16, 8))

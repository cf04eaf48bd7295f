import numpy as np
import pytest
from PIL import Image

from kgen import plots


def test_grid_puts_every_image_in_its_cell():
    images = np.linspace(0, 1, 6).reshape(2, 3, 1, 1, 1) * np.ones((2, 3, 4, 5, 1))
    shown = plots.grid(images, columns="abc", rows="de").axes[0].images[0].get_array()
    assert shown.shape == (2 * 5 - 1, 3 * 6 - 1)
    for row in range(2):
        for column in range(3):
            cell = shown[row * 5 : row * 5 + 4, column * 6 : column * 6 + 5]
            np.testing.assert_allclose(cell, images[row, column, 0, 0, 0])


def test_grid_scales_the_pixel_range_and_draws_colour():
    images = np.full((1, 2, 4, 4, 3), -1.0)
    images[0, 1] = 1.0
    shown = plots.grid(images, pixel_range=(-1.0, 1.0)).axes[0].images[0].get_array()
    assert shown.shape[-1] == 3 and shown[0, 0].max() == 0.0 and shown[0, 6].min() == 1.0


def test_curves_draw_training_and_validation_of_every_scalar():
    history = [{"epoch": e, "loss": 3 - e, "kl_loss": e, "val_loss": 4 - e} for e in (1, 2)]
    axes = plots.curves(history).axes
    assert [a.get_title() for a in axes if a.get_title()] == ["loss", "kl_loss"]
    assert [len(a.lines) for a in axes[:2]] == [2, 1]
    np.testing.assert_array_equal(axes[0].lines[1].get_ydata(), [3, 2])


def test_animation_holds_every_picture(tmp_path):
    for number in range(3):
        Image.new("RGB", (8, 8), (80 * number, 0, 0)).save(tmp_path / f"{number}.png")
    plots.animate(sorted(tmp_path.glob("*.png")), tmp_path / "all.gif")
    assert Image.open(tmp_path / "all.gif").n_frames == 3


def test_density_counts_the_samples_of_both():
    real, fake = np.full((10, 1), 1.0), np.full((30, 1), -1.0)
    bars = plots.density(real, fake, (-2.0, 2.0)).axes[0].containers
    for container, value in zip(bars, (1.0, -1.0), strict=True):
        (bar,) = [bar for bar in container if bar.get_height() > 0]
        assert bar.get_x() - 1e-9 <= value <= bar.get_x() + bar.get_width() + 1e-9
        assert bar.get_height() * bar.get_width() == pytest.approx(1.0)


def test_scatter_shows_every_sample_within_the_range():
    samples = np.random.default_rng(0).uniform(-1, 1, (7, 2))
    axes = plots.scatter(samples, 2 * samples, (-3.0, 3.0)).axes[0]
    np.testing.assert_allclose([points.get_offsets() for points in axes.collections], [samples, 2 * samples])
    assert axes.get_xlim() == axes.get_ylim() == (-3.0, 3.0)

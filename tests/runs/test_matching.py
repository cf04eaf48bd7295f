import numpy as np
from PIL import Image

from kgen.data.toys import normal, ring
from kgen.models import GAN, WGANGP
from kgen.runs.matching import EPOCHS, match


def test_a_game_moves_towards_the_distribution_and_leaves_a_film(tmp_path):
    model = match(GAN, normal, width=16, steps=400, batch_size=128, learning_rate=3e-3, film=tmp_path / "normal.gif")
    assert model.image_shape == (1,) and model.pixel_range == normal.value_range
    assert abs(model.generate(2000, seed=0).mean() - 4.0) < 1.0
    assert Image.open(tmp_path / "normal.gif").n_frames == EPOCHS


def test_samples_of_two_numbers_are_scattered(tmp_path):
    match(WGANGP, ring, width=4, steps=20, batch_size=10, learning_rate=1e-3, n_critic=2, film=tmp_path / "ring.gif")
    frame = np.asarray(Image.open(tmp_path / "ring.gif").convert("RGB"))
    assert len(np.unique(frame.reshape(-1, 3), axis=0)) > 10

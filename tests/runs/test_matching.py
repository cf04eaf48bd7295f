import numpy as np
import pytest
from PIL import Image

from kgen.callbacks.film import Film
from kgen.data.toys import normal, ring
from kgen.experiments.matching import EPOCHS, match
from kgen.metrics import mode_coverage
from kgen.models import GAN, WGANGP


def test_a_game_plays_in_whole_rounds_and_leaves_a_film(tmp_path):
    model = match(GAN, normal, width=4, steps=450, batch_size=8, learning_rate=3e-3, film=tmp_path / "new" / "a.gif")
    assert model.shape == (1,) and model.fields["x"].limits == normal.value_range
    assert [int(optimizer.iterations) for optimizer in model.optimizers.values()] == [400, 400]
    assert Image.open(tmp_path / "new" / "a.gif").n_frames == EPOCHS


def test_a_film_that_is_no_gif_is_refused_before_the_training():
    with pytest.raises(ValueError, match=r"film='ring.png' should end in .gif"):
        Film("ring.png", None)


@pytest.mark.parametrize("n_critic", [1, 3])
def test_each_player_comes_to_rest_with_its_last_play(n_critic):
    model = match(WGANGP, ring, width=4, steps=20, batch_size=12, learning_rate=1e-3, n_critic=n_critic)
    for player, plays in {"generator": 200, "discriminator": 200 * n_critic}.items():
        optimizer = model.optimizers[player]
        schedule = optimizer.get_config()["learning_rate"]["config"]
        assert (int(optimizer.iterations), schedule["decay_steps"]) == (plays, plays)
        assert float(optimizer.learning_rate) == pytest.approx(1e-5)


@pytest.mark.slow
def test_a_wgangp_finds_the_eight_narrow_modes_of_the_ring():
    settings = {"width": 64, "steps": 8000, "batch_size": 256, "learning_rate": 2e-3, "activation": "relu"}
    model = match(WGANGP, ring, **settings, n_critic=2, gp_weight=0.1)
    coverage = mode_coverage(model.generate(20_000, seed=1), ring.centres, ring.standard_deviation)
    assert coverage["modes"] == 8 and coverage["high_quality"] >= 0.9


def test_a_generator_of_two_numbers_leaves_a_film_of_scattered_samples(tmp_path):
    settings = {"width": 4, "steps": 20, "batch_size": 10, "learning_rate": 1e-3, "activation": "relu"}
    model = match(WGANGP, ring, **settings, n_critic=2, film=tmp_path / "ring.gif")
    assert model.generator.layers[1].activation.__name__ == "relu"
    frame = np.asarray(Image.open(tmp_path / "ring.gif").convert("RGB"))
    assert len(np.unique(frame.reshape(-1, 3), axis=0)) > 10

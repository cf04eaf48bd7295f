"""GANs on distributions that are known exactly, trained by the commands of docs/toys.md."""

import pytest
from PIL import Image

from kgen.data import toys
from kgen.experiments import training
from kgen.metrics import mode_coverage
from kgen.runs.config import RunConfig

pytestmark = pytest.mark.whole

RING = {
    "latent_dim": 2,
    "width": 16,
    "n_critic": 2,
    "gp_weight": 0.1,
    "ema_decay": 0.9995,
}


@pytest.mark.parametrize("toy", ["normal", "ring"])
def test_a_game_over_a_toy_leaves_a_film(toy, tmp_path):
    options = {**RING, "width": 1}
    config = RunConfig(
        "wgan-gp", toy, epochs=2, batch_size=200, options=options, data={"count": 500}
    )  # fmt: skip
    run = training.start(tmp_path / "run", config, eager=True)
    assert Image.open(run.path / "samples.gif").n_frames == 2
    low, high = run.dataset().train["x"].min(), run.dataset().train["x"].max()
    samples = run.model().generate(100)
    assert low - 1e-5 <= samples.min() and samples.max() <= high + 1e-5


@pytest.mark.slow
def test_a_wgangp_finds_the_eight_narrow_modes_of_the_ring(tmp_path):
    config = RunConfig(
        "wgan-gp", "ring", epochs=40, batch_size=256, learning_rates={"all": 5e-4},
        options=RING, steps_per_execution=10,
    )  # fmt: skip
    samples = training.start(tmp_path / "run", config).model().generate(20_000, seed=1)
    found = mode_coverage(samples, toys.ring.centres, toys.ring.standard_deviation)
    assert found["modes"] == 8 and found["high_quality"] >= 0.9

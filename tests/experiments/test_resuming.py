"""Runs of a longer piece of work, begun once and opened again."""

import pytest

from kgen.experiments.resuming import trained
from kgen.runs.config import RunConfig

CONFIG = RunConfig(
    "vae", "digits", epochs=1, batch_size=512, options={"latent_dim": 2, "width": 4}
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("resuming") / "run"
    trained(path, CONFIG)
    return path


def test_a_finished_run_is_opened_as_it_is(path):
    before = (path / "model.keras").stat().st_mtime_ns
    assert trained(path, CONFIG).path == path
    assert (path / "model.keras").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"options": {"latent_dim": 3, "width": 4}}, "begun with options="),
        ({"options": {"latent_dim": 2}}, "begun with options="),
        ({"seed": 1}, "begun with seed=0, and 1 is asked"),
        ({"learning_rates": {"all": 0.1}}, "begun with learning_rates={}"),
    ],
)
def test_a_run_of_other_settings_is_refused(path, changes, told):
    with pytest.raises(ValueError, match=told):
        trained(path, CONFIG.replaced(**changes))


def test_more_epochs_continue_a_run(path):
    assert len(trained(path, CONFIG.replaced(epochs=2)).history) == 2

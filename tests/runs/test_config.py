import dataclasses
import json

import pytest

from kgen.models import VAE
from kgen.runs.config import RunConfig
from kgen.runs.run import Run


def test_a_run_keeps_its_configuration(tmp_path):
    config = RunConfig(
        "vae",
        "digits",
        epochs=3,
        learning_rates={"all": 1e-4},
        options={"beta": 0.5},
        data={"size": "8"},
    )
    run = Run.create(tmp_path / "run", config)
    assert Run.open(run.path).config == config and config.model_class() is VAE
    assert json.loads((run.path / "config.json").read_text()) == config.as_dict()


def test_a_configuration_is_changed_in_a_copy():
    config = RunConfig("vae", "digits")
    assert config.replaced(epochs=5).epochs == 5 and config.epochs == 20
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.epochs = 5
    with pytest.raises(
        ValueError, match="epochs=0 is not a whole number of at least 1"
    ):
        config.replaced(epochs=0)


def test_a_configuration_of_the_first_format_is_read(tmp_path):
    (tmp_path / "config.json").write_text(
        json.dumps({"model": "vae", "dataset": "digits", "format_version": 1})
    )
    assert Run.open(tmp_path).config.format_version == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"epochs": True}, "epochs=True is not a whole number"),
        ({"epochs": 2.5}, "epochs=2.5 is not a whole number"),
        ({"batch_size": 1}, "batch_size=1 is not a whole number of at least 2"),
        ({"seed": -1}, "seed=-1 is not a whole number of at least 0"),
        ({"options": [1]}, r"options=\[1\] is not a dict of names and values"),
        ({"tensorboard": 1}, "tensorboard=1 is not true or false"),
        ({"dataset": None}, "dataset=None is not a name"),
        (
            {"format_version": 9},
            "format_version 9 is not known; this kgen reads 1 and 2",
        ),
        ({"epoch": 3}, "unknown key 'epoch'. Did you mean epochs"),
    ],
)
def test_wrong_values_are_told_with_what_is_wanted(values, said):
    with pytest.raises(ValueError, match=said):
        RunConfig.of({"model": "vae", "dataset": "digits", **values})


def test_what_is_missing_and_unknown_is_named(tmp_path):
    with pytest.raises(ValueError, match="it lacks model and dataset"):
        RunConfig.of({})
    with pytest.raises(ValueError, match="Unknown model 'vea'. Did you mean"):
        RunConfig("vea", "digits").model_class()
    (tmp_path / "config.json").write_text(
        json.dumps({"model": "vae", "dataset": "digits", "epochs": "many"})
    )
    with pytest.raises(
        ValueError, match=r"config.json: epochs='many' is not a whole number"
    ):
        Run.open(tmp_path)

"""The card of a run says what the model is, of which data, how good, and where its limits are."""

import json
import re

import numpy as np
import pytest
from PIL import Image as Picture

from kgen.engine.options import options_of
from kgen.experiments.card import CARD, VALUES, write_card
from kgen.experiments.report import _remove_tested
from kgen.models import MODELS
from tests.conftest import each_play
from tests.experiments.test_latent_space import DATA, untrained
from tests.tasks.test_contract import taken

NAMES = "class|a", "b"
SCORE = {
    "value": 0.8125,
    "real": None,
    "ratio": None,
    "baseline": 0.5,
    "low": 0.75,
    "high": 0.875,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cards")


def card_of(run):
    write_card(run)
    return (run.path / CARD).read_text(encoding="utf-8"), json.loads(
        (run.path / VALUES).read_text(encoding="utf-8")
    )


def pictures(folder, data):
    """The values of two domains as pictures, one folder each."""
    for domain in data.fields:
        (folder / domain).mkdir(parents=True)
        for number, pixels in enumerate(data.train[domain]):
            Picture.fromarray(pixels).save(folder / domain / f"{number:02}.png")
    return f"unpaired:{folder}"


@pytest.fixture
def values(folder):
    """The name of data for a model: labelled images, or what the model takes instead."""

    def written(name):
        data = taken(name, "image")
        if data.name == "domains":
            return pictures(folder / f"{name}-domains", data)
        arrays = {
            field: np.concatenate(
                [split[field] for split in (data.train, data.validation, data.test)]
            )
            for field in data.fields
        }
        np.savez(folder / f"{name}.npz", **arrays)
        return f"npz:{folder / name}.npz"

    return written


def sizes(name):
    """The options that make a model small, as far as it has them."""
    return {
        option: 4
        for option in ("width", "latent_dim", "hidden")
        if option in options_of(MODELS[name].load())
    }


@each_play()
def test_every_model_has_a_card_before_and_after_it_is_measured(
    name, values, folder, monkeypatch
):
    dataset = values(name)
    if name == "segan":
        monkeypatch.setitem(DATA, dataset, {"y": "mask"})
    run = untrained(name, dataset, folder / name, **sizes(name))
    text, told = card_of(run)
    assert "Not for clinical use." in text and "None yet: `kgen test" in text
    assert MODELS[name].paper in text and run.config.fingerprint in text
    assert told["model"]["name"] == name and [
        split["name"] for split in told["data"]["splits"]
    ] == ["train", "validation", "test"]
    assert all(
        split["values"] > 0 and split["subjects"] is None
        for split in told["data"]["splits"]
    )
    assert any("No subjects are known" in limit for limit in told["limits"])


@pytest.fixture
def run(folder, tmp_path, monkeypatch):
    """A run on images of two classes of known persons, with measurements made up."""
    random = np.random.default_rng(0)
    x, y = (
        random.integers(0, 256, (90, 8, 8, 1), dtype="uint8"),
        np.repeat(np.arange(30) % 2, 3),
    )
    np.savez(
        folder / "persons.npz",
        x=x,
        y=y,
        class_names=NAMES,
        who=np.repeat(np.arange(30), 3),
    )
    name = f"npz:{folder / 'persons.npz'}"
    monkeypatch.setitem(DATA, name, {"subject": "who"})
    return untrained("cvae-cgan", name, tmp_path / "run")


def measured(run):
    scores = {
        "classifier_accuracy": SCORE,
        "elbo": {**SCORE, "low": None, "high": None},
    }
    facts = {"pixels": "grey", "latents": 10, "samples": 9, "epochs": 0}
    left_out = {"bias": "it has no network that reads a number"}
    run.write_json(
        "metrics.json",
        {"evaluation": {**facts, "scores": scores, "left_out": left_out}},
    )


def test_numbers_stand_with_their_intervals_and_what_is_not_measured_with_the_reason(
    run,
):
    measured(run)
    text, told = card_of(run)
    row = next(
        line for line in text.splitlines() if line.startswith("| classifier_accuracy")
    )
    assert (
        "0.8125 (0.75 to 0.875)" in row
        and "accuracy of the model's own classifier" in row
    )
    assert told["scores"]["classifier_accuracy"]["low"] == 0.75
    assert (
        "Not measured: bias, as it has no network that reads a number."
        in told["limits"]
    )
    assert "None yet" not in text


def test_every_table_of_a_card_has_as_many_cells_in_each_row(run):
    measured(run)
    text, _ = card_of(run)
    assert r"class\|a" in text
    blocks = [
        block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    ]
    assert len(blocks) >= 2
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block}) == 1, block


def test_a_training_that_goes_on_leaves_no_card_of_before(run):
    card_of(run)
    _remove_tested(run)
    assert not (run.path / CARD).exists() and not (run.path / VALUES).exists()

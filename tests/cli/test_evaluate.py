"""kgen evaluate and kgen compare, run as their users run them."""

import csv
import json
import shutil

import pytest
from PIL import Image

from tests.cli.test_cli import kgen

pytestmark = [pytest.mark.whole, pytest.mark.usefixtures("few_resamples")]
TRAIN = "--epochs", 1, "--batch-size", 256, "--set", "width=4", "--eager"
LIKELIHOOD = "--metrics", "likelihood", "--latents", 2


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A VAE of grey digits, one of binary ones, and a CVAE."""
    folder = tmp_path_factory.mktemp("evaluated")
    kinds = {"vae": "none", "binary": "dynamic", "cvae": "none"}
    for name, kind in kinds.items():
        model = "cvae" if name == "cvae" else "vae"
        kgen(
            "train",
            model,
            "--dataset",
            "digits",
            *TRAIN,
            "--binarisation",
            kind,
            "--run",
            folder / name,
        )
    return folder


def test_evaluate_prints_what_it_writes_and_why_it_left_something_out(runs):
    shown = kgen("evaluate", runs / "vae", "--latents", 2, "--samples", 300)
    found = json.loads((runs / "vae" / "metrics.json").read_text())["evaluation"]
    assert (
        found["samples"] == 300
        and f"Features of the network {found['features']}" in shown
    )
    for name, score in found["scores"].items():
        line = next(
            line for line in shown.splitlines() if line.strip().startswith(f"{name} ")
        )
        assert f" {score['value']:.4g} " in line
    assert f"All on one page: {runs / 'vae' / 'report.html'}" in shown
    reasons = {
        name: line
        for line in shown.splitlines()
        for name in line.partition(": ")[2].split(", ")
    }
    for name in ("classification_accuracy_score", "nearest_neighbour_error"):
        assert "it is not told which class to draw" in reasons[name]
    assert (
        "a Bernoulli likelihood is no density of grey pixels"
        in reasons["bits_per_dimension"]
    )
    assert not any(".:" in line for line in reasons.values())


def test_groups_measured_one_after_the_other_stand_side_by_side(runs):
    for groups in ("latent", "likelihood"):
        kgen("evaluate", runs / "cvae", "--metrics", groups, "--latents", 2)
    found = json.loads((runs / "cvae" / "metrics.json").read_text())["evaluation"]
    assert {"linear_probe", "elbo"} <= set(found["scores"]) and found["latents"] == 2


def test_binary_pixels_are_evaluated_as_binary(runs):
    for name, pixels in (("vae", "grey"), ("binary", "dynamic")):
        assert f"Likelihood ({pixels} Bernoulli) of test values" in kgen(
            "evaluate", runs / name, *LIKELIHOOD
        )
    found = json.loads((runs / "binary" / "metrics.json").read_text())["evaluation"]
    assert found["scores"]["bits_per_dimension"]["value"] > 0


def test_compare_measures_what_is_missing_and_draws_all(runs, tmp_path):
    for name in ("vae", "binary"):
        kgen("evaluate", runs / name, *LIKELIHOOD)
    (runs / "cvae" / "metrics.json").unlink(missing_ok=True)
    shown = kgen(
        "compare",
        *(runs / name for name in ("vae", "binary", "cvae")),
        "--out",
        tmp_path / "out",
    )
    assert (tmp_path / "out" / "comparison.md").read_text() in shown
    assert f"{runs / 'cvae'} is not evaluated yet" in shown
    assert (
        json.loads((runs / "cvae" / "metrics.json").read_text())["evaluation"][
            "latents"
        ]
        == 2
    )
    assert " grey Bernoulli |" in shown and " dynamic Bernoulli |" in shown
    with (tmp_path / "out" / "comparison.csv").open() as file:
        assert {row["run"] for row in csv.DictReader(file)} == {
            str(runs / name) for name in ("vae", "binary", "cvae")
        }
    assert min(Image.open(tmp_path / "out" / "comparison.png").size) > 300


def test_runs_evaluated_otherwise_are_not_compared(runs, tmp_path):
    kgen("evaluate", runs / "vae", *LIKELIHOOD)
    kgen("evaluate", runs / "cvae", *LIKELIHOOD[:2], "--latents", 3)
    shown = kgen("compare", runs / "vae", runs / "cvae", "--out", tmp_path, code=1)
    assert "latents differs" in shown and "Evaluate them alike" in shown


def test_of_other_features_only_ratios_are_compared(runs, tmp_path):
    for name, features in (("vae", "abc"), ("cvae", "def")):
        kgen("evaluate", runs / name, *LIKELIHOOD)
        path = runs / name / "metrics.json"
        numbers = json.loads(path.read_text())
        score = {"value": 6.0, "real": 2.0, "ratio": 3.0, "baseline": 7.0}
        numbers["evaluation"] |= {"samples": 10, "features": features}
        numbers["evaluation"]["scores"] |= {
            "frechet_distance": score,
            "recall": {**score, "ratio": None},
        }
        path.write_text(json.dumps(numbers))
    shown = kgen("compare", runs / "vae", runs / "cvae", "--out", tmp_path)
    assert (
        "| frechet_distance | 3× | 3× | 2 | 7 |" in shown
        and "| recall | – | – | 2 | 7 |" in shown
    )


def test_what_was_measured_before_of_a_group_is_forgotten(runs):
    path = runs / "vae" / "metrics.json"
    old = dict.fromkeys(["value", "real", "ratio", "baseline"], 7.0)
    scores = dict.fromkeys(["elbo", "recall", "bits_per_dimension"], old)
    before = {
        "samples": 10,
        "features": "abc",
        "epochs": 1,
        "scores": scores,
        "left_out": {"density": "few"},
    }
    path.write_text(json.dumps({"evaluation": before}))
    kgen("evaluate", runs / "vae", *LIKELIHOOD)
    found = json.loads(path.read_text())["evaluation"]
    assert (
        found["scores"]["elbo"]["value"] < 0
        and "bits_per_dimension" in found["left_out"]
    )
    assert (
        found["scores"]["recall"] == old
        and found["left_out"]["density"] == "few"
        and found["samples"] == 10
    )
    assert set(found["scores"]) == {"elbo", "log_likelihood", "recall"}


def test_what_was_measured_of_other_latents_or_of_fewer_epochs_is_forgotten(runs):
    path = runs / "vae" / "metrics.json"
    old = dict.fromkeys(["value", "real", "ratio", "baseline"], 7.0)
    before = {
        "latents": 3,
        "samples": 10,
        "scores": {"elbo": old, "recall": old},
        "left_out": {},
    }
    for epochs, kept in ((1, True), (2, False)):
        path.write_text(json.dumps({"evaluation": {**before, "epochs": epochs}}))
        kgen("evaluate", runs / "vae", *LIKELIHOOD)
        found = json.loads(path.read_text())["evaluation"]
        assert (
            found["latents"] == 2
            and found["epochs"] == 1
            and found["scores"]["elbo"] != old
        )
        assert ("recall" in found["scores"]) == kept


def test_runs_of_other_images_are_not_compared(runs, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(runs / "vae", copy)
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "fingerprint": "other"}))
    both = "compare", runs / "vae", copy, "--out", tmp_path / "out"
    assert "their numbers do not compare. The file was changed in between." in kgen(
        *both, code=1
    )
    for size in (8, 16):
        balls = {
            **config,
            "dataset": "balls",
            "data": {"size": size},
            "fingerprint": f"{size}",
        }
        (tmp_path / f"{size}").mkdir()
        (tmp_path / f"{size}" / "config.json").write_text(json.dumps(balls))
    shown = kgen(
        "compare", tmp_path / "8", tmp_path / "16", "--out", tmp_path / "out", code=1
    )
    assert (
        f"{tmp_path / '8'} was trained on balls with size=8 and "
        f"{tmp_path / '16'} on balls with size=16" in shown
    )


def test_wrong_calls_say_what_is_wrong(runs, tmp_path):
    shown = kgen("evaluate", runs / "vae", "--metrics", "likelihood,fid", code=1)
    assert (
        "Unknown group of metrics 'fid'. Known: objective" in shown
        and "likelihood, latent" in shown
    )
    shown = kgen("evaluate", runs / "vae", "--metrics", "frechet_distance", code=1)
    assert (
        "'frechet_distance' is a metric of the group 'samples': ask for 'samples'."
        in shown
    )
    assert "holds no config.json" in kgen("evaluate", tmp_path, code=1)
    assert "Give at least two runs" in kgen("compare", runs / "vae", code=2)


def test_a_run_goes_on_with_the_pixels_it_began_with(runs):
    shown = kgen(
        "train",
        "--resume",
        runs / "binary",
        "--epochs",
        2,
        "--binarisation",
        "none",
        code=2,
    )
    assert "binarisation=none differs from dynamic" in shown


def test_binary_pixels_need_the_bernoulli_likelihood(tmp_path):
    train = (
        "train",
        "vae",
        "--dataset",
        "digits",
        "--binarisation",
        "static",
        "--run",
        tmp_path / "run",
    )
    shown = kgen(*train, "--set", "likelihood=gaussian", code=1)
    assert (
        "binarisation='static' makes pixels 0 or 1, which only the Bernoulli likelihood describes"
        in shown
    )
    assert not (tmp_path / "run").exists()
    train = "train", "gan", *train[2:]
    assert "it draws values without a density" in kgen(*train, code=1)

"""Every benchmark in its smallest form: few values, one step, one round, one network."""

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import kgen.data
import kgen.latent
from kgen.cli import tune
from kgen.data import Data, sources
from kgen.data.tiles.synthetic import synthesize
from kgen.experiments import training
from kgen.fields import Image, Label
from kgen.models import Regressor
from kgen.runs.config import RunConfig
from tests.data import scans
from tests.explorer.browser import BROWSER

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[1]
BENCHMARKS = ROOT / "benchmarks"
SHARED = {"common", "phantoms", "subjects"}  # what the others import
NAMES = sorted({path.stem for path in BENCHMARKS.glob("*.py")} - SHARED)
STEP = ["--rounds", "1", "--networks", "vae", "--steps", "1"]


def images(name, side, count=400, classes=10):
    """A data set of random pictures, with factors where they are asked for."""
    random = np.random.default_rng(0)
    values = {
        "x": random.integers(0, 256, (count, side, side, 1), "uint8"),
        "y": np.arange(count, dtype="int32") % classes,
    }
    fields = {"x": Image((side, side, 1), 0, 255, dtype="uint8"), "y": Label(classes)}
    facts = (
        {"factors": np.stack([values["y"] % 2, values["y"] % 3], axis=1)}
        if name == "sprites"
        else {}
    )
    return Data.from_arrays(name, values, fields, facts=facts)


SIDES = {"digits": 8, "sprites": 8, "mnist": 28}
COUNTS = {"normal": 4000, "balls": 64}


def small(name, **options):
    """A small data set under the name of a larger one."""
    if name in SIDES:
        return images(name, SIDES[name])
    return sources.load(
        name, **options, **({"count": COUNTS[name]} if name in COUNTS else {})
    )


@pytest.fixture
def benchmark(monkeypatch, capsys):
    """Runs a benchmark in this process: one of its own would spend its seconds on imports."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    # Some benchmarks set the variable themselves.
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "tensorflow"))
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    common, subjects = map(importlib.import_module, ("common", "subjects"))
    monkeypatch.setattr(common, "apart", lambda function, *args: function(*args))
    monkeypatch.setattr(subjects, "IMAGES", 4 * subjects.BATCH_SIZE)
    monkeypatch.setattr(kgen.data, "load", small)

    def run(name, *arguments, **constants):
        module = importlib.import_module(name)
        for constant, value in constants.items():
            monkeypatch.setattr(module, constant, value)
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, arguments)])
        module.main()
        return capsys.readouterr().out

    return run


def rows(shown):
    """The first cell of every line of the tables."""
    return {
        line.split(" | ")[0].removeprefix("| ")
        for line in shown.splitlines()
        if line.startswith("| ")
    }


def once(*names, **values):
    """A configuration of one epoch."""
    return RunConfig(*names, **{**values, "epochs": 1})


class Brightness:
    """Replaces the metrics, which train a classifier per round."""

    def __init__(self, dataset, samples, seed):
        pass

    def measure(self, images, labels):
        return {"brightness": images.mean()}


FAST = {
    "input": (STEP, {"BATCHES": 2}, {"vae"}),
    "limit": (STEP, {"SIDE": 64}, {"vae"}),
    "rate": ([*STEP, "--batch-size", "8"], {}, {"vae"}),
    "host": (STEP, {}, {"vae"}),
    "kernels": (
        ["--rounds", "1"],
        {"SUBJECTS": [("vae", (28, 28, 1))], "BATCHES": {(28, 28, 1): 8}},
        {"vae"},
    ),
    "growth": (
        ["--rounds", "1", "--steps", "1"],
        {"GROWTHS": {"batch size": (32,)}},
        {"32"},
    ),
    "epoch_cost": (
        ["--rounds", "1", "--dataset", "digits"],
        {"STEPS": 2},
        {"classifier", "cvae-cgan"},
    ),
    "monitor": (
        ["--rounds", "1", "--dataset", "digits", "--models", "vae"],
        {},
        {"vae"},
    ),
    "digits_score": (
        ["--models", "cvae", "--seeds", "1"],
        {"EPOCHS": {"cvae": 1}, "SAMPLES": 100},
        {"cvae"},
    ),
    "start": (["--rounds", "1"], {"MODELS": {}}, {"`kgen --help`", "`import kgen`"}),
    "linear_vae": (
        [],
        {"STEPS": 2, "COPIES": 2, "LATENT_DIMS": (2,), "BETAS": (1,), "SAMPLES": 2},
        {"1", "2"},
    ),
    "digits_likelihood": ([], {"EPOCHS": 1, "WIDTH": 4}, set()),
    "house": (
        [],
        {},
        {"functions", "from a batch to the first play", "from a file to a picture"},
    ),
    "nifti": (["--count", "12", "--side", "16"], {}, {"first time", "from the cache"}),
    "gene_modules": (
        ["modules", "--samples", "100", "--genes", "120"],
        {"EPOCHS": 1, "FEATURES": 8},
        {"raw values", "PCA", "ICA", "vae"},
    ),
    "interpret": (
        ["--rounds", "1"],
        {
            "COVERED": {"8 × 8": ((8, 8), 4, 2)},
            "PLANTED": {"8 × 8": ((8, 8), 4, 5e-3)},
            "COUNT": 8,
            "EPOCHS": 1,
            "READ": 2,
            "READER": 2,
            "DRAWS": 1,
        },
        {"8 × 8", "gradient", "guided backprop"},
    ),
    "sensitivity": (["--rounds", "2"], {"SampleMetrics": Brightness}, {"brightness"}),
}


class Ink(Brightness):
    """The same with what a benchmark of classes reads."""

    def __init__(self, dataset):
        self.samples, self.labels = 20, np.arange(20) % 10

    def measure(self, images, labels):
        return dict.fromkeys(
            ("evaluation_classifier_accuracy", *DISTANCES), images.mean()
        )

    def real(self):
        return dict.fromkeys(("evaluation_classifier_accuracy", *DISTANCES), 0.0)


DISTANCES = "frechet_distance", "precision", "recall"


@pytest.mark.slow
def test_biggan_beside_cgan(benchmark, tmp_path):
    few = {
        "TRAIN": 100,
        "TEST": 40,
        "MOMENT": 32,
        "BATCH_SIZE": 16,
        "SampleMetrics": Ink,
    }
    shown = benchmark("biggan", tmp_path, "--seconds", 0.1, **few)
    assert {"real images", "biggan, ψ = 1", "biggan, ψ = 0.3", "cgan"} <= rows(shown)


@pytest.mark.parametrize("name", FAST)
def test_a_benchmark_prints_its_table(name, benchmark):
    arguments, constants, expected = FAST[name]
    assert expected <= rows(benchmark(name, *arguments, **constants))


def test_a_wide_table_is_read(benchmark):
    shown = benchmark("gene_modules", "reading", "--samples", "60", "--genes", "40")
    assert "| wall time |" in shown and "× the matrix" in shown


NORMAL = {"epochs": 1, "rate": 1e-3, "width": 2, "latent_dim": 1}
SMALLEST = RunConfig(
    "cvae-cgan", "digits", epochs=1, batch_size=32, options={"discriminator_width": 4}
)
# Benchmarks that write runs, on the small data set: arguments after the folder, constants, output.
RUNS = {
    "digits_demo": (["--seeds", "1"], {"CONFIG": SMALLEST}, "mean:"),
    "mnist": (
        ["--epochs", "1", "--dataset", "digits"],
        {"TRAININGS": [("cvae", 0)]},
        "cvae 0 {",
    ),
    "defaults": (
        ["--epochs", "1", "--sets", "colours"],
        {"FACTOR": 1, "METRICS": ("precision", "evaluation_classifier_accuracy")},
        "| colours |",
    ),
    "disentanglement": (
        ["--epochs", "1"],
        {"POINTS": 250, "MODELS": {"VAE": 1}},
        "| true factors |",
    ),
    "textures": (
        ["--textures", "gravel", "--epochs", "1"],
        {"COUNT": 320, "SAMPLES": 60, "WIDTH": 2, "CANVAS": 32},
        "| noise |",
    ),
    "large": (
        ["--parts", "truncation", "--side", "8"],
        {
            "SIDES": (8,),
            "SAMPLES": 40,
            "TRAININGS": {
                "stylegan": {"epochs": 1, "options": {"width": 2, "latent_dim": 4}}
            },
        },
        "| ψ = 0.2 |",
    ),
    "toys": (
        ["--toys", "normal", "--games", "GAN", "--seeds", "2"],
        {"SETTINGS": {"normal": NORMAL}},
        "| GAN |",
    ),
}


def test_drug_responses(benchmark, tmp_path):
    few = {"EPOCHS": 1, "FOLDS": 2, "LINES": 60}
    shown = benchmark(
        "drug_response", tmp_path, "--drugs", "linear", "--known", ".5", **few
    )
    assert {
        "Dr.VAE",
        "no change",
        "mean change",
        "ridge",
        "forest",
        "Dr.VAE, its supervised part alone",
    } <= rows(shown)


def test_anomalies(benchmark, tmp_path):
    few = {"SIDE": 32, "HEALTHY": 22, "KEPT": 3, "NEW": 3, "WIDTH": 2}
    small = "--rounds", 1, "--images", 3, "--steps", 2, "--models"
    parts = "tumours", "retina", "cost"
    shown = benchmark("anomalies", tmp_path, "--parts", *parts, *small, **few)
    assert {"PCA", "isolation forest", "search: ms per step, median"} <= rows(shown)
    assert (tmp_path / "retina" / "fluid" / "PCA.json").exists()


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("splines", {"8", "16"}),
        pytest.param(
            "gan", {"length_distance", "self_intersections"}, marks=pytest.mark.slow
        ),
    ],
)
def test_arteries(part, expected, benchmark, tmp_path):
    few = {"COUNT": 60, "COEFFICIENTS": (8, 16), "WIDTH": 2, "LATENT": 2, "BATCH": 20}
    few |= {"CRITIC": 1, "SHOWN": 2}
    shown = benchmark("arteries", tmp_path, "--parts", part, "--steps", 2, 4, **few)
    assert expected <= rows(shown)


HISTOLOGY = {
    "read": {"nuclei of the centre, the truth", "classifier, stain augmentation"},
    "centre": {"classifier", "classifier, stain augmentation"},
    "asked": {"classifier: real", "classifier: ACGAN of 40"},
    "gain": {"40"},
}


@pytest.mark.parametrize(
    "part",
    ["read", *(pytest.param(p, marks=pytest.mark.slow) for p in list(HISTOLOGY)[1:])],
)
def test_histology(part, benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr("kgen.data.histology.writing.PER_SLIDE", 5)
    few = {
        "PATCHES": 80,
        "SIZE": 32,
        "STEPS": 2,
        "WIDTH": 2,
        "PAIRS": 3,
        "EPOCHS": {40: 1},
        "ACGAN": {"width": 2, "discriminator_width": 2, "separate": True},
    }
    shown = benchmark(
        "histology", tmp_path, "--parts", part, "--real", 40, **few, BATCH=20
    )
    assert HISTOLOGY[part] <= rows(shown)


def test_expression(benchmark, tmp_path):
    random = np.random.default_rng(0)
    x, tissue = random.normal(8.0, 2.0, (60, 12)), np.repeat(["liver", "brain"], 30)
    np.savez(tmp_path / "set.npz", x=x, tissue=tissue)
    shown = benchmark(
        "expression", "tissues", tmp_path / "set.npz", EPOCHS=1, FOLDS=2, RATES=(1e-3,)
    )
    assert {"linear heads: nats", "relu heads: tissue read", "PCA: nats"} <= rows(shown)


LONG = {
    "defaults",
    "digits_demo",
    "large",
    "mnist",
    "textures",
}  # a quarter of a minute and more
TRAINED = [pytest.param(n, marks=pytest.mark.slow if n in LONG else []) for n in RUNS]


@pytest.mark.parametrize("name", TRAINED)
def test_a_benchmark_trains_its_runs(name, benchmark, tmp_path):
    arguments, constants, expected = RUNS[name]
    assert expected in benchmark(name, tmp_path, *arguments, **constants)
    assert list(tmp_path.rglob("model.keras"))


def test_nearest_neighbours_of_a_run(benchmark, tmp_path):
    config = RunConfig("cvae", "digits", epochs=1, batch_size=32)
    run = training.start(tmp_path / "one", config, eager=True)
    assert {"real images", "one"} <= rows(
        benchmark("nearest_neighbour", run.path, SAMPLES=50)
    )


@pytest.mark.parametrize(
    "models",
    [
        ["dense-vae"],
        pytest.param(["keras-io", "dense-vae", "iwae"], marks=pytest.mark.slow),
    ],
)
def test_likelihoods_of_mnist(models, benchmark, tmp_path, monkeypatch):
    module = importlib.import_module("mnist_likelihood")
    shortly = {
        name: subject._replace(epochs=1) for name, subject in module.SUBJECTS.items()
    }
    monkeypatch.setattr(module, "DENSE", {**module.DENSE, "width": 4})
    shown = benchmark(
        "mnist_likelihood",
        tmp_path,
        "--models",
        *models,
        "--samples",
        2,
        SUBJECTS=shortly,
    )
    for name in models:
        assert (
            f"{name}: −log p of 60 test images" in shown
            or f"{name}, 60000 grey images, test: " in shown
        )


def test_the_explorer(benchmark, monkeypatch):
    monkeypatch.delitem(kgen.latent.PROJECTIONS, "umap")  # compiles for half a minute
    monkeypatch.delitem(kgen.latent.PROJECTIONS, "tsne")
    assert "map pca of 1,000 latents, s" in rows(
        benchmark("explorer", "mnist", "--parts", "maps")
    )


def test_the_explorer_in_a_browser(benchmark):
    pytest.importorskip("playwright", reason="the browser is driven by playwright")
    if BROWSER is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    measured = rows(
        benchmark("explorer", "mnist", "--parts", "page", MOVES=2, DRAGGED=50)
    )
    assert {
        "page ready after the command, s",
        "slider's move to the image, median of 2, ms",
    } <= measured


@pytest.mark.slow
def test_sizes_of_the_latent_space(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr("kgen.experiments.tile_space.TRAINING_TILES", 60)
    file = tmp_path / "sections.h5"
    synthesize(file, "1MB")
    few = {"SIZES": (2, 8), "TILES": 60, "SHOWN": 2}
    shown = benchmark(
        "latent_sizes", file, tmp_path / "runs", "--epochs", 1, "--steps", 2, **few
    )
    assert {"2", "8"} <= rows(shown) and (
        tmp_path / "runs" / "latent_sizes.png"
    ).stat().st_size > 0


TILES = {"gzip": ("gzip", "1MB", 64, 64)}


@pytest.mark.parametrize("part", ["speed", "statistics", "rate", "memory"])
def test_tiles(part, benchmark, tmp_path):
    if part == "speed":
        pytest.importorskip(
            "torch", reason="the peer is PyTorch's DataLoader: make .venv/bench"
        )
    sizes = "--size", "1MB", "--sizes", "1MB"
    few = {"STORAGES": TILES, "BATCHES": 2, "BATCH_SIZE": 8}
    shown = benchmark("tiles", tmp_path, "--rounds", 1, "--parts", part, *sizes, **few)
    assert "gzip" in rows(shown)


def test_a_regressor_of_the_tasks(benchmark, tmp_path, monkeypatch):
    module = importlib.import_module("tasks")
    monkeypatch.setattr(module, "RunConfig", once)
    ((name, told),) = module.of_numbers(tmp_path)
    assert (
        name == "regressor: mean_absolute_error, voxels"
        and "the median of training radii: " in told
    )


@pytest.fixture
def aged(tmp_path):
    """A table of small heads with two concepts that depend on age, and its data set options."""
    random = np.random.default_rng(0)
    ages = 55.0 + 35.0 * random.random(40)
    columns = {
        "csf": ages + random.normal(0, 5, 40),
        "grey": random.normal(size=40),
        "true_z": ages / 10,
    }
    path = scans.people(tmp_path, 40, age=ages.round(2), **columns)
    given = {
        "number": "age",
        "unit": "years",
        "axis": "none",
        "covariates": ["csf", "grey"],
        "test_share": 0.25,
    }
    return f"nifti:{path}", {**given, "validation_share": 0.3}


def test_ages_of_scans(benchmark, aged, tmp_path):
    few = {
        "CONCEPTS": ["csf", "grey"],
        "LATENTS": ["true_z"],
        "SEEDS": range(1),
        "NETWORKS": ["baseline"],
    }
    parts = (
        "--parts",
        "phantoms",
        "interventions",
        "feed",
        "--epochs",
        1,
        "--rounds",
        1,
        "--steps",
        1,
    )
    shown = benchmark(
        "age", tmp_path / "runs", *parts, brains=lambda *_: aged, GRID=POINTS, **few
    )
    assert {
        "baseline → kernel ridge",
        "2 of 2 concepts true: error, mean of 1 seeds, years",
    } <= rows(shown)
    assert "stream over step" in rows(shown)


def test_an_epoch_of_volumes_beside_pytorch(benchmark, tmp_path):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    shown = rows(
        benchmark(
            "age",
            tmp_path,
            "--parts",
            "epoch",
            "--size",
            8,
            "--rounds",
            1,
            EPOCH=4,
            BATCH=2,
        )
    )
    assert {
        "an epoch of the baseline, 4 volumes of 8³: PyTorch, s",
        "kgen is faster by, processor",
    } <= shown


POINTS = {"alpha": [0.1], "gamma": [0.01, 0.1]}


def test_ages_of_tables(benchmark, tmp_path):
    random = np.random.default_rng(0)
    fluid = importlib.import_module("age").FLUID
    head = ",".join(
        [
            "a_thickness",
            "b_thickness",
            *fluid,
            "TotalGrayVol,CerebralWhiteMatterVol,eTIV,age,site",
        ]
    )
    for name in ("fcon1000_tr.csv", "fcon1000_te.csv"):
        rows_of = [
            [
                *random.random(5 + len(fluid)) + 1.0,
                20 + 50 * random.random(),
                f"S{row % 5}",
            ]
            for row in range(30)
        ]
        (tmp_path / name).write_text(
            "\n".join([head, *(",".join(map(str, row)) for row in rows_of)])
        )
    shown = benchmark(
        "age",
        tmp_path / "s",
        "--parts",
        "tables",
        "search",
        "--ages",
        tmp_path,
        GRID=POINTS,
        TRIALS=3,
    )
    assert "real ages, folds of sites, 2 thicknesses: median, years" in rows(shown)
    assert "grid, 2 points: the same" in rows(shown)


@pytest.mark.slow
def test_brains_of_known_truth(benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(kgen.data, "load", sources.load)
    few = {
        "SUBJECTS": 80,
        "FRESH": 20,
        "SAMPLES": 10,
        "BATCH": 8,
        "CONVNET": {"epochs": 1, "rate": 1e-3},
    }
    shown = benchmark("alzheimer", tmp_path, "--folds", 1, "--epochs", 1, **few)
    assert {
        "shuffled labels: accuracy",
        "pairs whose ventricles grow with the disease",
    } <= rows(shown)


def test_patches_of_a_volume(benchmark, tmp_path):
    sizes = {"VOLUME": 24, "PATCH": 8, "WIDTH": 2, "VOLUMES": 10, "VOLUMES_SIDE": 32}
    shown = benchmark("translation", tmp_path, "--parts", "patches", **sizes)
    assert "mean step across borders over that elsewhere, 24³ in patches of 8³" in rows(
        shown
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["paired", "unpaired", "healthy", "planted", "masks", "lesions", "enhanced"]
)
def test_images_from_images(part, benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(kgen.data, "load", sources.load)
    sizes = {
        "SUBJECTS": 30,
        "FRESH": 10,
        "LESIONS": 40,
        "SIDE": 32,
        "TUMOUR_SIDE": 32,
        "BATCH": 4,
        "CRITIC_BATCH": 5,
    }
    shown = rows(
        benchmark(
            "translation",
            tmp_path,
            "--parts",
            part,
            EPOCHS=1,
            UNPAIRED_EPOCHS=1,
            **sizes,
        )
    )
    expected = {
        "paired": "pix2pix: MAE in the head, HU",
        "unpaired": "cycle-gan, unpaired: MAE in the head, HU",
        "healthy": "va-gan: share with the right sign",
        "planted": "the same after the way to a",
        "masks": "segan: Dice of fluid",
        "lesions": "va-gan: NCC",
        "enhanced": "resolution: pix2pix: SSIM",
    }
    assert expected[part] in shown


@pytest.mark.slow
def test_tasks(benchmark, tmp_path, monkeypatch):
    # the classifier has to read the digits
    monkeypatch.setattr(kgen.data, "load", sources.load)
    shown = benchmark("tasks", tmp_path, RunConfig=once)
    assert {
        "autoencoder: reconstruction_mse",
        "cycle-gan: cycle_error, of a span of 2",
    } <= rows(shown)


# These processes take a minute: here each reports a time at once.
OTHERS = {
    "before": ([ROOT], {"seconds": lambda *_: 1.0}, {"vae"}),
    "processes": (
        [],
        {"together": lambda *_: lambda: 1.0},
        {"one process", "two processes"},
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_benchmark_of_other_processes_prints_their_seconds(name, benchmark):
    arguments, contender, expected = OTHERS[name]
    assert expected <= rows(benchmark(name, *arguments, *STEP, **contender))


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_these_processes_as_they_are(name):
    arguments, _, expected = OTHERS[name]
    assert expected <= rows(script(name, *arguments, *STEP))


@pytest.mark.slow
def test_the_start_of_a_training():
    assert {"first step of VAE, tensorflow", "first step of CVAECGAN, jax"} <= rows(
        script("start", "--rounds", 1)
    )


def script(name, *arguments):
    """What a benchmark prints in a process of its own."""
    command = [sys.executable, BENCHMARKS / f"{name}.py", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("part", "searches"), [("workers", 2), ("disk", 1)])
def test_searches_are_asked_for_as_the_command_takes_them(
    part, searches, benchmark, tmp_path
):
    asked = []

    def finished(path, *words):
        asked.append(tune.command.make_context("tune", [*words]))
        return 1.0

    shown = benchmark(
        "tuning",
        tmp_path,
        "--parts",
        part,
        finished=finished,
        lines=lambda path: [{"seconds": "1"}],
    )
    assert importlib.import_module("tuning").__dict__[part].__doc__ in shown
    assert len(asked) == searches


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "told"),
    [("kills", "| 1 | 9 of 9 | 9 | True | True |"), ("lost", "| 0 | 6 of 6 |")],
)
def test_searches_lose_nothing(part, told, benchmark, tmp_path):
    assert told in benchmark("tuning", tmp_path, "--parts", part, KILLS=1)


@pytest.mark.slow
def test_an_evaluation_classifier_beside_the_quick_one(benchmark):
    arguments = ["--sets", "patches", "--networks", "plain", "--steps", "2"]
    assert "patches" in rows(benchmark("judge", *arguments))


@pytest.mark.slow
def test_the_weight_of_the_bound_on_slices(benchmark, tmp_path):
    arguments = ["--epochs", "1", "--slices", "200"]
    assert {"before", "after"} <= rows(benchmark("elbo_weight", tmp_path, *arguments))


@pytest.mark.slow
def test_what_a_search_costs(benchmark, tmp_path):
    assert "| training alone, s |" in benchmark(
        "tuning", tmp_path, "--parts", "overhead"
    )


def layers_of(model):
    """The class names of the layers in all networks of a model."""
    parts = [part for player in model.players.values() for part in player]
    networks = [part for part in parts if isinstance(part, keras.Model)]
    return {
        type(layer).__name__ for network in networks for layer in network.layers
    } - {"InputLayer"}


MEASURED = ["vae", "dcgan", "acgan", "cvae-cgan"]
TRANSLATORS = ["pix2pix", "cycle-gan"]


def known_to_pytorch():
    """The class names of the translated layers, without PyTorch, which may not be installed."""
    tree = ast.parse((BENCHMARKS / "peers/torch_networks.py").read_text())
    (known,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "LAYERS"
    ]
    return {key.value for key in known.keys}


@pytest.mark.parametrize("name", [*MEASURED, *TRANSLATORS])
def test_pytorch_knows_every_layer_of_the_networks(name, benchmark):
    model = (
        importlib.import_module("subjects").build(name)
        if name in MEASURED
        else translator(name)
    )
    assert layers_of(model) <= known_to_pytorch()


def test_pytorch_knows_every_layer_of_the_reader_of_volumes(benchmark):
    age = importlib.import_module("age")
    model = Regressor.from_fields(**age.shades(8).fields, network="baseline")
    assert layers_of(model) <= known_to_pytorch()


def translator(name):
    """A compiled model of two fields of images, by default in its networks' kinds of layers."""
    field = Image((16, 16, 1), 0, 255, dtype="uint8")
    known = {letter: field for letter in "abxy"}
    return importlib.import_module("subjects").built(
        name, known, "float32", {"width": 4}
    )


@pytest.mark.parametrize("name", TRANSLATORS)
def test_translators_in_pytorch_put_out_the_same_for_the_same_weights(name, benchmark):
    torch = pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    peers = importlib.import_module("peers.torch_networks")
    x = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 2)).astype("float32")
    for network in [
        part for parts in translator(name).players.values() for part in parts
    ]:
        module = with_weights_of(peers.Network(network), network, torch).eval()
        seen = x[..., : network.input_shape[-1]]
        found = module(torch.from_numpy(seen).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        np.testing.assert_allclose(
            found.detach(), network(seen, training=False), atol=1e-4
        )


def with_weights_of(module, network, torch):
    """The module with the weights of a Keras network; kernels get their last axes first."""
    theirs = [np.array(weight) for weight in network.trainable_weights]
    for own, weight in zip(module.parameters(), theirs, strict=True):
        turned = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight
        own.data = torch.from_numpy(turned.copy())
    return module


@pytest.mark.parametrize("name", TRANSLATORS)
def test_pytorch_takes_a_step_of_the_same_translators(name, benchmark):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    translators, peers = map(
        importlib.import_module, ("peers.torch_translators", "peers.pytorch")
    )
    model = translator(name)
    fields = dict(model.fields)
    split = Data.from_arrays("pairs", {field: BYTES for field in fields}, fields).train
    step = translators.PEERS[name](model, False)
    before = [
        weight.clone()
        for weight in (*step.judges[0].parameters(), *step.generators[0].parameters())
    ]
    losses = [
        float(step(*next(peers.pairs(split, fields, 4))).detach()) for _ in range(2)
    ]
    assert np.isfinite(losses).all()
    after = [*step.judges[0].parameters(), *step.generators[0].parameters()]
    assert all((one != other).any() for one, other in zip(before, after, strict=True))


BYTES = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 1), dtype="uint8")


@pytest.mark.slow
@pytest.mark.parametrize("name", TRANSLATORS)
def test_translators_beside_their_peers(name, benchmark):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    shown = benchmark(
        "translators",
        *STEP[:2],
        "--networks",
        name,
        "--steps",
        1,
        SIDE=16,
        BATCH_SIZE=4,
    )
    assert {"kgen fit", "PyTorch", "PyTorch, bfloat16 autocast"} <= rows(shown)


@pytest.mark.parametrize("name", MEASURED)
def test_pytorch_takes_a_step_of_the_same_networks(name, benchmark):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    subjects = importlib.import_module("subjects")
    pytorch = importlib.import_module("peers.pytorch")
    model = subjects.build(name)
    batches = pytorch.batches(subjects.images(model.shape, 8), model.fields["x"], 8)
    assert np.isfinite(
        float(pytorch.PEERS[name](model, False)(*next(batches)).detach())
    )


def test_references(benchmark):
    pytest.importorskip(
        "torchmetrics", reason="the references are torchmetrics': make .venv/bench"
    )
    assert {"Fréchet distance, SciPy", "MS-SSIM, 28 × 28, torchmetrics"} <= rows(
        benchmark("references")
    )


@pytest.mark.slow
def test_training_beside_its_peers(benchmark):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    shown = benchmark("training", *STEP[:2], "--networks", "acgan", "--steps", 1)
    assert {"kgen fit", "textbook Keras", "bare TensorFlow", "PyTorch"} <= rows(shown)


def test_tybalt_beside_its_peers(benchmark):
    pytest.importorskip("torch", reason="the peer is PyTorch: make .venv/bench")
    few = {"SAMPLES": 60, "GENES": 12, "BATCH_SIZE": 20}
    shown = benchmark("tybalt", *STEP[:2], "--steps", 1, **few)
    assert {"kgen fit", "bare TensorFlow", "PyTorch"} <= rows(shown)


def test_every_benchmark_is_tested():
    text = Path(__file__).read_text()
    assert [name for name in NAMES if f'"{name}"' not in text] == []

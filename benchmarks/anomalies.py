"""Detectors of anomalies trained on normal images alone, each beside what needs no network.

tumours: 250 slices of healthy brain phantoms, 64 × 64; new slices with and without a tumour.
retina: 250 scans of retinas without fluid, 64 × 64; new scans with and without fluid.
digits: MNIST with each digit left out in turn, 200 normal and 200 anomalous test images.
cost: a step of AnoGAN's search against a bare gradient of G and D.
recovery: how near the search comes to samples of its own generator.
A killed command continues where it stopped.

Example:
    python benchmarks/anomalies.py runs/anomalies
    python benchmarks/anomalies.py runs/anomalies --parts digits --digits 0 1
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import json
import time
from functools import partial
from pathlib import Path

import common
from kgen import data
from kgen.abilities.detects import Anomalies
from kgen.data.phantoms import Brains
from kgen.data.phantoms.findings import TUMOUR
from kgen.data.phantoms.person import grey_levels, upright
from kgen.data.retina import Retinas
from kgen.data.retina.fluid import KINDS
from kgen.engine.backend import compiled, differentiated
from kgen.engine.descent import Descent
from kgen.experiments.resuming import trained
from kgen.metrics import CATALOGUE, Unmeasurable, importance_weighted_log_likelihood
from kgen.metrics.detectors import Forest, Neighbours, PrincipalComponents
from kgen.models import AnoGAN
from kgen.runs.config import RunConfig
from kgen.tasks.detect import evidence_of

import numpy as np
from keras import ops

SIDE, HEALTHY, KEPT, NEW = 64, 250, 28, 100
IMAGES, TESTED = 10_000, 200
CODES = 100  # of the likelihood
SEARCHED = 50
WIDTH = 64  # of the networks whose cost is measured
SMALL = {"width": 16, "latent_dim": 64}
TUMOURS = {
    "f-anogan": {
        "epochs": 1500,
        "batch_size": 40,
        "options": {**SMALL, "game_epochs": 1200},
        "learning_rate_schedule": "cosine",
    },
    "anogan": {"epochs": 400, "batch_size": 32, "options": SMALL},
    "vae": {"epochs": 150, "batch_size": 32, "options": SMALL},
}
RETINA = {
    "f-anogan": {
        "epochs": 600,
        "batch_size": 40,
        "options": {**SMALL, "game_epochs": 400},
        "learning_rate_schedule": "cosine",
    },
    "vae": TUMOURS["vae"],
}
DIGITS = {
    "f-anogan": {
        "epochs": 30,
        "batch_size": 64,
        "options": {**SMALL, "game_epochs": 20, "ema_decay": 0.999},
    },
    "vae": {"epochs": 20, "batch_size": 64, "options": SMALL},
}
COLUMNS = {
    "image AUROC, score": "anomaly_auc", "image AUROC, peak": "anomaly_peak_auc",
    "image AUROC, mean residual": "anomaly_residual_auc",
    "average precision, peak": "anomaly_peak_average_precision",
    "sensitivity at 95 %, peak": "anomaly_peak_sensitivity", "false alarms": "anomaly_false_alarms",
    "pixel AUROC": "anomaly_point_auc",
    "pixel average precision": "anomaly_point_average_precision",
    "Dice": "anomaly_dice", "best Dice": "anomaly_best_dice",
}  # fmt: skip
OF_VALUES = "image AUROC, score", "false alarms"  # of a detector that says no place


def brains(seed, count, tumours):
    """Upright slices of persons, and where their tumours are."""
    population = Brains(SIDE, tumours=tumours)
    persons = [
        population.subject((seed, number), number % 2) for number in range(count)
    ]
    images = np.stack([upright(grey_levels(person.image)) for person in persons])
    return images[..., None], np.stack(
        [upright(person.tissue) == TUMOUR for person in persons]
    )


def retinas(seed, count, fluid):
    """Scans of persons, and where their fluid is, of both kinds by turns."""
    kinds = [KINDS[number % 2] if fluid else None for number in range(count)]
    scans = [
        Retinas(SIDE).subject((seed, number), kind) for number, kind in enumerate(kinds)
    ]
    return np.stack([scan.image for scan in scans])[..., None], [
        scan.fluid for scan in scans
    ]


def phantoms_file(path, drawn):
    """Normal images for the training, and as many new ones with an anomaly as without."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        (x, _), (healthy, none), (ill, masks) = (
            drawn(1, HEALTHY + KEPT, False), drawn(2, NEW, False), drawn(3, NEW, True),
        )  # fmt: skip
        np.savez_compressed(
            path, x=x, x_test=np.concatenate([healthy, ill]),
            anomaly_test=np.repeat([0, 1], NEW), anomaly_mask_test=np.concatenate([none, masks]),
        )  # fmt: skip
    return path


def tumours_file(folder):
    """The brains without and with tumours."""
    return phantoms_file(folder / "tumours.npz", brains)


def of_reconstruction(model, x):
    """The ``Anomalies`` of an autoencoder: how far its reconstructions are."""
    scaled, again = model.fields["x"].scaled, model.reconstruct(x)
    maps = np.abs(np.asarray(scaled(x)) - np.asarray(scaled(again))).mean(axis=-1)
    return Anomalies(maps.mean(axis=(1, 2)), maps, again)


def of_scores(score, x):
    """The ``Anomalies`` of a detector that has no map."""
    scores = np.asarray(score(x))
    return Anomalies(scores, np.repeat(scores, 4).reshape(-1, 2, 2), None)


def detectors(folder, dataset, trainings):
    """What detects, by name, and whether it says where."""
    field, scaled = dataset.fields["x"], dataset.train.scaled()
    yield "PCA", PrincipalComponents(scaled, field).anomalies, True
    for name, kind in (
        ("k nearest neighbours", Neighbours),
        ("isolation forest", Forest),
    ):
        fitted = kind(scaled)
        yield (
            name,
            partial(of_scores, lambda x, one=fitted: one.scores(field.scaled(x))),
            False,
        )
    for name, training in trainings.items():
        model = trained(
            folder / name, RunConfig(name, dataset.name, **training)
        ).model()
        yield from of_model(name, model)


def of_model(name, model):
    """The ways in which a trained model detects."""
    if name != "vae":
        yield name, model.anomalies, True
        yield from searching(name, model)
        return
    yield "VAE reconstruction", partial(of_reconstruction, model), True
    likelihood = partial(importance_weighted_log_likelihood, model, samples=CODES)
    yield "VAE likelihood", partial(of_scores, lambda x: -likelihood(x)), False


def searching(name, model):
    """The same f-AnoGAN, with a search that begins at E(x)."""
    if name == "f-anogan":
        model.search_steps = SEARCHED
        yield f"{name}, {SEARCHED} steps of search", model.anomalies, True


def chosen(trainings, arguments):
    """Those of the models that are asked for."""
    return {
        name: training
        for name, training in trainings.items()
        if name in arguments.models
    }


def kept(path, measure):
    """Numbers that were measured before, or now."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measure()))
    return json.loads(path.read_text())


def scored(detect, dataset, where):
    """Every column of a detector, one that says no place those of whole values."""
    evidence = evidence_of(detect, dataset.test, dataset.validation)
    return {
        name: told(CATALOGUE[COLUMNS[name]], evidence)
        for name in (COLUMNS if where else OF_VALUES)
    }


def told(metric, evidence):
    """A number with its interval, where it has one."""
    try:
        value, ends = metric.measure(evidence), metric.interval(evidence)
    except Unmeasurable:
        return ""
    return f"{value:.3f}" + (" ({:.3f} to {:.3f})".format(*ends) if ends else "")


def of_tumours(folder, arguments):
    """A row a detector."""
    yield from of_phantoms(tumours_file(folder), chosen(TUMOURS, arguments))


def of_retina(folder, arguments):
    """The same of retinas."""
    path = phantoms_file(folder / "retina" / "fluid.npz", retinas)
    yield from of_phantoms(path, chosen(RETINA, arguments))


def of_phantoms(path, trainings):
    """A row a detector of the anomalies in a file; runs lie beside it."""
    dataset = data.load(f"npz:{path}")
    for name, detect, where in detectors(path.parent, dataset, trainings):
        measured = path.with_suffix("") / f"{name}.json"
        found = kept(measured, partial(scored, detect, dataset, where))
        yield [name, *(found.get(column, "") for column in COLUMNS)]


def left_out_file(folder, digit):
    """MNIST without a digit, and test images half of which are of it."""
    path = folder / f"without_{digit}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        mnist = data.load("mnist", left_out=[str(digit)])
        anomalous = mnist.test.facts["anomaly"]
        rows = [np.flatnonzero(anomalous == kind)[:TESTED] for kind in (False, True)]
        test, x = mnist.test.subset(np.concatenate(rows)), mnist.train["x"][:IMAGES]
        np.savez_compressed(
            path, x=x, x_test=test["x"], anomaly_test=test.facts["anomaly"]
        )
    return path


def of_digits(folder, arguments):
    """One row per digit: the area under the ROC of every detector."""
    for digit in arguments.digits:
        dataset, place = (
            data.load(f"npz:{left_out_file(folder, digit)}"),
            folder / f"digit_{digit}",
        )
        for name, detect, where in detectors(place, dataset, chosen(DIGITS, arguments)):
            found = kept(
                place / f"{name}.json", partial(scored, detect, dataset, where)
            )
            yield [
                digit,
                name,
                found["image AUROC, score"],
                found.get("image AUROC, peak", ""),
            ]


def of_cost(folder, arguments):
    """Seconds of a search's step, and of the gradient of G and D alone."""
    model = AnoGAN.from_shape((SIDE, SIDE, 1), width=WIDTH)
    x = ops.convert_to_tensor(
        np.random.default_rng(0).random((arguments.images, SIDE, SIDE, 1)), "float32"
    )
    z, features = model.start(x), model.traits(x)

    def cost(z, *given):
        return model.apart(*given, model.draw(z))

    def slope(z):
        return differentiated(lambda latents: (cost(latents, x, features), ()), z)[0]

    bare = compiled(slope)
    search = Descent(cost, arguments.steps)
    contenders = {
        "search": lambda: seconds(lambda: search(z, x, features)),
        "bare": lambda: seconds(lambda: [bare(z) for _ in range(arguments.steps)][-1]),
    }
    times = common.interleaved(contenders, arguments.rounds)
    for name, values in times.items():
        yield [
            f"{name}: ms per step, median",
            f"{1000 * np.median(values) / arguments.steps:.1f}",
        ]
    yield [
        "search / bare: median (least to greatest)",
        common.quotients(times["search"], times["bare"]),
    ]


def seconds(work):
    """How long some work takes until its numbers are there."""
    start = time.perf_counter()
    ops.convert_to_numpy(work())
    return time.perf_counter() - start


def of_recovery(folder, arguments):
    """The residual of samples after a search, against that of their mean."""
    config = RunConfig("anogan", f"npz:{tumours_file(folder)}", **TUMOURS["anogan"])
    model = trained(folder / "anogan", config).model()
    samples = model.generate(arguments.images, seed=1)
    nearest = model.anomalies(samples).nearest
    residual, trivial = (
        np.abs(samples - other).mean() for other in (nearest, samples.mean(axis=0))
    )
    yield ["residual of own samples, grey levels", f"{residual:.2f}"]
    yield ["that of their mean", f"{trivial:.2f}"]
    yield ["quotient", f"{residual / trivial:.3f}"]


PARTS = {
    "tumours": (of_tumours, ["detector", *COLUMNS]),
    "retina": (of_retina, ["detector", *COLUMNS]),
    "digits": (of_digits, ["left out", "detector", "AUROC, score", "AUROC, peak"]),
    "cost": (of_cost, ["what", "measured"]),
    "recovery": (of_recovery, ["what", "measured"]),
}


def main():
    parser = common.parser(__doc__)
    parser.add_argument("folder", type=Path, help="of data and runs")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--models", nargs="*", choices=TUMOURS, default=list(TUMOURS))
    parser.add_argument(
        "--digits", nargs="+", type=int, choices=range(10), default=range(10)
    )
    parser.add_argument("--images", type=int, default=256, help="of cost and recovery")
    parser.add_argument(
        "--steps", type=int, default=500, help="of a search whose cost is measured"
    )
    arguments = parser.parse_args()
    print(common.machine())
    for part in arguments.parts:
        rows, header = PARTS[part]
        print(common.table(header, list(rows(arguments.folder, arguments))), flush=True)


if __name__ == "__main__":
    main()

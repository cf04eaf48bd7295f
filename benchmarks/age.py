"""Age estimation: real people by cortical thickness, phantoms by networks and concepts, and speed.

``tables`` and ``search`` need the two tables of FCON1000 (``--ages DIR``). ``phantoms`` and
``interventions`` first draw brains without a disease into FOLDER, and train runs there; a killed
command continues. ``epoch`` needs PyTorch, but no drawn brains.

Example:
    python benchmarks/age.py runs/age --parts tables search --ages ages
    python benchmarks/age.py runs/age32 --parts interventions --subjects 240 --size 32 --epochs 30
    python benchmarks/age.py runs/age64 --parts phantoms interventions --subjects 400 --size 64
    python benchmarks/age.py runs/age96 --parts phantoms feed --subjects 400 --size 96
    python benchmarks/age.py runs/age96 --parts epoch --size 96
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import time
from functools import cache, partial
from pathlib import Path

import common
import subjects
from kgen import data
from kgen.data import Split
from kgen.data.delimited import Table
from kgen.data.phantoms import Brains
from kgen.data.phantoms.person import LATENTS
from kgen.data.phantoms.writing import write
from kgen.experiments.resuming import trained
from kgen.fields import Number, Volume
from kgen.metrics import (
    conformal_reach,
    interval,
    interval_coverage,
    interventions,
    mean_absolute_error,
    ridge_estimates,
)
from kgen.models import Regressor
from kgen.runs.config import RunConfig
from kgen.search import EstimatorHyperModel, Range, Space, Tuning

import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FILES = "fcon1000_tr.csv", "fcon1000_te.csv"
FLUID = [
    "CSF", "Left-Lateral-Ventricle", "Right-Lateral-Ventricle", "Left-Inf-Lat-Vent",
    "Right-Inf-Lat-Vent", "3rd-Ventricle", "4th-Ventricle", "5th-Ventricle",
]  # fmt: skip
TISSUES = ["TotalGrayVol", "CerebralWhiteMatterVol"]
WHOLE = "eTIV"
GRID = {"alpha": [0.01, 0.03, 0.1, 0.3], "gamma": np.logspace(-4, -0.5, 8)}
FOLDS, TRIALS = 5, 15
CONCEPTS = [
    "true_ventricle_volume_mm3",
    "true_csf_volume_mm3",
    "true_gm_volume_mm3",
    "true_wm_volume_mm3",
]
SPLIT = {"test_share": 0.25, "validation_share": 0.15}
SEEDS, BATCH = range(5), 16
EPOCH = 340  # volumes
NETWORKS = "counting", "baseline", "larger"


@cache
def people(folder):
    """Thicknesses (n, 148), three volumes over the total, ages and sites of both tables' people."""
    tables = [Table.of(folder / name, name) for name in FILES]
    thick = [
        name
        for name in tables[0].columns
        if name.endswith("_thickness") and "MeanThickness" not in name
    ]
    read = [
        table.read([*thick, *FLUID, *TISSUES, WHOLE, "age"], ["site"])
        for table in tables
    ]
    numbers = np.concatenate([part for part, _ in read]).astype("float64")
    sites = np.concatenate([words["site"] for _, words in read])
    first, middle = len(thick), len(thick) + len(FLUID)
    volumes = (
        np.column_stack([numbers[:, first:middle].sum(axis=1), numbers[:, middle:-2]])
        / numbers[:, [-2]]
    )
    return numbers[:, :first], volumes, numbers[:, -1], sites


def tuned(x, y):
    """Kernel ridge of standardised values, γ and α chosen by five folds of these values alone."""
    asked = {f"kernelridge__{name}": values for name, values in GRID.items()}
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    search = GridSearchCV(
        make_pipeline(StandardScaler(), KernelRidge(kernel="rbf")),
        asked,
        cv=folds,
        scoring="neg_mean_absolute_error",
    )
    return search.fit(x, y)


def by_kernel(x, y, new):
    middle = y.mean()
    return middle + tuned(x, y - middle).predict(new)


def by_ridge(x, y, new):
    return (
        make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 4, 13)))
        .fit(x, y)
        .predict(new)
    )


def by_median(x, y, new):
    return np.full(len(new), np.median(y))


def left_out(estimate, x, y, folds):
    """An estimate for each person, by a model of the other folds."""
    found = np.empty(len(y))
    for known, new in folds:
        found[new] = estimate(x[known], y[known], x[new])
    return found


def tables(folder, arguments):
    """Real ages: kernel ridge, ridge and median, with folds of people and of sites."""
    thick, volumes, ages, sites = people(arguments.ages)
    splits = {
        "people": list(KFold(FOLDS, shuffle=True, random_state=0).split(ages)),
        "sites": list(GroupKFold(FOLDS).split(ages, groups=sites)),
    }
    ways = {"kernel ridge": by_kernel, "ridge": by_ridge, "median": by_median}
    for kind, folds in splits.items():
        for what, x in (
            (f"{thick.shape[1]} thicknesses", thick),
            ("three volumes", volumes),
        ):
            for name, way in ways.items():
                found = left_out(way, x, ages, folds)
                low, high = interval(
                    mean_absolute_error,
                    [found, ages],
                    sites if kind == "sites" else None,
                )
                told = (
                    f"{mean_absolute_error(found, ages):.2f} ({low:.2f} to {high:.2f})"
                )
                r = 0.0 if name == "median" else np.corrcoef(found, ages)[0, 1]
                yield (
                    f"real ages, folds of {kind}, {what}: {name}, years",
                    f"{told}, r {r:.2f}",
                )


def closed_form(x, y, new, alpha, gamma):
    """Kernel ridge without scikit-learn."""

    def kernel(a, b):
        return np.exp(-gamma * np.square(a[:, None] - b).sum(axis=-1))

    return kernel(new, x) @ np.linalg.solve(kernel(x, x) + alpha * np.eye(len(x)), y)


def search(folder, arguments):
    """``kgen tune sklearn:KernelRidge`` against the closed form; its 15 trials against a grid."""
    _, volumes, ages, _ = people(arguments.ages)
    known, _ = next(KFold(FOLDS, shuffle=True, random_state=0).split(ages))
    scaler, unit = StandardScaler().fit(volumes[known]), ages[known].std()
    x, y = scaler.transform(volumes[known]), (ages[known] - ages[known].mean()) / unit
    space = {"alpha": Range(1e-3, 1.0, log=True), "gamma": Range(1e-4, 1.0, log=True)}
    subject = EstimatorHyperModel(
        KernelRidge(kernel="rbf"), x, y, Space(space), unit=unit
    )
    found = Tuning(folder / "search", subject, "bayesian", trials=TRIALS, keep=1).run()
    best = -unit * tuned(x, y).best_score_
    yield (
        f"Bayesian search, {TRIALS} trials: best error by five folds, years",
        f"{found.ranked[0].score(found.objective):.3f}",
    )
    yield (
        f"grid, {len(GRID['alpha']) * len(GRID['gamma'])} points: the same",
        f"{best:.3f}",
    )
    fitted = KernelRidge(kernel="rbf", alpha=0.01, gamma=0.1).fit(x, y).predict(x)
    apart = np.abs(fitted - closed_form(x, y, x, 0.01, 0.1)).max()
    yield "scikit-learn's kernel ridge from the closed form, at most", f"{apart:.1e}"


def brains(folder, arguments):
    """The data set of phantoms, drawn if it is missing, and its options."""
    population = Brains(arguments.size, volumes=True, effect=0.0)
    write(folder / "brains", population, arguments.subjects, 0)
    options = {
        "number": "age", "unit": "years", "axis": "none", "anatomy": "brain",
        "covariates": CONCEPTS, **SPLIT,
    }  # fmt: skip
    return f"nifti:{folder / 'brains' / 'table.csv'}", options


def run_of(folder, arguments, model, seed=0, **options):
    """The run of a model on the phantoms, trained if it is missing."""
    dataset, given = brains(folder, arguments)
    name = "-".join([model, *map(str, options.values()), str(seed)])
    config = RunConfig(
        model,
        dataset,
        data=given,
        epochs=arguments.epochs,
        batch_size=BATCH,
        seed=seed,
        options=options,
    )
    return trained(folder / name, config)


def told(estimates, numbers):
    low, high = interval(mean_absolute_error, [estimates, numbers])
    return f"{mean_absolute_error(estimates, numbers):.2f} ({low:.2f} to {high:.2f})"


def latents_of(split):
    return np.stack([split.facts[name] for name in LATENTS], axis=1)


def phantoms(folder, arguments):
    """Networks with and without concepts, beside the median, both ridges and the course's four."""
    dataset, options = brains(folder, arguments)
    found = data.load(dataset, **options)
    train, test = found.train, found.test
    median = np.full(len(test), np.median(train["y"]))
    ceiling = ridge_estimates(latents_of(train), train["y"], latents_of(test))
    yield "median of the training ages, years", told(median, test["y"])
    yield "ridge of the true latent variables: the ceiling", told(ceiling, test["y"])
    yield (
        "ridge of the true volumes",
        told(ridge_estimates(train["c"], train["y"], test["c"]), test["y"]),
    )
    errors = [mean_absolute_error(each, test["y"]) for each in (median, ceiling)]
    yield "reduction that the ceiling reaches", f"{1 - errors[1] / errors[0]:.0%}"
    for network in NETWORKS:
        yield from of_network(folder, arguments, found, network, errors)


def of_network(folder, arguments, found, network, errors):
    """One reader with the course's MLP and kernel ridge on its concepts, and one direct to age."""
    train, validation, test = found.train, found.validation, found.test
    straight = run_of(folder, arguments, "regressor", network=network).model(
        "best.keras"
    )
    yield f"{network}, straight to age", told(straight.estimate(test["x"]), test["y"])
    model = run_of(
        folder, arguments, "concept-bottleneck", network=network, mode="independent"
    ).model("best.keras")
    own = model.estimate(test["x"])
    yield f"{network} → MLP (concept bottleneck)", told(own, test["y"])
    concepts = [
        found.fields["c"].scaled(each)
        for each in (train["c"], model.concepts(test["x"]))
    ]
    yield (
        f"{network} → kernel ridge",
        told(by_kernel(concepts[0], train["y"], concepts[1]), test["y"]),
    )
    reduction = (errors[0] - mean_absolute_error(own, test["y"])) / (
        errors[0] - errors[1]
    )
    yield f"{network} → MLP: share of the reduction of the ceiling", f"{reduction:.0%}"
    reach = conformal_reach(model.estimate(validation["x"]), validation["y"])
    covered = interval_coverage(own, test["y"], reach)
    yield (
        f"{network} → MLP: coverage at 90 %",
        f"{covered:.3f} of {len(test)}, ± {reach:.1f} years",
    )
    for place, name in enumerate(model.concept_names):
        off = mean_absolute_error(
            concepts[1][:, place], found.fields["c"].scaled(test["c"])[:, place]
        )
        yield f"{network}: {name.removeprefix('true_')}, deviations", f"{off:.2f}"


def corrected(folder, arguments):
    """The error as true concepts replace the estimated ones, over all orders and five seeds."""
    curves = []
    for seed in SEEDS:
        run = run_of(
            folder,
            arguments,
            "concept-bottleneck",
            seed,
            network=NETWORKS[0],
            mode="independent",
        )
        model, test = run.model("best.keras"), run.dataset().test
        curves.append(
            interventions(
                model.decide, model.concepts(test["x"]), test["c"], test["y"]
            ).mean
        )
    for number, error in enumerate(np.mean(curves, axis=0)):
        yield (
            f"{number} of {len(CONCEPTS)} concepts true: error, mean of {len(SEEDS)} seeds, years",
            f"{error:.2f}",
        )


def feed(folder, arguments):
    """Volumes per second of training steps of the baseline in memory, and of the cached stream."""
    dataset, options = brains(folder, arguments)
    train = data.load(dataset, **options, memory="1MB").train
    model = run_of(folder, arguments, "regressor", network="baseline").model()
    batch = {name: np.array(train[name][:BATCH]) for name in ("x", "y")}
    step = partial(model.train_on_batch, batch["x"], batch["y"])
    draw = iter(train.batches(BATCH)).__next__
    taken = common.interleaved(
        {
            "step": partial(seconds, step, arguments.steps),
            "stream": partial(seconds, draw, arguments.steps),
        },
        arguments.rounds,
    )
    rates = {
        name: BATCH * arguments.steps / np.median(times)
        for name, times in taken.items()
    }
    yield "a step of the baseline, volumes a second", f"{rates['step']:.1f}"
    yield "the stream from the cache, volumes a second", f"{rates['stream']:.1f}"
    yield "stream over step", f"{rates['stream'] / rates['step']:.1f}"


def epoch(folder, arguments):
    """An epoch of the baseline on volumes in memory, kgen and PyTorch in turns, by both clocks."""
    turns = common.apart(step_times, arguments.size, arguments.rounds)
    times = {way: np.transpose(pairs) for way, pairs in turns.items()}
    for way, clocks in times.items():
        wall, processor = EPOCH // BATCH * np.median(clocks, axis=1)
        what = (
            f"an epoch of the baseline, {EPOCH} volumes of {arguments.size}³: {way}, s"
        )
        yield what, f"{wall:.1f}, of the processor {processor:.1f}"
    for clock, theirs, own in zip(
        ("wall", "processor"), times["PyTorch"], times["kgen fit"], strict=True
    ):
        yield f"kgen is faster by, {clock}", common.quotients(theirs, own)


def step_times(size, rounds):
    """The seconds of one step in both ways, round by round; a turn is one epoch."""
    from peers import pytorch

    import torch

    torch.set_num_threads(common.cores())
    split = shades(size)
    model = Regressor.from_fields(**split.fields, network="baseline", seed=0)
    model.compile()
    steps, peer = split.steps(BATCH), pytorch.Regressor(model, bfloat16=False)
    contenders = {
        "kgen fit": subjects.fitted(model, split.batches(BATCH), steps),
        "PyTorch": subjects.looped(peer, pytorch.volumes(split, BATCH), steps),
    }
    return common.interleaved(
        {way: subjects.clocked(turn, steps) for way, turn in contenders.items()}, rounds
    )


def shades(size):
    """Random bytes and ages: no step's time depends on what they show."""
    random = np.random.default_rng(0)
    values = {
        "x": random.integers(0, 256, (EPOCH, size, size, size, 1), "uint8"),
        "y": random.uniform(55.0, 90.0, EPOCH),
    }
    fields = {
        "x": Volume.of(values["x"], "x").fitted(values["x"]),
        "y": Number.of(values["y"], "y", "years"),
    }
    return Split(values, {**fields, "y": fields["y"].fitted(values["y"])})


def seconds(function, steps):
    start = time.perf_counter()
    for _ in range(steps):
        function()
    return time.perf_counter() - start


PARTS = {
    "tables": tables, "search": search, "phantoms": phantoms, "interventions": corrected,
    "feed": feed, "epoch": epoch,
}  # fmt: skip


def main():
    parser = common.parser(__doc__)
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="of the brains, the runs and the search",
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--ages", type=Path, help="folder of the two tables of FCON1000"
    )
    parser.add_argument("--subjects", type=int, default=400)
    parser.add_argument("--size", type=int, default=64, help="voxels of each side")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--steps", type=int, default=10, help="of a turn of feed")
    arguments = parser.parse_args()
    rows = [
        row
        for part in arguments.parts
        for row in PARTS[part](arguments.folder, arguments)
    ]
    print(common.table(["what", "measured"], rows))


if __name__ == "__main__":
    main()

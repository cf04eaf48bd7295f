"""GANs of larger images: what truncation costs, how fast they learn, and what they draw.

truncation: precision and recall of StyleGAN's samples by the truncation ψ. Features are the first
    64 principal components of the training images. --run measures a finished run of any model that
    truncates; otherwise the training of the table on sprites.
speed: images per second of a training step at full size; KERAS_BACKEND chooses the backend. Under
    TensorFlow also the FLOP rate beside that of a large matrix product, by TensorFlow's count of
    the operations of a step without lazy penalties.
table: brain phantoms (1,600 slices) and sprites, of each model: the Fréchet distance over that of
    real images, precision, recall, and a row of samples in large.png. Takes hours.
Images have 64 × 64 pixels, or 32 × 32 with --side 32.
A killed command continues where it stopped.

Example:
    python benchmarks/large.py runs/large
    python benchmarks/large.py runs/large --parts truncation --run runs/sprites
    python benchmarks/large.py runs/large --parts table --models stylegan dcgan --epochs 50
"""

import time
from pathlib import Path

import common
import limit
from kgen import abilities, data, plots
from kgen.data.phantoms import Brains
from kgen.data.phantoms.person import grey_levels, upright
from kgen.experiments.resuming import trained
from kgen.metrics import SampleMetrics, precision_recall
from kgen.metrics.catalogue import metric
from kgen.models import MODELS, ProgressiveGAN
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

import keras
import numpy as np
from sklearn.decomposition import PCA

SIDES, BATCH = (32, 64), 32
SLICES, SHOWN = 1_600, 10
STEPS = 10  # of a round
SAMPLES, COMPONENTS = 2_000, 64
MEASURED = "frechet_distance", "precision", "recall"
SHARES = ["GFLOP per image", "share of the FLOP rate of a matrix product"]
GROWN = {"stable_epochs": 1, "fade_epochs": 1}  # full size after nine epochs
LEAST_EPOCHS = 11  # a growing network trains two of them at full size
TRUNCATIONS = 1.0, 0.8, 0.6, 0.4, 0.2
SMALL = {"width": 16}
STAGES = {
    "stable_epochs": 6,
    "fade_epochs": 8,
}  # so short that slower averages lag behind
# Brains of 64 × 64 pixels take 16 to 26 CPU minutes, without BigGAN; epochs are of SLICES images.
TRAININGS = {
    "progressive-gan": {
        "epochs": 84,
        "options": {**SMALL, **STAGES, "max_width": 64, "ema_decay": 0.99},
    },
    "stylegan": {"epochs": 80, "options": SMALL},
    "biggan": {"epochs": 80, "options": SMALL},
    "dcgan": {
        "epochs": 160,
        "options": {"width": 32, "dropout": 0.3, "noise": 0.1, "ema_decay": 0.99},
    },
}
PARTS = "truncation", "speed", "table"


def trained_on(title, name, arguments):
    """The finished run of a model on a data set of the table."""
    folder, side = arguments.folder, arguments.side
    path = stored(folder, title, side)
    training = as_long(TRAININGS[name], len(np.load(path)["y"]))
    training["epochs"] = arguments.epochs or training["epochs"]
    dataset = f"npz:{path}"
    start = time.process_time()
    configuration = RunConfig(name, dataset, batch_size=BATCH, **training)
    run = trained(folder / f"{title} {name} {side}", configuration)
    print(f"{title}, {name}: {(time.process_time() - start) / 60:.1f} CPU minutes")
    return run


def as_long(training, images):
    """The training for so many images: as many steps as on the brain slices, or more.

    Stages have at least an epoch, and a training has LEAST_EPOCHS.
    """
    options = dict(training["options"])
    for name in STAGES.keys() & options.keys():
        options[name] = max(1, round(options[name] * SLICES / images))
    epochs = round(training["epochs"] * SLICES / images)
    return {"epochs": max(LEAST_EPOCHS, epochs), "options": options}


def stored(folder, title, side):
    """The file of a data set, which is drawn once."""
    path = folder / f"{title}_{side}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        x, y = DATA[title](side)
        np.savez_compressed(path, x=x, y=y)
    return path


def brains(side):
    """Slices of brain phantoms, with the disease as their label."""
    population, labels = Brains(side), np.arange(SLICES) % 2
    persons = (population.subject(number, label) for number, label in enumerate(labels))
    images = [upright(grey_levels(person.image)) for person in persons]
    return np.stack(images)[..., None], labels


def sprites(side):
    """Sprites, averaged to the side, with their shape as the label."""
    dataset = data.load("sprites")
    parts = dataset.train, dataset.validation, dataset.test
    x, y = (np.concatenate([part[name] for part in parts]) for name in ("x", "y"))
    step = x.shape[1] // side
    blocks = x.reshape(len(x), side, step, side, step, 1)
    return blocks.mean(axis=(2, 4)).round().astype("uint8"), y


DATA = {"brains": brains, "sprites": sprites}


# ---- truncation ----------------------------------------------------------------------------------


def truncation(arguments):
    """Precision and recall by truncation."""
    run = (
        Run.open(arguments.run)
        if arguments.run
        else trained_on("sprites", "stylegan", arguments)
    )
    model, dataset = run.model(), run.dataset()
    if not isinstance(model, abilities.Truncates):
        raise SystemExit(f"--run {run.path}: {type(model).__name__} does not truncate.")
    real = dataset.train.examples(SAMPLES)["x"]
    components = PCA(min(COMPONENTS, len(real)), random_state=0).fit(
        flat(dataset, real)
    )
    drawn = {
        psi: model.generate(len(real), seed=0, truncation=psi) for psi in TRUNCATIONS
    }
    held_out = dataset.test.examples(SAMPLES)["x"]
    rows = [["real images of the test", *found(components, dataset, real, held_out)]]
    rows += [
        [f"ψ = {psi}", *found(components, dataset, real, x)] for psi, x in drawn.items()
    ]
    print(
        common.table(
            [type(model).__name__, "precision", "recall", "density", "coverage"], rows
        )
    )


def flat(dataset, images):
    """Images as rows of numbers in [0, 1]."""
    return dataset.fields["x"].comparable(images).reshape(len(images), -1)


def found(components, dataset, real, images):
    """The cells of a row: how images cover real ones, of which there are as many."""
    count = min(len(real), len(images))
    sides = [
        components.transform(flat(dataset, part[:count])) for part in (real, images)
    ]
    return [f"{value:.3f}" for value in precision_recall(*sides).values()]


# ---- speed ---------------------------------------------------------------------------------------


def speed(arguments):
    """Images per second of a step, models in turns; under TensorFlow also the FLOP rate."""
    models = {name: built(name, arguments.side) for name in arguments.models}
    contenders = {name: stepping(model) for name, model in models.items()}
    limited = keras.backend.backend() == "tensorflow"
    if limited:
        contenders["product"] = limit.product("float32")
    timings = common.interleaved(contenders, arguments.rounds)
    header, rows = ["model", "images per second, median", "range"], []
    for name, model in models.items():
        rates = [STEPS * BATCH / seconds for seconds in timings[name]]
        rows.append(
            [name, f"{np.median(rates):.1f}", f"{min(rates):.1f} to {max(rates):.1f}"]
        )
        if limited:
            rows[-1] += shares(model, max(rates), min(timings["product"]))
    print(common.table(header + limited * SHARES, rows))


def shares(model, rate, seconds):
    """GFLOP per image, and the share of the FLOP rate of a matrix product that took so long."""
    each = limit.counted(model, BATCH) / BATCH
    return f"{each / 1e9:.2f}", f"{each * rate * seconds / (2 * limit.SIDE**3):.0%}"


def built(name, side):
    """A compiled model of the table, at its full size."""
    cls = MODELS[name].load()
    classes = {"num_classes": 2} if issubclass(cls, abilities.Conditional) else {}
    growing = issubclass(cls, ProgressiveGAN)
    options = TRAININGS[name]["options"] | (GROWN if growing else {})
    model = cls.from_shape((side, side, 1), **classes, **options)
    model.compile()
    if growing:
        model.fit(
            np.zeros((BATCH, side, side, 1)), batch_size=BATCH, epochs=10, verbose=0
        )
    return model


def stepping(model):
    """A function that trains some steps and returns the seconds that they took."""
    random = np.random.default_rng(0)
    x = random.random((STEPS * BATCH, *model.shape), dtype="float32")
    y = np.arange(len(x), dtype="int32") % 2 if hasattr(model, "num_classes") else None

    def seconds():
        begin = time.perf_counter()
        model.fit(x, y, batch_size=BATCH, verbose=0)
        return time.perf_counter() - begin

    return seconds


# ---- the table -----------------------------------------------------------------------------------


def tabled(arguments):
    """Quality of the samples of each model on each data set."""
    rows, panels = [], []
    for title in arguments.data:
        path = stored(arguments.folder, title, arguments.side)
        metrics = SampleMetrics(data.load(f"npz:{path}"), SAMPLES)
        for name in arguments.models:
            model = trained_on(title, name, arguments).model()
            rows.append([title, name, *quality(metrics, model)])
            cells = model.generate(SHOWN, seed=0)[None]
            panels.append(plots.Cells(cells, model.fields["x"], f"{title}, {name}"))
    plots.stacked(panels, path=arguments.folder / "large.png")
    header = [
        "data",
        "model",
        "Fréchet distance over that of real images",
        "precision",
        "recall",
    ]
    print(common.table(header, rows))


def quality(metrics, model):
    """The cells of a model's row."""
    field = model.fields["x"]
    images = model.generate(metrics.samples, model.asked(metrics.labels), seed=0)
    own, real = metrics.evidence(field.comparable(images)), metrics.real_evidence
    distance, *covered = (metric(name).measure(own) for name in MEASURED)
    ratio = distance / metric("frechet_distance").measure(real)
    return [f"{ratio:.2f}", *(f"{share:.3f}" for share in covered)]


def parsed():
    parser = common.parser(__doc__)
    parser.add_argument("folder", type=Path, help="where the runs and the picture go")
    for name, known in (("parts", PARTS), ("models", TRAININGS), ("data", DATA)):
        options = {"choices": list(known), "default": list(known)}
        parser.add_argument(f"--{name}", nargs="+", help="some of them", **options)
    parser.add_argument(
        "--side", type=int, choices=SIDES, default=SIDES[-1], help="pixels"
    )
    parser.add_argument("--epochs", type=int, help="of each training, for a quick try")
    parser.add_argument(
        "--run", type=Path, help="a finished run, for the part truncation"
    )
    return parser.parse_args()


def main():
    arguments = parsed()
    print(common.machine())
    parts = {"truncation": truncation, "speed": speed, "table": tabled}
    for part in arguments.parts:
        parts[part](arguments)


if __name__ == "__main__":
    main()

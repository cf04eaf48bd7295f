"""Patches of lymph nodes: classifiers, generated patches, and whether these help a classifier.

read: AUROC of a classifier, with and without stain augmentation, beside what the nuclei and the
    colours of the centre tell; of test patches as they are, and stained otherwise.
centre: the same classifier where a tumour is moved out of the centre.
asked: how often the classifier reads patches of an ACGAN as the class that was asked for.
gain: classifiers trained on N real patches, with generated ones, with stain augmentation; the
    ACGAN sees the same N.
Intervals are over slides. A killed command continues where it stopped.

Example:
    python benchmarks/histology.py runs/histology
    python benchmarks/histology.py runs/histology --parts read centre
    python benchmarks/histology.py runs/pcam --folder pcam --parts read asked gain
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path

import common
from kgen import data, metrics, networks
from kgen.data.histology import Patches
from kgen.data.histology.patch import SIDE, colours
from kgen.data.histology.writing import MEASURES, write
from kgen.data.subjects import SUBJECT
from kgen.experiments.resuming import trained
from kgen.layers import RandomStain
from kgen.metrics.recipe import Recipe
from kgen.runs.config import RunConfig

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

PATCHES, SIZE = 4000, 64
REAL = (250, 1000, 4000)
STAIN, OTHERWISE = 0.05, 0.2  # jitter in training; of another laboratory
STEPS, RATE = 800, 2e-3  # as many steps with more patches: only the patches differ
WIDTH, BATCH = 8, 50
EPOCHS = {250: 320, 1000: 80, 4000: 60}  # of the ACGAN
ACGAN = {
    "width": 16, "discriminator_width": 16, "separate": True, "shift": 0.0, "stain": STAIN,
    "ema_decay": 0.999,
}  # fmt: skip
RATES = {"generator": 1e-3, "discriminator": 5e-4}
PAIRS = 200
FIRST = 3_000_000  # a slide that is in no split
PLAIN, STAINED = "classifier", "classifier, stain augmentation"


def twin(folder):
    """The folder of a twin, which is drawn if it is not there."""
    path = folder / "twin"
    if not (path / "truth.json").exists():
        write(path, Patches(), PATCHES)
    return path


def loaded(folder, **options):
    return data.load(f"pcam:{folder}", size=SIZE, flip=True, **options)


def network(path, dataset, stain):
    """A classifier of patches in [0, 1], trained once; not on shifted ones: the place matters."""
    if not path.exists():
        made = partial(
            networks.classifier, width=WIDTH, noise=0.0, shift=0.0, stain=stain
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        Recipe(made, STEPS, STEPS, RATE).train(dataset).save(path)
    return keras.saving.load_model(path)


def probabilities(model, images):
    """The probability of each class, (n, 2)."""
    return np.asarray(keras.ops.softmax(model.predict(images, verbose=0)))


def told(measure, *arrays, units):
    """A number with its interval."""
    ends = metrics.interval(measure, arrays, units)
    return "{:.3f} ({:.3f} to {:.3f})".format(measure(*arrays), *ends)


def difference(own, other, labels):
    """How much more area under the ROC curve the first has."""
    return metrics.area_under_roc(own, labels) - metrics.area_under_roc(other, labels)


def of_features(train, labels, test):
    """Class probabilities of test features by a logistic regression of the training's."""
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, labels)
    return fitted.predict_proba(test)


def nuclei(folder, split):
    """The number of nuclei in the centre and their mean area, of every patch of a split."""
    with (folder / MEASURES).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return np.array([[float(row[name]) for name in ("nuclei", "area")] for row in rows])


def simple(folder, dataset):
    """What needs no network: probabilities of the test patches, by what they are read from."""
    labels = dataset.train.labels
    whole = data.load(f"pcam:{folder}")
    shades = [colours(getattr(whole, split)["x"]) for split in ("train", "test")]
    found = {"colours of the centre": of_features(shades[0], labels, shades[1])}
    if (folder / MEASURES).exists():
        true = nuclei(folder, "train"), nuclei(folder, "test")
        found["nuclei of the centre, the truth"] = of_features(true[0], labels, true[1])
    return found


def both(arguments, dataset):
    """The two classifiers of all real patches."""
    for name, stain in ((PLAIN, 0.0), (STAINED, STAIN)):
        path = arguments.runs / f"all-{stain}-{STEPS}.keras"
        yield name, network(path, dataset, stain)


def of_reading(folder, arguments):
    """A row for each reader: as the patches are, and stained otherwise."""
    dataset = loaded(folder)
    labels, units = dataset.test.labels, slides(dataset.test)
    for name, found in simple(folder, dataset).items():
        yield [name, told(metrics.area_under_roc, found, labels, units=units), "", ""]
    images = dataset.test.comparable()
    other = np.asarray(RandomStain(OTHERWISE, seed=0)(images, training=True))
    for name, model in both(arguments, dataset):
        found = [probabilities(model, seen) for seen in (images, other)]
        areas = [
            told(metrics.area_under_roc, part, labels, units=units) for part in found
        ]
        yield [name, *areas, f"{metrics.accuracy(found[0].argmax(axis=1), labels):.3f}"]


def slides(split):
    """The slide of every patch; every patch its own where nobody knows."""
    return split.facts.get(SUBJECT, np.arange(len(split)))


def moved(count):
    """Patches with the tumour in the centre, and the same places with the tumour around it."""
    drawn = [
        [
            Patches().patch(FIRST + slide, 0, centre, not centre).image
            for slide in range(count)
        ]
        for centre in (True, False)
    ]
    edge = (SIDE - SIZE) // 2
    return np.array(drawn)[:, :, edge : edge + SIZE, edge : edge + SIZE] / np.float32(
        255
    )


def of_centre(folder, arguments):
    """How both classifiers answer where the tumour leaves the centre."""
    inside, outside = moved(PAIRS)
    for name, model in both(arguments, loaded(folder)):
        seen = [probabilities(model, images)[:, 1] for images in (inside, outside)]
        flipped = np.mean((seen[0] >= 0.5) & (seen[1] < 0.5))
        fallen = np.mean(seen[0] > seen[1])
        shares = seen[0].mean(), seen[1].mean(), flipped, fallen
        yield [name, *(f"{share:.3f}" for share in shares)]


def generator(folder, arguments, count):
    """The ACGAN of so many real patches."""
    config = RunConfig(
        "acgan", f"pcam:{folder}", epochs=EPOCHS[count], batch_size=BATCH,
        data={"size": SIZE, "count": count, "flip": True}, options=ACGAN,
        learning_rates=RATES, learning_rate_schedule="cosine",
    )  # fmt: skip
    return trained(arguments.runs / f"acgan-{count}", config).model()


def sampled(model, count):
    """As many generated patches of each class, and their classes."""
    labels = np.arange(count) % 2
    return model.generate(count, labels, seed=0), labels


def of_asked(folder, arguments):
    """How often a classifier reads generated patches as they were asked for."""
    dataset = loaded(folder)
    for name, model in both(arguments, dataset):
        real = probabilities(model, dataset.test.comparable()).argmax(axis=1)
        yield [f"{name}: real", f"{metrics.accuracy(real, dataset.test.labels):.3f}"]
        for count in arguments.real:
            x, asked = sampled(generator(folder, arguments, count), len(dataset.test))
            read = probabilities(model, dataset.fields["x"].comparable(x)).argmax(
                axis=1
            )
            yield [f"{name}: ACGAN of {count}", f"{metrics.accuracy(read, asked):.3f}"]


def enlarged(dataset, model):
    """A data set whose training also holds as many generated patches as real ones."""
    train = dataset.train
    x, y = sampled(model, len(train))
    values = {
        "x": np.concatenate([train["x"], x]),
        "y": np.concatenate([train["y"], y]),
    }
    return replace(dataset, train=replace(train, values=values, facts={}))


def of_gain(folder, arguments):
    """A row for each number of real patches."""
    for count in arguments.real:
        dataset = loaded(folder, count=count)
        labels, images = dataset.test.labels, dataset.test.comparable()
        more = partial(enlarged, dataset, generator(folder, arguments, count))
        real = partial(replace, dataset)
        ways = {"real": (real, 0.0), "generated": (more, 0.0), "stain": (real, STAIN)}
        seen = {
            way: probabilities(
                network(path_of(arguments, way, count), given(), stain), images
            )
            for way, (given, stain) in ways.items()
        }
        yield [count, *gains(seen, labels, slides(dataset.test))]


def path_of(arguments, way, count):
    return arguments.runs / f"{way}-{count}-{STEPS}.keras"


def gains(seen, labels, units):
    """The area of real patches alone, and what the other ways add."""
    yield told(metrics.area_under_roc, seen["real"], labels, units=units)
    for way in ("generated", "stain"):
        yield told(difference, seen[way], seen["real"], labels, units=units)


PARTS = {
    "read": (of_reading, ["read from", "AUROC", "stained otherwise", "accuracy"]),
    "centre": (
        of_centre,
        ["", "tumour in the centre", "around it", "label flips", "probability falls"],
    ),
    "asked": (of_asked, ["patches", "read as asked"]),
    "gain": (
        of_gain,
        ["real patches", "AUROC", "with generated ones", "with stain augmentation"],
    ),
}


def main():
    parser = common.parser(__doc__)
    parser.add_argument("runs", type=Path, help="of the runs and of the twin")
    parser.add_argument(
        "--folder", type=Path, help="PatchCamelyon's files, not the twin"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--real", nargs="+", type=int, choices=EPOCHS, default=REAL)
    arguments = parser.parse_args()
    folder = arguments.folder or twin(arguments.runs)
    print(common.machine())
    for part in arguments.parts:
        rows, header = PARTS[part]
        print(common.table(header, list(rows(folder, arguments))), flush=True)


if __name__ == "__main__":
    main()

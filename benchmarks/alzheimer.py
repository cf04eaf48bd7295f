"""The cVAE-cGAN on phantoms of a disease, whose truth is known: five folds by subject, and samples.

It is compared with a plain convolutional network, wider than its classifier, on the same folds, and
with a training on shuffled labels. A thousand generated slices per class are compared with 400
freshly drawn ones, pairs of one style with persons with and without the disease, and sharpness with
that of a CVAE of the same networks. A killed run continues.

Example:
    python benchmarks/alzheimer.py runs/alzheimer
    python benchmarks/alzheimer.py runs/alzheimer --folds 1 --epochs 100
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import csv
import time
from pathlib import Path

import common
from kgen import data, likelihoods, networks
from kgen.data.phantoms import Brains
from kgen.data.phantoms.writing import write
from kgen.experiments.resuming import trained
from kgen.metrics import near_copies, sharpness
from kgen.metrics.anatomy import ventricle_area
from kgen.models import CVAE, CVAECGAN
from kgen.runs.config import RunConfig
from kgen.tasks.contrast import pairs

import keras
import numpy as np
from scipy import stats

FOLDS, BATCH = 5, 32
SUBJECTS, FRESH, SAMPLES = 400, 800, 1000
QUIET = 0.1  # of the greatest mean change: pixels below it count as untouched by the disease
CONVNET = {"epochs": 100, "rate": 5e-4}
OPTIONS = {"millimetre": 12.0, "anatomy": "brain", "flip": True}


def phantoms(folder, subjects, seed=0):
    """Phantoms on disk, as a data set's name."""
    write(folder, Brains(size=64), subjects, seed)
    return f"nifti:{folder / 'table.csv'}"


def run_of(folder, model, dataset, epochs, **options):
    """The trained run of a model on phantoms, and its training time if it was trained now."""
    start, known = time.perf_counter(), folder.exists()
    run = trained(
        folder,
        RunConfig(
            model, dataset, epochs=epochs, batch_size=BATCH, data={**OPTIONS, **options}
        ),
    )
    if not known:
        print(
            f"{folder.name}: {epochs} epochs in {time.perf_counter() - start:.0f} s",
            flush=True,
        )
    return run


def accuracy(model, split):
    """The share of test slices whose class is read."""
    return float(np.mean(model.classify(split["x"]).argmax(axis=1) == split.labels))


def convnet(dataset, fold):
    """The accuracy of a plain network of the classifier's layers, at its best validation epoch."""
    split = data.load(dataset, **OPTIONS, fold=fold)
    keras.utils.set_random_seed(fold)
    network = networks.classifier(
        split.image_shape, split.num_classes, 24, dropout=0.3, noise=0.03, shift=0.03
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(
        keras.optimizers.Adam(CONVNET["rate"], beta_1=0.5), loss, metrics=["accuracy"]
    )
    best = keras.callbacks.EarlyStopping(
        "val_loss", patience=CONVNET["epochs"], restore_best_weights=True
    )
    train, validation, test = (
        (part.scaled(), part.labels)
        for part in (split.train, split.validation, split.test)
    )
    network.fit(
        *train,
        BATCH,
        CONVNET["epochs"],
        validation_data=validation,
        callbacks=[best],
        verbose=0,
    )
    return network.evaluate(*test, verbose=0)[1]


def same_networks(split, epochs):
    """A CVAE of the encoder and the decoder of the cVAE-cGAN."""
    keras.utils.set_random_seed(0)
    settings = CVAECGAN.of_few["options"]
    likelihood, x = likelihoods.of(split.fields["x"], settings["likelihood"])
    style = networks.Style(settings["width"])
    coded = x.shape, settings["latent_dim"], style, split.num_classes
    made = networks.few.encoder(*coded), networks.few.decoder(*coded)
    options = {"fields": {**split.fields, "x": x}, "ema_decay": settings["ema_decay"]}
    model = CVAE(*made, split.num_classes, likelihood, seed=0, **options)
    steps = split.train.steps(BATCH)
    falling = keras.optimizers.schedules.CosineDecay(1e-3, epochs * steps)
    model.compile(keras.optimizers.Adam(falling))
    batches = split.train.batches(BATCH, seed=0)
    model.fit(batches, steps_per_epoch=steps, epochs=epochs, shuffle=False, verbose=0)
    return model


def of_folds(folder, dataset, folds, epochs):
    """Accuracies of all folds, beside those of the plain network."""
    found = []
    for fold in range(folds):
        run = run_of(folder / f"fold-{fold}", "cvae-cgan", dataset, epochs, fold=fold)
        found.append(
            (accuracy(run.model(), run.dataset().test), convnet(dataset, fold))
        )
        yield (
            f"fold {fold}: accuracy, plain network's",
            "{:.3f}, {:.3f}".format(*found[-1]),
        )
    yield (
        "mean accuracy, plain network's",
        "{:.3f}, {:.3f}".format(*np.mean(found, axis=0)),
    )


def of_shuffled_labels(folder, table, epochs):
    """The same for labels that carry no information."""
    rows = list(csv.DictReader(table.open(newline="")))
    shuffled = np.random.default_rng(0).permutation([row["label"] for row in rows])
    path = table.with_name("shuffled.csv")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(
            {**row, "label": label} for row, label in zip(rows, shuffled, strict=True)
        )
    run = run_of(folder / "shuffled", "cvae-cgan", f"nifti:{path}", epochs, fold=0)
    model, split = run.model(), run.dataset()
    yield "shuffled labels: accuracy", f"{accuracy(model, split.test):.3f}"
    well, ill = (
        ventricle_area(comparable(model, part), split.spacing) for part in pairs(model)
    )
    yield (
        "shuffled labels: mean change of the ventricles in pairs, mm²",
        f"{(ill - well).mean():.0f}",
    )


def comparable(model, values):
    """Stored images as metrics compare them."""
    return model.fields["x"].comparable(values)


def of_samples(run, fresh):
    """Generated slices of each class against freshly drawn persons."""
    model, split = run.model(), run.dataset()
    drawn = [
        comparable(model, model.generate(SAMPLES, label, seed=label))
        for label in (0, 1)
    ]
    real = by_class(fresh)
    areas = [
        [ventricle_area(part, split.spacing) for part in images]
        for images in (drawn, real)
    ]
    for name, own, true in zip(split.class_names, *areas, strict=True):
        distance = stats.ks_2samp(own, true).statistic
        told = (
            f"{distance:.3f} ({own.mean():.0f} ± {own.std():.0f}, "
            f"{true.mean():.0f} ± {true.std():.0f})"
        )
        yield (
            f"ventricle area, {name}: Kolmogorov–Smirnov distance (generated, real, mm²)",
            told,
        )
    effects = [found[1].mean() - found[0].mean() for found in areas]
    yield (
        "difference of class means over the true one",
        f"{effects[0] / effects[1]:.3f}",
    )
    yield (
        "sharpness; of real slices",
        f"{sharpness(np.concatenate(drawn)):.4f}; {sharpness(np.concatenate(real)):.4f}",
    )
    held_out, some = (
        np.concatenate(real),
        np.concatenate([part[: SAMPLES // 2] for part in drawn]),
    )
    yield (
        "share nearer to training than 95 % of new slices",
        f"{near_copies(some, held_out, split.train.comparable()):.3f}",
    )


def by_class(dataset):
    """All images of a data set, by class."""
    parts = dataset.train, dataset.validation, dataset.test
    images, labels = (
        np.concatenate(found)
        for found in ([p.comparable() for p in parts], [p.labels for p in parts])
    )
    return [images[labels == label] for label in (0, 1)]


def of_pairs(run, truth):
    """What the other label changes, against what the disease changes in the same person."""
    model, split = run.model(), run.dataset()
    well, ill = (comparable(model, part) for part in pairs(model))
    change = np.abs(ill - well).mean(axis=(0, 3))
    grown = ventricle_area(ill, split.spacing) > ventricle_area(well, split.spacing)
    yield "pairs whose ventricles grow with the disease", f"{grown.mean():.2f}"
    true = np.abs(truth)
    quiet = true < QUIET * true.max()
    yield (
        "change of a pixel where the disease changes little, over that elsewhere",
        f"{change[quiet].mean() / change[~quiet].mean():.3f}",
    )


def rows(folder, folds, epochs):
    """All measures, by name."""
    dataset = phantoms(folder / "phantoms", SUBJECTS)
    yield from of_folds(folder, dataset, folds, epochs)
    run = run_of(folder / "fold-0", "cvae-cgan", dataset, epochs, fold=0)
    fresh = data.load(phantoms(folder / "fresh", FRESH, seed=202), **OPTIONS)
    yield from of_samples(run, fresh)
    yield from of_pairs(run, np.load(folder / "phantoms" / "truth.npz")["mean_change"])
    cvae = same_networks(data.load(dataset, **OPTIONS, fold=0), epochs)
    drawn = [
        comparable(cvae, cvae.generate(SAMPLES // 2, label, seed=label))
        for label in (0, 1)
    ]
    yield "sharpness of a CVAE's slices", f"{sharpness(np.concatenate(drawn)):.4f}"
    yield from of_shuffled_labels(folder, folder / "phantoms" / "table.csv", epochs)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--folds", type=int, default=FOLDS, help="of the five, the first so many"
    )
    parser.add_argument("--epochs", type=int, default=150)
    arguments = parser.parse_args()
    print(common.machine())
    print(
        common.table(
            ["what", "found"],
            list(rows(arguments.folder, arguments.folds, arguments.epochs)),
        )
    )


if __name__ == "__main__":
    main()

"""Modules and covariates read from latents of simulated expression, beside PCA and ICA.

Tissues are those of `kgen data synthesize expression`, drawn anew, so that the truth is known.
Recovery is the mean, over the true modules, of the best absolute correlation of a feature with the
activity of the module, on test samples. Balanced accuracy is that of a logistic regression whose
penalty is chosen by cross-validation on training samples. ``reading`` times a wide table.

Tybalt's β was chosen on tissues of the seeds 1 and 2.

Example:
    python benchmarks/gene_modules.py modules --samples 3000
    python benchmarks/gene_modules.py reading --samples 10000 --genes 20000
"""

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import common
from kgen.data.expression.tissues import Tissues
from kgen.fields import Vector

import keras
import numpy as np
from sklearn.decomposition import PCA, FastICA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EPOCHS, BATCH, RATE, FEATURES, HELD = 100, 50, 2e-3, 100, 0.3
PENALTIES = np.logspace(-4, 0, 5).tolist()
BETA = 8.0  # of Tybalt: errors of genes in [0, 1] are small beside the KL divergence of 21 features
COVARIATES = "sex", "tissue", "batch"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=["modules", "reading"])
    parser.add_argument("--samples", type=int, default=3000)
    parser.add_argument("--genes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tissues", type=int, default=0, help="seed of the tissues")
    arguments = parser.parse_args()
    {"modules": modules, "reading": reading}[arguments.part](arguments)


# ---- modules and covariates ----------------------------------------------------------------------


def modules(arguments):
    """Prints how well each method finds the modules, and how well 100 features tell covariates."""
    keras.utils.set_random_seed(arguments.seed)
    tissues = Tissues(arguments.genes, seed=arguments.tissues)
    drawn = tissues.samples(arguments.samples)
    held = int(HELD * arguments.samples)
    train, test = slice(held, None), slice(held)
    count = len(tissues.module_names)
    rows = [(name, f"{recovery(latents(test), drawn['activity'][test]):.3f}") for name, latents in
            encoders(drawn["x"], train, count, arguments.seed).items()]  # fmt: skip
    print(common.table([f"{count} features of", "recovery of the modules"], rows))
    table = {
        "raw values": drawn["x"],
        **{
            name: latents(slice(None))
            for name, latents in encoders(
                drawn["x"], train, FEATURES, arguments.seed, ica=False
            ).items()
        },
    }
    told = [[name, *(f"{accuracy(values, drawn[one], train, test):.3f}" for one in COVARIATES)]
            for name, values in table.items()]  # fmt: skip
    print(
        common.table(
            [f"balanced accuracy from {FEATURES} features of", *COVARIATES], told
        )
    )


def encoders(x, train, count, seed, ica=True):
    """Functions from a slice of the samples to their latents, by the name of the method."""
    field = Vector.of(x, "x").fitted(x[train])
    scaled = field.scaled(x)
    linear = {"PCA": PCA(count, random_state=seed).fit(scaled[train])}
    if ica:
        linear["ICA"] = FastICA(count, random_state=seed, max_iter=1000).fit(
            scaled[train]
        )
    found = {
        name: lambda part, fitted=fitted: fitted.transform(scaled[part])
        for name, fitted in linear.items()
    }
    for name, model in models(field, count).items():
        model.compile(optimizer=keras.optimizers.Adam(RATE))
        model.fit(x[train], epochs=EPOCHS, batch_size=BATCH, verbose=0)
        found[name] = lambda part, model=model: model.latents(x[part])
    return found


def models(field, count):
    """The models by name."""
    from kgen.models import MODELS

    sizes = {"vae": {"width": 100}, "tybalt": {"beta": BETA}}
    return {name: MODELS[name].load().from_fields(x=field, latent_dim=count, **options)
            for name, options in sizes.items()}  # fmt: skip


def recovery(latents, activity):
    """The best absolute correlation with a feature, averaged over modules; 0 for constants."""
    with np.errstate(invalid="ignore"):
        correlations = np.corrcoef(latents.T, activity.T)[
            : latents.shape[1], latents.shape[1] :
        ]
    return float(np.nan_to_num(np.abs(correlations)).max(axis=0).mean())


def accuracy(values, labels, train, test):
    """The balanced accuracy, on test samples, of a linear classifier of training samples."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    penalties = {"logisticregression__C": PENALTIES}
    classifier = GridSearchCV(
        pipeline, penalties, cv=3, scoring="balanced_accuracy"
    ).fit(values[train], labels[train])
    return balanced_accuracy_score(labels[test], classifier.predict(values[test]))


# ---- reading -------------------------------------------------------------------------------------


def reading(arguments):
    """Prints the time to read a table, and the peak memory of the process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "expression.csv"
        write(path, arguments.samples, arguments.genes)
        size = path.stat().st_size
        wall, processor, memory = common.apart(read, str(path))
    matrix = 4 * arguments.samples * arguments.genes
    rows = [
        ("file", f"{size / 1e9:.3g} GB"),
        ("float32 matrix", f"{matrix / 1e9:.3g} GB"),
        ("wall time", f"{wall:.1f} s"),
        ("time of the processor", f"{processor:.1f} s"),
        ("most memory", f"{memory / 1e9:.3g} GB, {memory / matrix:.2f} × the matrix"),
    ]
    print(
        common.table(
            ["reading csv:FILE", f"{arguments.samples:,} × {arguments.genes:,}"], rows
        )
    )


def write(path, samples, genes):
    """A table of random numbers, in which a hundred different rows repeat."""
    values = np.random.default_rng(0).normal(6.0, 2.0, (100, genes))
    lines = [",".join(f"{value:.4f}" for value in row) for row in values]
    with path.open("w") as file:
        file.write(
            ",".join(["sample", *(f"gene_{number}" for number in range(genes))]) + "\n"
        )
        for row in range(samples):
            file.write(f"sample_{row},{lines[row % len(lines)]}\n")


def read(path):
    """Wall seconds, processor seconds and peak bytes of reading a table in this process."""
    from kgen import data

    start, processor = time.perf_counter(), time.process_time()
    data.load(f"csv:{path}", samples="sample")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return time.perf_counter() - start, time.process_time() - processor, peak


if __name__ == "__main__":
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    main()

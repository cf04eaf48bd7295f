"""Tybalt on two real expression data sets: nats of new samples, and classes read from latents.

python benchmarks/expression.py tissues tissue_gene_expression.npz
python benchmarks/expression.py cells pbmc68k_reduced.h5ad

Latents are compared with PCA and with raw values. tissues: 189 samples × 500 genes of 7 tissues,
ten features, 150 epochs, five folds. cells: 700 × 765, ten types. Learning rate and batch size are
chosen on a quarter of the training samples of the first fold.
"""

import argparse
import itertools

import common
from kgen.fields import Vector
from kgen.models import Tybalt

import keras
import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier

FOLDS, FEATURES, EPOCHS, LEAST = 5, 10, 150, 1e-6
RATES, BATCHES = (5e-4, 2.5e-3), (16, 50)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("file")
    arguments = parser.parse_args()
    part = PARTS[arguments.part]
    x, labels = part["read"](arguments.file)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, labels))
    settings = chosen(x[folds[0][0]], labels[folds[0][0]])
    print(f"rate and batch size chosen: {settings}\n")
    rows = [part["measure"](x, labels, *fold, settings) for fold in folds]
    means = [(name, f"{np.mean([row[name] for row in rows]):.4g}") for name in rows[0]]
    print(common.table(["what", "mean of the folds"], means))


def tissues(file):
    """Expression and tissue of 189 samples."""
    values = np.load(file, allow_pickle=True)
    return values["x"].astype("float32"), values["tissue"].astype(str)


def cells(file):
    """Log expression and type of 700 cells."""
    import anndata

    read = anndata.read_h5ad(file)
    values = read.raw.X
    dense = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return dense.astype("float32"), read.obs["bulk_labels"].to_numpy().astype(str)


def chosen(x, labels):
    """The learning rate and batch size with the fewest nats, on a quarter of the samples."""
    train, rest = train_test_split(
        np.arange(len(x)), test_size=0.25, stratify=labels, random_state=0
    )
    pairs = list(itertools.product(RATES, BATCHES))
    return min(
        pairs, key=lambda pair: nats(*reconstructed(trained(x[train], pair), x[rest]))
    )


def trained(x, settings, head="linear"):
    """A Tybalt of ten features."""
    keras.utils.set_random_seed(0)
    kept = x[:, x.min(axis=0) < x.max(axis=0)]
    model = Tybalt.from_fields(
        x=Vector.of(kept, "x").fitted(kept), latent_dim=FEATURES, head=head, seed=0
    )
    rate, batch_size = settings
    model.compile(keras.optimizers.Adam(rate))
    model.fit(kept, batch_size=batch_size, epochs=EPOCHS, verbose=0)
    return model


def reconstructed(model, x):
    """Values in [0, 1], and their reconstructions."""
    scaled = model.fields["x"].scaled
    return scaled(x), scaled(model.reconstruct(x))


def nats(values, foretold):
    """The cross-entropy of a sample, summed over its genes."""
    foretold = np.clip(foretold, LEAST, 1 - LEAST)
    return float(
        -(values * np.log(foretold) + (1 - values) * np.log(1 - foretold))
        .sum(axis=1)
        .mean()
    )


def of_tissues(x, labels, train, test, settings):
    """Nats and the tissue read from latents, with linear heads and those of the released code."""
    found = {}
    for head in ("linear", "relu"):
        model = trained(x[train], settings, head)
        values, again = reconstructed(model, x[test])
        found[f"{head} heads: nats"] = nats(values, again)
        latents = [model.latents(x[part]) for part in (train, test)]
        probe = LogisticRegression(max_iter=3000).fit(latents[0], labels[train])
        found[f"{head} heads: tissue read"] = probe.score(latents[1], labels[test])
    seen = model.fields["x"].scaled(x[train])
    main = PCA(FEATURES).fit(seen)
    found["mean gene: nats"] = nats(
        values, np.broadcast_to(seen.mean(axis=0), values.shape)
    )
    return {
        **found,
        "PCA: nats": nats(values, main.inverse_transform(main.transform(values))),
    }


def of_cells(x, labels, train, test, settings):
    """Type by nearest neighbours in latents or as many components, and by logistic regression."""
    varying = x[train].min(axis=0) < x[train].max(axis=0)
    x = x[:, varying]
    model, main = (
        trained(x[train], settings),
        PCA(FEATURES, random_state=0).fit(x[train]),
    )
    logistic = LogisticRegression(max_iter=3000).fit(x[train], labels[train])
    places = {"Tybalt": model.latents, "PCA": main.transform}
    read = {
        f"{name}: k-NN": neighbours(
            place(x[train]), labels[train], place(x[test]), labels[test]
        )
        for name, place in places.items()
    }
    return {**read, "logistic regression": logistic.score(x[test], labels[test])}


def neighbours(latents, labels, new, new_labels):
    """How often the 15 nearest samples show the class."""
    return KNeighborsClassifier(15).fit(latents, labels).score(new, new_labels)


PARTS = {
    "tissues": {"read": tissues, "measure": of_tissues},
    "cells": {"read": cells, "measure": of_cells},
}

if __name__ == "__main__":
    main()

"""The files and runs that examples name, written where an example that names them runs."""

from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas
from PIL import Image as Picture

from kgen import data
from kgen.data.arteries import Arteries
from kgen.data.arteries.writing import VESSELS
from kgen.data.arteries.writing import write as write_arteries
from kgen.data.expression.tissues import Tissues
from kgen.data.expression.writing import write as write_tissues
from kgen.data.histology import Patches
from kgen.data.histology.writing import write as write_patches
from kgen.data.tiles.synthetic import synthesize
from kgen.experiments import building
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

GENES = ["TP53", *(f"gene_{number}" for number in range(9))]
SAMPLES = [f"sample_{number}" for number in range(40)]
SMALL = {"latent_dim": 4, "width": 4}


def expression():
    """A table of samples in rows and genes in columns."""
    counts = (
        np.random.default_rng(0).gamma(2.0, size=(len(SAMPLES), len(GENES))).round(3)
    )
    return pandas.DataFrame(counts, pandas.Index(SAMPLES, name="sample"), GENES)


def genes(path):
    expression().assign(tissue=["liver", "brain"] * 20).to_csv(path, index=False)


def genes_as_columns(path):
    expression().to_csv(path)


def genes_as_rows(path):
    expression().T.rename_axis("gene").to_csv(path, sep="\t")


def covariates(path):
    table = pandas.DataFrame({"sample": SAMPLES, "sex": ["female", "male"] * 20})
    table.to_csv(path, index=False)


def matrix(path):
    table = expression().astype("float32")
    stored = anndata.AnnData(table, layers={"counts": table.to_numpy()})
    stored.write_h5ad(path)


def archive(path):
    np.savez(path, x=np.random.default_rng(0).random((40, 8, 8, 1), dtype="float32"))


def stack(path):
    with h5py.File(path, "w") as file:
        file["x"] = np.random.default_rng(0).integers(0, 256, (20, 16, 16), "uint8")


def slices(path):
    path.mkdir()
    for number in range(4):
        pixels = np.full((16, 16), 60 * number, "uint8")
        Picture.fromarray(pixels).save(path / f"slice_{number}.png")


def people(path):
    """A table of the pictures of ``slices``, two of each person."""
    names = [f"slice_{number}.png" for number in range(4)]
    table = pandas.DataFrame({"file": names, "subject": ["ann", "ann", "ben", "ben"]})
    table.to_csv(path, index=False)
    if not (path.parent / "slices").exists():
        slices(path.parent / "slices")


def sections(path):
    synthesize(path, "1MB")


def tissues(path):
    write_tissues(path, Tissues(60, 3), 120)


def patches(path):
    write_patches(path, Patches(), 80)


def coronaries(path):
    write_arteries(path, Arteries(), 60)


def untrained(path, name, dataset, model=SMALL, **options):
    """A run of a model that nothing has trained."""
    config = RunConfig(name, dataset, epochs=1, options=model, data=options)
    values = data.load(dataset, **config.data)
    config = building.completed(building.asked(config), values)
    run = Run.create(path, config)
    run.save_model(building.build(config, values))
    return run


def of_digits(path):
    untrained(path, "cvae", "digits")


def of_tiles(path):
    needed("sections.h5")
    untrained(path, "vae", "hdf5:sections.h5", memory="10MB", tile_size=16)


def of_tissues(path):
    needed("tissues")
    covariates = {"covariates_file": "tissues/covariates.csv"}
    untrained(
        path, "tybalt", "csv:tissues/expression.csv", {"latent_dim": 6}, **covariates
    )


def of_coronaries(path):
    needed("coronaries")
    untrained(path, "vae", f"centrelines:coronaries/{VESSELS}")


def of_normal_digits(path):
    untrained(path, "f-anogan", "digits", left_out="3")


def of_a_ring(path):
    untrained(path, "gan", "ring", count=500)


FILES = {
    "genes.csv": genes,
    "expression.csv": genes_as_columns,
    "genes.tsv": genes_as_rows,
    "covariates.csv": covariates,
    "cells.h5ad": matrix,
    "cells.npz": archive,
    "cells.h5": stack,
    "slices": slices,
    "people.csv": people,
    "sections.h5": sections,
    "tissues": tissues,
    "twin": patches,
    "runs/digits": of_digits,
    "runs/mnist": of_digits,
    "runs/tiles": of_tiles,
    "runs/tissues": of_tissues,
    "coronaries": coronaries,
    "runs/coronaries": of_coronaries,
    "runs/normal": of_normal_digits,
    "runs/ring": of_a_ring,
}


def needed(name):
    """Writes a file here unless an earlier example has."""
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        FILES[name](path)


def named_in(text):
    """The files that an example names."""
    return [name for name in FILES if f'"{name}' in text or f":{name}" in text]

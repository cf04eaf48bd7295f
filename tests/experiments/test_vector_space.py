"""What kgen latent shows for named vectors: covariates, features, genes and gene sets."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from kgen import data, latent
from kgen.data.expression.tissues import Tissues
from kgen.data.expression.writing import write
from kgen.experiments import building, latent_space, vector_space
from kgen.experiments.contents import LATENT_FILES
from kgen.experiments.exploring import explored
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from tests.cli.test_cli import kgen

pytestmark = pytest.mark.whole

PICTURES = {"covariates_tsne", "heat_map", "features", "arithmetic", "columns"}
TABLES = {"features", "genes", "gene_sets", "arithmetic", "profiles", "columns"}
MODULES = 3


def untrained(name, dataset, path, given=None):
    """A run whose model is untrained."""
    config = RunConfig(
        name,
        dataset,
        epochs=1,
        options={"latent_dim": 6, "width": 32},
        data=given or {},
    )
    values = data.load(dataset, **config.data)
    config = building.completed(building.asked(config), values)
    run = Run.create(path, config)
    run.save_model(building.build(config, values))
    return run


@pytest.fixture(scope="module")
def tissues(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "tissues"
    write(folder, Tissues(60, MODULES), 240)
    return folder


@pytest.fixture(scope="module")
def run(tissues, tmp_path_factory):
    """A run on simulated tissues, trained without pictures."""
    source, covariates = (
        f"csv:{tissues / 'expression.csv'}",
        str(tissues / "covariates.csv"),
    )
    run = untrained(
        "vae",
        source,
        tmp_path_factory.mktemp("runs") / "tissues",
        {"covariates_file": covariates},
    )
    model = run.model()
    model.optimizer.learning_rate = 5e-3
    model.fit(run.dataset().train["x"], epochs=40, batch_size=32, verbose=0)
    run.save_model(model)
    return run


@pytest.fixture(scope="module")
def space(run, tissues):
    """What was drawn of it."""
    with pytest.MonkeyPatch.context() as patch:
        # compiles for half a minute; tests/latent has it
        patch.delitem(latent.PROJECTIONS, "umap")
        patch.setattr(latent_space, "FRAMES", 3)
        found = explored(run, sets=tissues / "modules.gmt")
        found.numbers = found.write()
    return found


def rows(run, name):
    with (run.path / "latent" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_picture_and_table_is_written(space, run):
    drawn = {path.name for path in (run.path / "latent").iterdir()}
    expected = {f"{name}.png" for name in PICTURES} | {f"{name}.csv" for name in TABLES}
    assert expected <= drawn <= LATENT_FILES.keys()
    for name in PICTURES:
        assert np.std(Image.open(run.path / "latent" / f"{name}.png")) > 1, name
    assert (
        json.loads((run.path / "latent" / "numbers.json").read_text()) == space.numbers
    )


def test_features_are_told_by_covariate_and_level(space, run):
    found = rows(run, "features")
    # features times levels of tissue, sex and batch
    assert len(found) == 6 * (6 + 2 + 3)
    one = next(
        row
        for row in found
        if (row["covariate"], row["level"], row["feature"]) == ("sex", "male", "2")
    )
    told = latent.telling(space.latents, space.covariates["sex"] == "male")
    assert float(one["auroc"]) == told.auroc[2] and float(one["corrected_p"]) == min(
        1.0, 6 * told.p[2]
    )
    assert space.numbers["auroc_of_sex male"] == pytest.approx(
        max(np.maximum(told.auroc, 1 - told.auroc))
    )
    assert space.numbers["features_that_tell_a_covariate"] >= 1


def test_names_of_samples_are_no_covariate(space, capsys):
    assert set(space.covariates) == {"tissue", "sex", "batch"}
    space._covariates(space.test)
    assert "'sample'" in capsys.readouterr().out


def test_genes_of_a_feature_are_beyond_the_tails_of_its_weights(space, run, tissues):
    found = rows(run, "genes")
    assert found and {row["tail"] for row in found} <= {"high", "low"}
    assert {row["column"] for row in found} <= set(space.names)
    for row in rows(run, "gene_sets"):
        inside = [
            other["column"]
            for other in found
            if (other["feature"], other["tail"]) == (row["feature"], row["tail"])
        ]
        assert set(row["genes"].split()) <= set(inside) and int(row["found"]) == len(
            row["genes"].split()
        )


def test_arithmetic_moves_what_the_groups_differ_in(space, run):
    found = [row for row in rows(run, "arithmetic") if row["covariate"] == "tissue"]
    change, difference = (
        np.array([float(row[name]) for row in found])
        for name in ("change", "difference")
    )
    assert len(found) == 60 and np.corrcoef(change, difference)[0, 1] > 0.8
    assert space.numbers["change_correlation_of_tissue"] == pytest.approx(
        np.corrcoef(change, difference)[0, 1]
    )


def test_missing_numbers_are_filled_better_than_by_the_mean(space):
    assert (
        space.numbers["imputation_error"]
        < 0.95 * space.numbers["imputation_error_of_the_mean"]
    )


def test_columns_are_told_by_how_well_they_are_reconstructed(space, run):
    found = {row["column"]: float(row["r_squared"]) for row in rows(run, "columns")}
    again = space.model.reconstruct(space.test["x"])
    own = space.test["x"][:, 3]
    expected = 1 - np.sum((own - again[:, 3]) ** 2) / np.sum((own - own.mean()) ** 2)
    assert found[space.names[3]] == pytest.approx(expected, rel=1e-3)
    members = Tissues(60, MODULES).members
    alone, together = (
        np.mean([found[space.names[gene]] for gene in np.flatnonzero(some)])
        for some in (members < 0, members >= 0)
    )
    assert together > alone  # genes of no module are noise


def test_profiles_run_along_a_feature(space, run):
    found = rows(run, "profiles")
    assert len(found) == 6 * 11 and set(space.names) <= found[0].keys()
    assert [float(row["place"]) for row in found[:11]] == pytest.approx(
        np.linspace(-3, 3, 11)
    )


def test_sets_without_a_common_gene_are_refused(run, tmp_path):
    (tmp_path / "other.gmt").write_text("set\t\tTP53\tMYC\n")
    shown = kgen("latent", run.path, "--gene-sets", tmp_path / "other.gmt", code=1)
    assert "has no gene in common with the model" in shown


def test_sets_are_of_vectors_with_names(tmp_path):
    run = untrained("vae", "digits", tmp_path / "run")
    with pytest.raises(
        ValueError, match="gene_sets='modules.gmt' is of runs on vectors with names"
    ):
        explored(run, sets="modules.gmt")


def test_arithmetic_needs_two_named_groups(space, monkeypatch):
    groups = np.repeat(["", "kidney", "liver"], [9, 2, 5])
    assert vector_space._two_largest(groups) == ("kidney", "liver")
    monkeypatch.setattr(space, "covariates", {})
    assert space.arithmetic() == {}

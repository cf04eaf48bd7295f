"""Gene expression: covariates, genes as rows, .h5ad files, gene sets, and simulated tissues."""

import re
import sys
import warnings

import anndata
import numpy as np
import pandas
import pytest
from scipy import sparse

from kgen import data
from kgen.data.columns_kept import most_varying
from kgen.data.expression.gene_sets import read_gmt
from kgen.data.expression.tissues import Tissues
from kgen.data.expression.writing import write
from kgen.data.files import read_values
from kgen.fields import Label, Vector
from tests.cli.test_cli import kgen

COUNT = 60


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A folder of simulated tissues, and what was drawn."""
    folder = tmp_path_factory.mktemp("data") / "tissues"
    return folder, write(folder, Tissues(60, 4), COUNT)


@pytest.fixture
def tables(tmp_path):
    """A function that writes a table, or the simulated one changed, and returns its path."""

    def written(name, frame, **options):
        path = tmp_path / name
        frame.to_csv(path, index=False, **options)
        return path

    return written


def frame(drawn, name="expression.csv"):
    return pandas.read_csv(drawn[0] / name)


def loaded(path, drawn, **options):
    return data.load(
        f"csv:{path}", covariates_file=str(drawn[0] / "covariates.csv"), **options
    )


def every_split(found):
    return found.train, found.validation, found.test


def test_covariates_follow_their_samples_and_stay_out_of_the_model(drawn, tables):
    shuffled = frame(drawn).sample(frac=1, random_state=0)
    found = loaded(tables("shuffled.csv", shuffled), drawn, label="tissue")
    known = frame(drawn, "covariates.csv").set_index("sample")
    values = frame(drawn).set_index("sample")
    assert set(found.fields) == {"x", "y"} and found.fields["x"].names == list(
        values.columns
    )
    for split in every_split(found):
        samples = split.facts["sample"]
        np.testing.assert_allclose(split["x"], values.loc[samples], rtol=1e-6)
        for covariate in ("sex", "batch"):
            assert (
                split.facts[covariate].tolist()
                == known.loc[samples, covariate].tolist()
            )
        assert (
            np.array(found.class_names)[split.labels].tolist()
            == known.loc[samples, "tissue"].tolist()
        )


def test_a_number_of_the_covariates_becomes_y(drawn, tables, tmp_path):
    known = frame(drawn, "covariates.csv").assign(age=np.arange(COUNT) + 20.0)[::-1]
    path = tables("ages.csv", known)
    found = data.load(
        f"csv:{drawn[0] / 'expression.csv'}",
        covariates_file=str(path),
        number="age",
        unit="years",
    )
    for split in every_split(found):
        assert [f"sample_{int(age) - 20:05d}" for age in split["y"]] == split.facts[
            "sample"
        ].tolist()


def test_genes_as_rows_are_told_and_read(drawn, tables):
    turned = frame(drawn).set_index("sample").T.rename_axis("gene").reset_index()
    path = tables("turned.csv", turned)
    with pytest.raises(ValueError, match="holds genes as rows.*transposed=true"):
        loaded(path, drawn)
    with pytest.raises(ValueError, match="if rows are genes: transposed=true"):
        data.load(f"csv:{path}")
    found = loaded(path, drawn, transposed=True)
    straight = loaded(drawn[0] / "expression.csv", drawn)
    assert found.fingerprint == straight.fingerprint
    np.testing.assert_allclose(found.train.scaled(), straight.train.scaled(), rtol=1e-5)
    assert "genes are rows" in str(found)


def test_genes_are_chosen_on_training_samples_alone(drawn, tables):
    path = drawn[0] / "expression.csv"
    whole, chosen = loaded(path, drawn), loaded(path, drawn, genes=10)
    expected = np.median(
        np.abs(whole.train["x"] - np.median(whole.train["x"], axis=0)), axis=0
    )
    best = np.sort(np.argsort(-expected)[:10])
    assert chosen.fields["x"].names == [
        whole.fields["x"].names[place] for place in best
    ]
    assert all(split["x"].shape[1] == 10 for split in every_split(chosen))
    wild, first = (
        frame(drawn).set_index("sample"),
        whole.fields["x"].names[np.argmin(expected)],
    )
    wild.loc[whole.test.facts["sample"], first] *= np.where(
        np.arange(len(whole.test)) % 2, 1000.0, -1000.0
    )
    again = loaded(tables("wild.csv", wild.reset_index()), drawn, genes=10)
    assert again.fields == chosen.fields  # scaling, too, is of the training alone
    assert (
        "10 of 60 columns, of the greatest median absolute deviation in training"
        in str(again)
    )


def test_the_median_absolute_deviation_by_hand():
    # 2, 0, 0
    columns = np.array(
        [[1, 0, 5], [2, 0, 5], [4, 0, 5], [9, 100, 5.5], [0, 0, 9]], float
    )
    assert most_varying(columns, 1).tolist() == [0] and most_varying(
        columns, 2
    ).tolist() == [0, 1]
    assert most_varying(sparse.csc_matrix(columns), 1).tolist() == [0]


def silent(values):
    """The values with one sample in which every gene is 0."""
    return values.set_index("sample").mul(np.arange(COUNT) != 4, axis=0).reset_index()


def repeated(values):
    """The values with the first sample once more at the end."""
    return pandas.concat([values, values[:1]])


REFUSED = {
    "a sample twice": (
        repeated, {}, "several rows are called alike, of 1 sample in 'sample': 'sample_00000'",
    ),
    "a sample unknown": (
        lambda values: values.replace("sample_00003", "new"), {},
        "lacks 1 of 60 samples of .*: 'new'.*common=true",
    ),
    "all samples unknown": (
        lambda values: values.assign(sample=values["sample"] + "x"), {},
        "lacks 60 of 60.*the same samples?",
    ),
    "a cell of words": (
        lambda values: values.astype(object).assign(gene_00001=["?"] * COUNT), {},
        "words stand.*'gene_00001'",
    ),
    "a sample of nothing": (silent, {}, "every gene is 0 in 1 sample: 'sample_00004'"),
    "no counts": (lambda values: values, {"counts": True}, "is no count"),
    "a constant gene": (
        lambda values: values.assign(gene_00002=1.0), {},
        "Column 'gene_00002' of the vectors has one value",
    ),
    "too many genes": (lambda values: values, {"genes": 61}, r"genes=61 is not in \[1, 60\]"),
    "an unknown column of samples": (
        lambda values: values, {"samples": "patient"}, "samples='patient'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_named_with_the_way_out(case, drawn, tables):
    change, options, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        loaded(tables("changed.csv", change(frame(drawn))), drawn, **options)


def test_a_word_far_down_a_column_is_refused(drawn, tables):
    values = frame(drawn).astype(object)
    values.loc[40, "gene_00007"] = "high"
    with pytest.raises(ValueError, match="high"):
        loaded(tables("words.csv", values), drawn)


def test_genes_twice_are_named(drawn, tables):
    values = frame(drawn).rename(columns={"gene_00001": "gene_00002"})
    with pytest.raises(ValueError, match="several columns are called 'gene_00002'"):
        loaded(tables("twice.csv", values), drawn)
    turned = values.set_index("sample").T.rename_axis("gene").reset_index()
    with pytest.raises(ValueError, match="several rows are called 'gene_00002'"):
        loaded(tables("turned.csv", turned), drawn, transposed=True)


def test_samples_that_covariates_lack_are_left_out_on_demand(drawn, tables):
    path = tables("new.csv", frame(drawn).replace("sample_00003", "new"))
    found = loaded(path, drawn, common=True)
    assert sum(map(len, every_split(found))) == COUNT - 1
    assert all("new" not in split.facts["sample"] for split in every_split(found))


def test_genes_that_another_table_lacks_are_named_and_left_out_on_demand(drawn, tables):
    values = frame(drawn)
    fewer = tables("fewer.csv", values[40:].drop(columns=["gene_00000", "gene_00005"]))
    more = tables("more.csv", values[:40])
    with pytest.raises(
        ValueError,
        match="lacks 'gene_00000', 'gene_00005'.*59 of 61 are in both.*shared_with=",
    ):
        loaded(more, drawn, test=str(fewer))
    found = loaded(more, drawn, test=str(fewer), shared_with=str(fewer))
    assert (
        found.fields["x"].shape == (58,) and "gene_00005" not in found.fields["x"].names
    )
    assert len(found.test) == 20 and "58 of 60 columns" in str(found)


def test_a_sample_of_the_training_is_no_test(drawn, tables):
    values = frame(drawn)
    paths = [tables("a.csv", values[:40]), tables("b.csv", values[39:])]
    with pytest.raises(
        ValueError, match="the test holds 1 sample of the training: 'sample_00039'"
    ):
        loaded(paths[0], drawn, test=str(paths[1]))


def cells(path, kind=np.asarray, **options):
    random = np.random.default_rng(0)
    counts = random.poisson(2.0, (COUNT, 12)).astype("float32")
    obs = pandas.DataFrame(
        {
            "cell": pandas.Categorical(["a", "b"] * (COUNT // 2)),
            "depth": counts.sum(axis=1),
        }
    )
    obs.index = [f"cell_{number}" for number in range(COUNT)]
    var = pandas.DataFrame(index=[f"g{number}" for number in range(12)])
    stored = anndata.AnnData(
        kind(np.log1p(counts)), obs, var, layers={"counts": kind(counts)}
    )
    stored.raw = stored
    found = stored[:, :8].copy()
    for name, value in options.items():
        setattr(found, name, value)
    found.write_h5ad(path)
    return counts


@pytest.mark.parametrize(
    "kind",
    [np.asarray, sparse.csr_matrix, sparse.csc_matrix],
    ids=["dense", "csr", "csc"],
)
def test_annotated_matrices(kind, tmp_path):
    counts = cells(tmp_path / "cells.h5ad", kind)
    source = f"h5ad:{tmp_path / 'cells.h5ad'}"
    found = data.load(source, label="cell")
    assert found.class_names == ["a", "b"] and found.fields["x"].names == [
        f"g{n}" for n in range(8)
    ]
    for options, columns, expected in (
        ({}, 8, np.log1p(counts)),
        ({"layer": "raw"}, 12, np.log1p(counts)),
        ({"layer": "counts", "counts": True}, 8, counts),
    ):  # fmt: skip
        found = data.load(source, **options)
        for split in every_split(found):
            rows = [int(name.removeprefix("cell_")) for name in split.facts["sample"]]
            np.testing.assert_allclose(
                split["x"], expected[rows][:, :columns], rtol=1e-6
            )
            assert split.facts["cell"].tolist() == ["ab"[row % 2] for row in rows]
            np.testing.assert_allclose(split.facts["depth"], counts[rows].sum(axis=1))
    chosen = data.load(source, layer="counts", genes=3)
    best = most_varying(data.load(source, layer="counts").train["x"], 3)
    assert chosen.fields["x"].names == [
        f"g{place}" for place in best
    ] and "3 of 8 genes" in str(chosen)


REFUSED_CELLS = {
    "unknown label": ({"label": "tissue"}, {}, "label='tissue'.*cell, depth"),
    "unknown layer": (
        {"layer": "spliced"},
        {},
        "Unknown layer .*'spliced'.*counts, raw",
    ),
    "no counts": ({"counts": True}, {}, "is no count"),
    "too large": ({"memory": "1KB"}, {}, r"8 genes take 1.9e-06 GB.*genes=4"),
    "words as a number": ({"number": "cell"}, {}, "number='cell'.*label=cell"),
    "no raw": ({"layer": "raw"}, {"raw": None}, "no raw.X"),
    "genes twice": ({}, {"var_names": ["g"] * 8}, "several genes are called 'g'"),
}


@pytest.mark.filterwarnings("ignore:.*not unique")
@pytest.mark.parametrize("case", REFUSED_CELLS)
def test_what_is_refused_of_annotated_matrices(case, tmp_path):
    options, changed, message = REFUSED_CELLS[case]
    if changed.get("raw", 0) is None:
        anndata.AnnData(np.ones((COUNT, 3), "float32")).write_h5ad(
            tmp_path / "cells.h5ad"
        )
    else:
        cells(tmp_path / "cells.h5ad", **changed)
    with pytest.raises(ValueError, match=message):
        data.load(f"h5ad:{tmp_path / 'cells.h5ad'}", **options)


def test_missing_numbers_of_annotated_matrices_are_refused(tmp_path):
    x = np.random.default_rng(0).normal(size=(COUNT, 3)).astype("float32")
    whose = np.arange(COUNT) // 2 + 0.0
    obs = pandas.DataFrame(
        {"stage": whose % 2, "whose": whose}, [f"s{n}" for n in range(COUNT)]
    )
    obs.iloc[5] = np.nan
    x[7, 1] = np.nan
    anndata.AnnData(x, obs).write_h5ad(tmp_path / "cells.h5ad")
    for options, message in (
        ({"label": "stage"}, "'stage' is missing in 1 row, first in row 5"),
        ({"subject": "whose"}, "'whose' is missing in 1 row, first in row 5"),
        ({}, "x holds NaN or infinity, first in vector 7"),
    ):
        with pytest.raises(ValueError, match=message):
            data.load(f"h5ad:{tmp_path / 'cells.h5ad'}", **options)


def test_an_age_of_annotated_matrices_is_divided_by_brackets(tmp_path):
    x = np.random.default_rng(0).normal(size=(COUNT, 3)).astype("float32")
    ages = 20.0 + 10 * (np.arange(COUNT) % 3)
    obs = pandas.DataFrame({"age": ages}, [f"s{number}" for number in range(COUNT)])
    anndata.AnnData(x, obs).write_h5ad(tmp_path / "cells.h5ad")
    found = data.load(f"h5ad:{tmp_path / 'cells.h5ad'}", number="age")
    assert "of every age bracket alike" in str(found)
    for split in every_split(found):
        np.testing.assert_array_equal(split.facts["age"], split["y"])
        assert set(split.facts["age"]) == {20.0, 30.0, 40.0}


def test_files_of_older_versions_are_read_in_silence(tmp_path, monkeypatch, recwarn):
    read = anndata.read_h5ad
    monkeypatch.setattr(
        anndata,
        "read_h5ad",
        lambda path: (warnings.warn("moved", FutureWarning, 2), read(path))[1],
    )
    cells(tmp_path / "cells.h5ad")
    data.load(f"h5ad:{tmp_path / 'cells.h5ad'}")
    assert not [one for one in recwarn if one.category is FutureWarning]


def test_no_anndata_no_h5ad(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "anndata", None)
    with pytest.raises(ImportError, match="pip install anndata"):
        data.load(f"h5ad:{tmp_path / 'cells.h5ad'}")


def test_sets_of_genes_hold_the_genes_that_are_known(tmp_path):
    path = tmp_path / "sets.gmt"
    path.write_text("one\thttp://a\tA\tB\tX\n\ntwo\t\tC\nnone\t\tX\tY\n")
    assert read_gmt(path, ["A", "B", "C", "D"]) == {"one": ["A", "B"], "two": ["C"]}


GMT = {
    "no gene in common": (
        "one\t\tX\tY\n",
        "has no gene in common with the model: its genes are 'X', 'Y'",
    ),
    "too few columns": ("one\tA\n", "line 1 holds 2 columns"),
    "two of one name": ("one\t\tA\none\t\tB\n", "two sets are called 'one'"),
}


@pytest.mark.parametrize("case", GMT)
def test_sets_of_genes_that_are_none(case, tmp_path):
    text, message = GMT[case]
    (tmp_path / "sets.gmt").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_gmt(tmp_path / "sets.gmt", ["A", "B"])


def test_simulated_tissues_are_as_their_truth_says(drawn):
    folder, found = drawn
    tissues = Tissues(60, 4)
    truth = np.load(folder / "truth.npz")
    np.testing.assert_array_equal(truth["activity"], found["activity"])
    sets = read_gmt(folder / "modules.gmt", tissues.names)
    for number, name in enumerate(truth["modules"]):
        assert sets[name] == [
            tissues.names[gene] for gene in np.flatnonzero(truth["weights"][number])
        ]
    noise = found["x"] - tissues.expressed(found["activity"])
    assert noise.std() == pytest.approx(np.hypot(0.5, 0.2), abs=0.03)
    assert set(found["activity"][found["sex"] == "male", -1]) == {1.0}
    with pytest.raises(FileExistsError, match="exists already"):
        write(folder, tissues, COUNT)


def test_new_files_are_read_as_those_of_the_training_were(drawn, tables, tmp_path):
    counts = cells(tmp_path / "cells.h5ad", sparse.csr_matrix)
    names = [f"g{number}" for number in range(8)]
    fields = {"x": Vector((8,), names=names), "y": Label(2, ["a", "b"])}
    stored = {"y": "cell"}
    found = read_values(
        tmp_path / "cells.h5ad", fields, ["x", "y"], stored, layer="counts"
    ).values
    np.testing.assert_array_equal(found["x"], counts[:, :8])
    assert found["y"].tolist() == [0, 1] * (COUNT // 2)
    turned = frame(drawn).set_index("sample").T.rename_axis("gene").reset_index()
    some = {"x": Vector((2,), names=["gene_00007", "gene_00002"])}
    found = read_values(
        tables("turned.csv", turned), some, ["x"], transposed=True
    ).values
    np.testing.assert_allclose(
        found["x"], frame(drawn)[["gene_00007", "gene_00002"]], rtol=1e-6
    )
    for source, options in (("cells.h5ad", {}), ("turned.csv", {"transposed": True})):
        with pytest.raises(
            ValueError,
            match="lacks 'other', columns of the training.*0 of 1 are in both",
        ):
            read_values(
                tmp_path / source,
                {"x": Vector((1,), names=["other"])},
                ["x"],
                **options,
            )


def test_an_annotated_matrix_is_looked_at(tmp_path):
    cells(tmp_path / "cells.h5ad")
    shown = kgen("data", "inspect", tmp_path / "cells.h5ad")
    assert "60 samples, 8 genes" in shown and re.search(
        r"cell +label +2 different: a \(30\), b \(30\)", shown
    )
    assert f"--dataset h5ad:{tmp_path / 'cells.h5ad'} --data label=cell" in shown

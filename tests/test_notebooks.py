"""Every notebook, run from its first cell to its last in an empty folder."""

import re
from pathlib import Path

import nbformat
import pytest

from scripts.run_notebooks import executed

MOST_BYTES = 400_000
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws_what_is_kept_in_it(path):
    kept, now = (pictures(notebook) for notebook in (nbformat.read(path, as_version=4), executed(path)))
    assert now == kept and sum(now) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_one_run_left_it_small_and_without_classes_or_functions(path):
    cells = code(nbformat.read(path, as_version=4))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(output.output_type == "error" for cell in cells for output in cell.outputs)
    assert not any(line.startswith(("class ", "def ")) for cell in cells for line in cell.source.splitlines())
    assert path.stat().st_size < MOST_BYTES and "/tmp/" not in path.read_text()


def test_the_readme_lists_every_notebook():
    listed = re.findall(r"\(notebooks/(\w+)\.ipynb\)", (ROOT / "README.md").read_text())
    assert sorted({*listed}) == [path.stem for path in NOTEBOOKS]


def code(notebook):
    """The cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(notebook):
    """How many pictures each cell shows."""
    return [sum("image/png" in output.get("data", {}) for output in cell.outputs) for cell in code(notebook)]

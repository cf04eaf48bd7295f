"""What the notebooks hold, and that they run from start to end in an empty folder."""

from pathlib import Path

import nbformat

from scripts.run_notebooks import executed

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = {path.stem: path for path in (ROOT / "docs").glob("*.md")}
OF_PAGES = [path for path in NOTEBOOKS if path.stem in PAGES]


def code(notebook):
    """The cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(notebook):
    """How many pictures each cell shows."""
    return [
        sum("image/png" in output.get("data", {}) for output in cell.outputs)
        for cell in code(notebook)
    ]


def check_runs(path):
    """Runs a notebook; it has to draw the pictures that are kept in it."""
    kept, now = (
        pictures(notebook)
        for notebook in (nbformat.read(path, as_version=4), executed(path))
    )
    assert now == kept and sum(now) >= 5

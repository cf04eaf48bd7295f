"""Notebooks of one purpose each; in a module of their own, so that workers share the load."""

import pytest

from tests.notebooks.cells import NOTEBOOKS, OF_PAGES, check_runs

OTHERS = [path for path in NOTEBOOKS if path not in OF_PAGES]
CHOSEN = [path for path in OTHERS if not path.stem[0].isdigit()]


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws_what_is_kept_in_it(path):
    check_runs(path)

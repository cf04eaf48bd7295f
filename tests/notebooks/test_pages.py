"""Notebooks that open a page of the documents; their own module, so that workers share the load."""

import pytest

from tests.notebooks.cells import NOTEBOOKS, check_runs, opens_a_page

CHOSEN = [path for path in NOTEBOOKS if opens_a_page(path)]


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws_what_is_kept_in_it(path):
    check_runs(path)

"""Notebooks that open the page of their name; a module of their own, to share the load."""

import pytest

from tests.notebooks.cells import OF_PAGES, check_runs


@pytest.mark.parametrize("path", OF_PAGES, ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws_what_is_kept_in_it(path):
    check_runs(path)

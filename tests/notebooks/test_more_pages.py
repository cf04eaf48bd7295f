"""The other half of the notebooks that open the page of their name; two modules share the load."""

import pytest

from tests.notebooks.cells import OF_PAGES, check_runs


@pytest.mark.parametrize("path", OF_PAGES[1::2], ids=lambda path: path.stem)
def test_a_notebook_runs_and_draws_what_is_kept_in_it(path):
    check_runs(path)

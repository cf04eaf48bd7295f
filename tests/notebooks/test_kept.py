"""Every notebook as it is kept in the repository."""

import re

import nbformat
import pytest

from tests.notebooks.cells import NOTEBOOKS, OF_PAGES, PAGES, ROOT, code

MOST_BYTES = 400_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_one_run_left_it_small_and_without_classes_or_functions(
    path,
):
    cells = code(nbformat.read(path, as_version=4))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not any(
        output.output_type == "error" for cell in cells for output in cell.outputs
    )
    assert not any(
        line.startswith(("class ", "def "))
        for cell in cells
        for line in cell.source.splitlines()
    )
    assert path.stat().st_size < MOST_BYTES and "/tmp/" not in path.read_text()


def test_the_course_lists_every_notebook():
    listed = re.findall(
        r"\(\.\./notebooks/(\w+)\.ipynb\)", (ROOT / "docs/course.md").read_text()
    )
    assert sorted({*listed}) == [path.stem for path in NOTEBOOKS]


@pytest.mark.parametrize("path", OF_PAGES, ids=lambda path: path.stem)
def test_a_page_and_its_notebook_link_to_each_other(path):
    assert f"(../notebooks/{path.name})" in PAGES[path.stem].read_text()
    assert f"docs/{path.stem}.md" in path.read_text()

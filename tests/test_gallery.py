"""The gallery has a section for every model, as its registry and docs/gallery.yaml say."""

import copy
import re
import runpy
from pathlib import Path

import pytest
import yaml
from PIL import Image

from kgen.models import MODELS
from tests.test_documents import of_document

ROOT = Path(__file__).parents[1]
MAKE = runpy.run_path(str(ROOT / "scripts" / "make_gallery.py"))
ENTRIES = yaml.safe_load((ROOT / "docs" / "gallery.yaml").read_text())
PAGE = (ROOT / "docs" / "gallery.md").read_text()
REMAKE = "Run `python scripts/make_gallery.py runs/gallery`."
LARGEST = 150_000  # bytes of a picture that is made for the gallery


def test_the_page_is_what_the_registry_and_the_entries_give():
    assert MAKE["page"](ENTRIES) == PAGE, REMAKE


def test_every_model_has_an_entry_and_every_entry_a_model():
    assert sorted(ENTRIES["models"]) == sorted(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_has_a_picture_a_command_numbers_and_a_paper(name):
    (section,) = re.findall(
        rf"^### `{name}`\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
    (image,) = re.findall(r"!\[.+\]\((.+)\)", section)
    with Image.open(ROOT / "docs" / image) as picture:
        assert picture.width <= 1100
    assert re.search(rf"^kgen train {name} ", section, re.MULTILINE)
    assert re.search(r"^- .*\d", section, re.MULTILINE)
    assert re.search(r"^Measured by `\w+ ", section, re.MULTILINE)
    assert re.search(
        r"\]\(https://(arxiv\.org/abs/\d|doi\.org/10|papers\.|openreview)", section
    )


@pytest.mark.parametrize("name", MODELS)
def test_commands_that_train_and_measure_are_among_those_that_are_parsed(name):
    entry = ENTRIES["models"][name]
    lines = re.sub(r"\\\n\s*", "", entry["commands"]).splitlines()
    assert {*map(str.strip, [*lines, *entry["measured"]])} <= of_document(
        "docs/gallery.md"
    )


def test_pictures_of_the_gallery_are_small_and_each_is_shown():
    pictures = list((ROOT / "docs" / "images" / "gallery").glob("*.png"))
    shown = {MAKE["picture"](name, entry) for name, entry in ENTRIES["models"].items()}
    assert set(pictures) <= shown
    assert max(path.stat().st_size for path in pictures) <= LARGEST
    assert sum(path.stat().st_size for path in pictures) <= 10 * LARGEST


def test_a_changed_entry_changes_the_page():
    changed = copy.deepcopy(ENTRIES)
    changed["models"]["vae"]["numbers"] = ["7 of 9"]
    assert "- 7 of 9" in MAKE["page"](changed)


def test_a_picture_is_cut_from_another(tmp_path):
    source, target = tmp_path / "whole.png", tmp_path / "gallery" / "part.png"
    image = Image.new("RGB", (40, 20), "white")
    image.paste("red", (10, 5, 20, 15))
    image.save(source)
    MAKE["cut"](source, [10, 5, 20, 15], target)
    with Image.open(target) as part:
        assert part.size == (10, 10)
        assert part.convert("RGB").getcolors() == [(100, (255, 0, 0))]


def test_a_run_that_is_there_is_not_trained_again(tmp_path):
    (tmp_path / "runs" / "vae").mkdir(parents=True)
    MAKE["run"]("kgen train vae --dataset digits --run runs/vae", tmp_path)
    assert list((tmp_path / "runs" / "vae").iterdir()) == []

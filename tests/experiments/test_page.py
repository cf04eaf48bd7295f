"""The page of a run needs no other file, and what it says is true."""

import base64
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from kgen.experiments.contents import EXPLANATIONS, LATENT, PAGE, files
from kgen.experiments.page import renew_page, write_page
from kgen.metrics.catalogue import CATALOGUE
from kgen.runs.config import RunConfig
from kgen.runs.run import Run

NAME = 'npz:<b>"A&B" $x^{$.npz'
SCORE = {"value": 1.2345, "real": 2.0, "ratio": 0.617, "baseline": 7.0}
EVALUATION = {
    "pixels": "grey",
    "latents": 100,
    "samples": 300,
    "features": "abc",
    "scores": dict.fromkeys(CATALOGUE, SCORE),
    "left_out": {"bias": "<it has no network that reads a number>"},
}


class Page(HTMLParser):
    """What a page shows: its words, its pictures, and what it would load from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.words, self.pictures, self.elsewhere = [], {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        assert tag not in ("b", "script", "link")
        if tag == "img" and given["src"].startswith("data:"):
            kind, _, content = given["src"].partition(";base64,")
            self.pictures[given["alt"]] = kind, base64.b64decode(content)
        elif "src" in given or ("href" in given and tag != "a"):
            self.elsewhere.append(given)

    def handle_data(self, data):
        self.words.append(re.sub(r"\s+", " ", data.strip()))


@pytest.fixture
def run(tmp_path):
    """A run of two epochs with every file that one may have."""
    run = Run(tmp_path / "run")
    run.configure(RunConfig("cvae", NAME, epochs=3, options={"latent_dim": 7}))
    run.write_json("environment.json", {"python": "3.11", "keras": "3.15"})
    numbers = {"loss": 5.5, "kl_loss": 0.25}
    run.write_rows(
        "history.csv",
        [{"epoch": epoch, **numbers, "val_loss": 6.5} for epoch in (1, 2)],
    )
    run.write_rows("health.csv", [{"epoch": epoch, "loss": 5.0} for epoch in (1, 2)])
    for folder in (LATENT, EXPLANATIONS):
        (run.path / folder).mkdir()
    for place, name in enumerate(files()):
        if name.endswith((".png", ".gif")):
            Image.new("L", (4, 4), place).save(run.path / name)
    return run


def shown(run, evaluation=None):
    write_page(run, evaluation)
    return Page((run.path / PAGE).read_text(encoding="utf-8"))


def test_a_page_holds_every_picture_and_loads_nothing(run):
    page = shown(run, EVALUATION)
    drawn = {
        name: meaning
        for name, meaning in files().items()
        if name.endswith((".png", ".gif"))
    }
    assert len(drawn) >= 8 and page.elsewhere == []
    for name, meaning in drawn.items():
        kind = "data:image/gif" if name.endswith(".gif") else "data:image/png"
        assert page.pictures[meaning] == (kind, (run.path / name).read_bytes())


@pytest.mark.parametrize(
    ("folder", "chapter"),
    [(LATENT, "Its latent space"), (EXPLANATIONS, "What it looks at")],
)
def test_pictures_in_folders_are_a_chapter_of_their_own_once_they_are_drawn(
    run, folder, chapter
):
    assert chapter in shown(run).words
    for path in (run.path / folder).iterdir():
        path.unlink()
    page = shown(run)
    assert chapter not in page.words and page.pictures


def test_a_page_says_what_every_number_is(run):
    words = shown(run, EVALUATION).words
    assert all(entry.meaning in words for entry in CATALOGUE.values())
    assert (
        words.count("1.234") == len(CATALOGUE)
        and "<it has no network that reads a number>: bias" in words
    )
    place = words.index("loss")
    assert [word for word in words[place + 1 : place + 6] if word][:2] == ["5.5", "6.5"]
    assert words[words.index("options.latent_dim") + 1] == "7"


def test_names_are_shown_as_they_are_written(run):
    assert f"cvae on {NAME}" in shown(run).words


def test_a_page_tells_of_a_failure_and_of_what_is_not_measured(run):
    words = shown(run).words
    assert "The health of the training: too early to judge." in words
    assert any("Nothing yet" in word for word in words)
    run.write_rows("health.csv", [{"epoch": epoch, "loss": 1.0} for epoch in (1, 2, 3)])
    assert "The health of the training: sound." in shown(run).words
    run.write_rows(
        "health.csv",
        [{"epoch": 1, "loss": 1.0}]
        + [{"epoch": epoch, "loss": 9.0} for epoch in (2, 3, 4)],
    )
    words = shown(run).words
    assert any(word.startswith("The loss drifts away, to 9:") for word in words)
    assert not any(word.startswith("The health of the training") for word in words)


def test_a_page_is_renewed_where_a_training_has_left_one(run):
    run.write_json("metrics.json", {"evaluation": EVALUATION})
    renew_page(run)
    assert not (run.path / PAGE).exists()
    write_page(run)
    renew_page(run)
    assert "1.234" in Page((run.path / PAGE).read_text(encoding="utf-8")).words

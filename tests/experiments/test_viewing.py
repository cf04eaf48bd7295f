"""The pictures that runs and searches keep, opened again."""

import numpy as np
import pytest
from PIL import Image as Picture

from kgen.experiments import comparing, report, training, viewing
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.search import Objective, Search
from kgen.tasks import failures


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "run"
    config = RunConfig(
        "cvae",
        "digits",
        epochs=3,
        batch_size=256,
        options={"latent_dim": 2, "width": 4},
    )
    return training.start(path, config, eager=True)


@pytest.mark.parametrize(
    ("count", "shown"), [(1, [1]), (2, [1, 3]), (3, [1, 2, 3]), (9, [1, 2, 3])]
)
def test_epochs_are_shown_side_by_side_the_first_and_the_last_among_them(
    run, count, shown
):
    figure = viewing.epochs(run, count)
    assert len(figure.axes) == len(shown)
    for axes, epoch in zip(figure.axes, shown, strict=True):
        drawn = (
            np.asarray(
                Picture.open(run.path / f"samples/epoch_{epoch:04d}.png").convert("RGB")
            )
            / 255
        )
        np.testing.assert_allclose(axes.images[0].get_array(), drawn)


def test_a_film_of_many_epochs_keeps_the_first_and_the_last():
    shown = report.spread_over(range(250), 100)
    assert len(shown) == len(set(shown)) == 100 and (shown[0], shown[-1]) == (0, 249)
    assert report.spread_over([], 100) == []


def test_a_run_without_pictures_is_told_of(tmp_path):
    with pytest.raises(ValueError, match=r"has no pictures of its epochs"):
        viewing.epochs(Run(tmp_path))


def test_every_figure_that_fits_the_model_is_there_by_the_name_of_its_file(run):
    figures = viewing.figures(run)
    tested = {"test_nearest.png", "test_pairs.png", "test_reconstructions.png"}
    assert {*figures} == {"grid.png", "style.png", *tested}
    assert all(figure.axes for figure in figures.values())


@pytest.mark.parametrize(
    "draw",
    [
        viewing.epochs,
        report.curves,
        lambda run, path: comparing.picture([run], path=path),
    ],
)
def test_what_is_drawn_of_a_run_is_saved_at_its_path(draw, run, tmp_path):
    figure = draw(run, path=tmp_path / "figure.png")
    assert figure.axes and Picture.open(tmp_path / "figure.png").size[0] > 100


def test_the_curves_of_a_run_mark_its_best_epoch_and_hold_its_diagnostics(run):
    figure = report.curves(run)
    best = min(reversed(run.history), key=lambda row: row["val_loss"])["epoch"]
    assert (
        figure.get_suptitle() == f"cvae on digits, 3 epochs, best epoch {best} (dotted)"
    )
    assert {"latents in use", "gradients", f"no warnings: {failures.SOUND}"} <= {
        axes.get_title() for axes in figure.axes
    }


def test_a_search_is_opened_with_the_objective_that_it_was_asked_for(tmp_path):
    with Search(tmp_path / "search", Objective("sharpness", "max")).held(
        {"objective": "sharpness:max"}
    ):
        pass
    assert Search.open(tmp_path / "search").objective == Objective("sharpness", "max")


def test_a_directory_without_a_search_is_told_of(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"holds no search: there is no search.json"
    ):
        Search.open(tmp_path)

"""What is drawn of a training: which scalars stand together, and what is marked."""

import numpy as np
import pytest

from kgen import models, plots
from kgen.plots.groups import GROUPS, OTHERS, PARTS, PLAYERS, grouped
from tests.conftest import a_model_of_each_kind, tiny, uncompiled, values_for


def axes_of(figure):
    """The panels by their titles."""
    return {axes.get_title(): axes for axes in figure.axes}


def named(axes):
    """The lines of a panel by their names in the legend."""
    legend = axes.get_legend()
    return dict(
        zip(
            [text.get_text() for text in legend.get_texts()],
            legend.legend_handles,
            strict=True,
        )
    )


HISTORY = [
    {"epoch": e, "loss": 3 - e, "kl_loss": e, "val_loss": 4 - e, "val_kl_loss": 9}
    for e in (1, 2)
]


def test_training_is_a_line_and_validation_a_dashed_one_of_its_colour():
    (axes,) = plots.curves(HISTORY).axes
    drawn = {
        (line.get_linestyle(), tuple(line.get_ydata())): line.get_color()
        for line in axes.lines
    }
    assert (
        drawn["-", (2, 1)]
        == drawn["--", (3, 2)]
        != drawn["-", (1, 2)]
        == drawn["--", (9, 9)]
    )
    assert list(named(axes)) == ["loss", "kl_loss", "validation"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "nats per value")


def test_the_best_epoch_is_marked_in_every_panel():
    figure = plots.curves(
        HISTORY,
        "a run",
        [({"epoch": e, "active_units": 1.0}, []) for e in (1, 2)],
        best=2,
    )
    assert figure.get_suptitle() == "a run, best epoch 2 (dotted)"
    del (panels := axes_of(figure))["no warnings: sound"]
    for axes in panels.values():
        assert [
            tuple(line.get_xdata())
            for line in axes.lines
            if line.get_linestyle() == ":"
        ] == [(2, 2)]
    assert not any(
        line.get_linestyle() == ":"
        for axes in plots.curves(HISTORY).axes
        for line in axes.lines
    )


def test_failures_stand_over_the_epochs_that_showed_them():
    health = [
        ({"epoch": 1, "diversity": 0.2}, []),
        ({"epoch": 2, "diversity": 0.1}, ["mode_collapse"]),
    ]
    axes = axes_of(plots.curves(HISTORY, health=health))["warnings"]
    assert list(axes.lines[0].get_xdata()) == [2]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["mode\ncollapse"]


def test_accuracies_that_are_logged_and_those_of_health_share_a_panel():
    history = [{"epoch": 1, "loss": 1.0, "accuracy": 0.9, "val_accuracy": 0.8}]
    figure = plots.curves(
        history, health=[({"epoch": 1, "loss": 1.0, "fake_accuracy": 0.5}, [])]
    )
    assert list(named(axes_of(figure)["accuracies"])) == [
        "accuracy",
        "fake_accuracy",
        "validation",
    ]
    assert len(figure.axes) == 3


@pytest.mark.parametrize(
    ("names", "panels"),
    [
        (["loss"], {PARTS: ["loss"]}),
        (
            ["kl_loss", "loss", "reconstruction_loss"],
            {PARTS: ["loss", "reconstruction_loss", "kl_loss"]},
        ),
        (["loss", "own_loss"], {PARTS: ["loss", "own_loss"]}),
        (
            ["loss", "squared_error", "absolute_error"],
            {
                "errors": ["loss", "squared_error"],
                "how far estimates are off": ["absolute_error"],
            },
        ),
        (
            ["own_loss", "generator_loss", "loss", "discriminator_loss"],
            {
                PLAYERS: ["loss", "discriminator_loss", "generator_loss"],
                OTHERS: ["own_loss"],
            },
        ),
        (["ink", "gradient_norm"], {"gradients": ["gradient_norm"], "ink": ["ink"]}),
        ([], {}),
    ],
)
def test_what_belongs_together_stands_together(names, panels):
    assert grouped(names) == panels


@pytest.mark.parametrize("name", models.MODELS)
def test_every_scalar_of_every_model_has_a_group_and_is_drawn_once(name):
    model = tiny(name)
    logged = ["loss", *model.trackers]
    found = grouped(logged)
    assert sorted(name for names in found.values() for name in names) == sorted(
        {*logged}
    )
    alone = [
        scalar
        for title, names in found.items()
        if title == OTHERS or title not in GROUPS
        for scalar in names
    ]
    assert not alone, f"no group of kgen/plots/groups.py names {', '.join(alone)}"
    assert len(found) < len({*logged}) or len(found) == 1


@a_model_of_each_kind(models.MODELS)
def test_a_fit_is_drawn_as_it_comes_with_its_best_epoch(name):
    model = uncompiled(tiny(name))
    values = values_for(model, 16)
    history = model.fit(
        values, validation_data=(values,), batch_size=8, epochs=2, verbose=0
    )
    figure = plots.curves(history)
    drawn = [
        line
        for axes in figure.axes
        for line in axes.lines
        if line.get_linestyle() == "-"
    ]
    assert len(drawn) == sum(not key.startswith("val_") for key in history.history)
    best = (
        None
        if model.monitor is None
        else 1 + int(np.argmin(history.history[model.monitor]))
    )
    assert figure.get_suptitle() == (f"best epoch {best} (dotted)" if best else "")


@pytest.mark.parametrize(
    ("losses", "best"), [([3.0, 1.0, 2.0], 2), ([1.0, 1.0, 2.0], 2), ([3.0], 1)]
)
def test_the_best_epoch_is_the_last_of_those_with_the_least_loss(losses, best):
    rows = [{"epoch": epoch + 1, "val_loss": loss} for epoch, loss in enumerate(losses)]
    assert models.VAE.best_epoch(rows) == best
    assert models.GAN.best_epoch(rows) is None
    assert models.VAE.best_epoch([{"epoch": 1, "loss": 1.0}]) is None

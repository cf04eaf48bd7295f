import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image as Picture

from kgen import plots
from kgen.fields import Image, Vector


def test_grid_puts_every_image_in_its_cell():
    images = np.linspace(0, 1, 6).reshape(2, 3, 1, 1, 1) * np.ones((2, 3, 4, 5, 1))
    shown = plots.grid(images, columns="abc", rows="de").axes[0].images[0].get_array()
    assert shown.shape == (2 * 5, 3 * 6)
    for row in range(2):
        for column in range(3):
            cell = shown[row * 5 : row * 5 + 4, column * 6 : column * 6 + 5]
            np.testing.assert_allclose(cell, images[row, column, 0, 0, 0])


def test_grid_draws_black_and_white_of_its_field_and_colour():
    images = np.full((1, 2, 4, 4, 3), -1000)
    images[0, 1] = 3000
    shown = (
        plots.grid(images, field=Image((4, 4, 3), -1000, 3000))
        .axes[0]
        .images[0]
        .get_array()
    )
    assert (
        shown.shape[-1] == 3 and shown[0, 0].max() == 0.0 and shown[0, 6].min() == 1.0
    )


@pytest.mark.parametrize(
    ("failures", "told"),
    [([], "no warnings: too early to judge"), (["loss_drifts"], "warnings")],
)
def test_an_empty_panel_of_warnings_says_that_there_are_none(failures, told):
    history = [{"epoch": epoch, "loss": 1.0} for epoch in (1, 2)]
    figure = plots.curves(
        history, "", [(row, failures) for row in history], verdict="too early to judge"
    )
    assert figure.axes[-1].get_title() == told


def test_animation_holds_every_picture(tmp_path):
    for number in range(3):
        Picture.new("RGB", (8, 8), (80 * number, 0, 0)).save(tmp_path / f"{number}.png")
    plots.animate(sorted(tmp_path.glob("*.png")), tmp_path / "all.gif")
    assert Picture.open(tmp_path / "all.gif").n_frames == 3


def test_a_histogram_counts_the_values_of_both():
    real, drawn = np.linspace(0.0, 2.0, 11)[:, None], np.full((30, 1), 1.0)
    every = plots.stacked([plots.Histogram(real, drawn, "numbers")]).axes[0].containers
    for container, values in zip(every, (real, drawn), strict=True):
        assert sum(
            bar.get_height() * bar.get_width() for bar in container
        ) == pytest.approx(1.0)
        for value in values[:, 0]:
            (bar,) = [
                bar
                for bar in container
                if bar.get_x() <= value < bar.get_x() + bar.get_width()
            ]
            assert bar.get_height() > 0


def test_a_cloud_shows_every_value_around_the_real_ones():
    real = np.random.default_rng(0).uniform(-1, 1, (7, 2))
    axes = plots.stacked([plots.Cloud(real, 2 * real)]).axes[0]
    np.testing.assert_allclose(
        [points.get_offsets() for points in axes.collections], [real, 2 * real]
    )
    low, high = real.min(axis=0), real.max(axis=0)
    margin = 0.2 * (high - low)
    np.testing.assert_allclose(
        np.transpose([axes.get_xlim(), axes.get_ylim()]), [low - margin, high + margin]
    )


def test_estimates_stand_over_their_numbers_with_the_unit():
    numbers, found = np.array([20.0, 40.0, 60.0]), np.array([25.0, 40.0, 50.0])
    axes = plots.stacked([plots.Estimates(numbers, found, "years", "ages")]).axes[0]
    np.testing.assert_allclose(
        axes.collections[0].get_offsets(), np.stack([numbers, found], axis=1)
    )
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == (
        "true years",
        "estimated years",
        "ages",
    )


def test_a_confusion_counts_each_class_read_as_each():
    labels, read = (
        np.repeat([0, 1, 2], [30, 10, 0]),
        np.repeat([0, 1, 1, 0], [24, 6, 8, 2]),
    )
    axes = plots.stacked([plots.Confusion(labels, read, ("a", "b", "c"))]).axes[0]
    np.testing.assert_allclose(
        axes.images[0].get_array(), [[0.8, 0.2, 0], [0.2, 0.8, 0], [0, 0, 0]]
    )
    # a rare class is shaded as a frequent one
    assert axes.images[0].get_clim() == (0.0, 1.0)
    written = {text.get_position(): text.get_text() for text in axes.texts}
    rows = [
        [written[column, row].replace("\n", " ") for column in range(3)]
        for row in range(3)
    ]
    assert rows == [["24 80%", "6 20%", "0"], ["2 20%", "8 80%", "0"], ["0", "0", "0"]]


def test_stacked_panels_have_the_size_that_each_asks_for():
    cells = plots.Cells(np.zeros((2, 12, 4, 4, 1)), Image((4, 4, 1)), "cells")
    cloud = plots.Cloud(np.array([[0.0, 0.0], [2.0, 3.0]]), np.zeros((3, 2)), "cloud")
    figure = plots.stacked([cells, cloud], "both")
    assert [axes.get_title() for axes in figure.axes] == ["cells", "cloud"]
    (width, height), (other_width, other_height) = cells.inches, cloud.inches
    assert tuple(figure.get_size_inches()) == pytest.approx(
        (max(width, other_width), height + other_height)
    )


def drawn(figure):
    """The pixels of a figure's first image."""
    return np.asarray(figure.axes[0].images[0].get_array())


def test_a_map_of_images_puts_each_where_its_point_lies():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
    images = np.stack([np.full((4, 4, 1), shade) for shade in (0.0, 0.25, 0.5, 0.75)])
    canvas = drawn(plots.map_of_images(points, images))
    side = len(canvas)
    assert side == 4 * plots.maps.CELLS
    corners = (
        canvas[side - 4, 0],
        canvas[0, side - 4],
        canvas[0, 0],
        canvas[side - 4, side - 4],
    )
    # two in one cell: the first is seen; nobody at the lower right
    assert corners == (0.0, 0.25, 0.5, 1.0)


def test_a_map_names_groups_and_takes_colours():
    points = np.random.default_rng(0).normal(size=(30, 2))
    colours = plots.colours_of_places(np.arange(30), np.arange(30)[::-1])
    assert (
        colours.min() >= 0.0
        and colours.max() <= 1.0
        and len(np.unique(colours, axis=0)) == 30
    )
    figure = plots.map_by(
        points, {"groups": np.repeat(["a", "b", "c"], 10), "places": colours}
    )
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "a",
        "b",
        "c",
    ]
    assert [corner.get_title() for corner in figure.axes[1].child_axes] == [
        "place in image"
    ]
    assert [axes.get_title() for axes in figure.axes] == ["groups", "places"]


def test_ways_are_told_from_the_groups_that_they_lead_through():
    latents = np.random.default_rng(0).normal(size=(30, 3))
    figure = plots.ways(
        latents, {"line": latents[:8].reshape(2, 4, 3)}, np.repeat(["a", "b"], 15)
    )
    shown = figure.axes[0].get_legend()
    entries = [text.get_text() for text in shown.get_texts()]
    assert entries == ["a", "b", "a walk, from its number on"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["1", "2"]
    (points,) = figure.axes[0].collections
    drawn = {tuple(colour[:3]) for colour in points.get_facecolor()}
    assert drawn == {to_rgb(mark.get_color()) for mark in shown.legend_handles[:2]}


def test_a_restored_image_stands_beside_its_own_and_their_difference():
    image = np.random.default_rng(0).random((20, 30))
    figure = plots.restored(image, 0.5 * image, "B20/0")
    shown = [np.asarray(axes.images[0].get_array()) for axes in figure.axes]
    np.testing.assert_allclose(shown, [image, 0.5 * image, 0.5 * image])


def test_sizes_and_extremes_show_every_group():
    figure = plots.sizes({"A": [(10, 20), (30, 40)], "B": [(5, 5)]})
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "A (2)",
        "B (1)",
    ]
    some = [("0: 10×20", np.zeros((10, 20))), ("1: 5×5", np.ones((5, 5)))]
    figure = plots.extremes({"A": some, "B": some[:1]}, (0, 255))
    assert [axes.get_title() for axes in figure.axes] == [
        "A/0: 10×20",
        "B/0: 10×20",
        "A/1: 5×5",
        "",
    ]


def test_a_heat_map_writes_every_number_where_it_belongs():
    values = np.array([[1.0, 2.0, np.nan], [3.0, 4.0, 5.0]])
    axes = plots.heat_map(
        ["a", "b"], ["x", "y", "z"], values, ("row", "column"), "score"
    ).axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written[2, 0] == "" and written[0, 1] == "3" and written[2, 1] == "5"
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("row", "column")


def test_a_line_a_trial_goes_through_its_values_to_its_score():
    figure = plots.parallel_coordinates(
        [[1, "p"], [3, "q"], [2, "p"]], ["n", "kind"], [0.5, 0.1, 0.9], "loss"
    )
    lines = sorted(
        tuple(line.get_ydata())
        for line in figure.axes[0].lines
        if len(line.get_ydata()) == 3
    )
    assert lines == [(0.0, 0.0, 0.5), (0.5, 0.0, 1.0), (1.0, 1.0, 0.0)]


@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_beside_each_other_keep_their_size_and_titles_and_leave_no_empty_axes(
    channels,
):
    pictures = [np.full((240, 360, channels), shade) for shade in (0.0, 0.5, 1.0)]
    figure = plots.image_viewer(pictures, ["a", "b", "c"], columns=2)
    assert [place.get_title() for place in figure.axes] == ["a", "b", "c", ""]
    assert [place.axison for place in figure.axes] == [False] * 4
    assert [len(place.images) for place in figure.axes] == [1, 1, 1, 0]
    assert np.all(figure.axes[1].images[0].get_array() == 0.5)
    width, height = figure.get_size_inches() * figure.dpi
    assert width >= 2 * 360 and height >= 2 * 240


@pytest.mark.parametrize(
    "shapes", [[(10, 20)], [(10, 20)] * 3, [(10, 20), (1000, 2000)]], ids=len
)
def test_no_image_has_fewer_than_no_pixels(shapes):
    axes = plots.sizes({"A": shapes}).axes[1]
    assert (
        axes.get_xlim()[0] == 0.0 and min(bar.get_x() for bar in axes.patches) > -1e-9
    )
    assert sum(bar.get_height() for bar in axes.patches) == len(shapes)


def lines_of(trials, scores):
    axes = plots.parallel_coordinates(trials, ["beta"], scores, "val_loss").axes[0]
    return axes, sorted(
        tuple(line.get_ydata())
        for line in axes.lines
        if len(set(line.get_xdata())) == 2
    )


def test_parallel_coordinates_lie_by_value():
    axes, lines = lines_of([[0.0], [1.0], [4.0]], [1.0, 2.0, 9.0])
    np.testing.assert_allclose(lines, [(0.0, 0.0), (0.25, 0.125), (1.0, 1.0)])
    assert {(round(text.get_position()[1], 3), text.get_text()) for text in axes.texts} == {
        (0.0, "0"), (0.25, "1"), (1.0, "4"), (0.0, "1"), (0.125, "2"), (1.0, "9"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "heights"),
    [
        ([1e-4, 1e-3, 1e-2], (0.0, 0.5, 1.0)),
        (["a", "b", "c"], (0.0, 0.5, 1.0)),
        ([False, True, True], (0.0, 1.0, 1.0)),
    ],
)
def test_values_over_many_powers_of_ten_lie_by_their_logarithm_and_words_in_order(
    values, heights
):
    _, lines = lines_of([[value] for value in values], [1.0, 2.0, 3.0])
    np.testing.assert_allclose([line[0] for line in lines], sorted(heights))


def test_marks_of_an_axis_do_not_lie_upon_each_other():
    axes, _ = lines_of([[0.0], [0.01], [1.0]], [1.0, 2.0, 3.0])
    assert [text.get_text() for text in axes.texts if text.get_position()[0] == 0] == [
        "0",
        "1",
    ]


@pytest.mark.parametrize("count", [2, 10, 11, 20, 45, 61])
def test_a_map_names_up_to_sixty_groups_each_in_a_colour_of_its_own(count):
    names = np.array([f"class {number}" for number in range(count)]).repeat(3)
    axes = plots.map_by(
        np.random.default_rng(0).normal(size=(len(names), 2)), {"latents": names}
    ).axes[0]
    (points,) = axes.collections
    assert len(np.unique(points.get_facecolors(), axis=0)) == count
    key = axes.get_legend()
    assert key is None if count > 60 else len(key.get_texts()) == count


def test_no_group_of_a_map_hides_another():
    points, names = np.zeros((2000, 2)), np.repeat(["samples", "test values"], 1000)
    (drawn,) = plots.map_by(points, {"latents": names}).axes[0].collections
    first = (drawn.get_facecolors() == drawn.get_facecolors()[-1]).all(axis=1)
    # As many of each among the last, which lie on top, as among all.
    assert first[-500:].mean() == pytest.approx(0.5, abs=0.07)


def test_ways_on_a_map_have_a_key():
    points = np.random.default_rng(0).normal(size=(30, 4))
    axes = plots.ways(
        points, {"line": points[None, :3]}, np.repeat(["a", "b", "c"], 10)
    ).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "a",
        "b",
        "c",
        "a walk, from its number on",
    ]


@pytest.mark.parametrize(("count", "named"), [(3, 3), (16, 16), (21, 11), (200, 20)])
def test_columns_of_a_table_are_named_below_it(count, named):
    names = [f"gene {number}" for number in range(count)]
    values = np.random.default_rng(0).normal(size=(4, count))
    field = Vector.of(values, "x", names).fitted(values)
    axes = plots.grid(values.reshape(2, 2, count), field=field).axes[0]
    (below,) = axes.child_axes
    assert all(
        tick.tick1line.get_markersize() == 0 for tick in below.xaxis.get_major_ticks()
    )
    shown = [label.get_text() for label in below.get_xticklabels()]
    assert len(shown) == 2 * named and shown[:2] == [
        "gene 0",
        f"gene {-(-count // named)}",
    ]
    # one of them white
    places, stripes = below.get_xticks(), axes.images[0].get_array().shape[1] / 2
    middles = [
        (int(name[5:]) + 0.5) / count * (stripes - 1) / stripes
        for name in shown[:named]
    ]
    np.testing.assert_allclose(places, [*middles, *(1 + middle for middle in middles)])


def test_a_table_without_names_has_none():
    values = np.random.default_rng(0).normal(size=(4, 3))
    field = Vector.of(values, "x").fitted(values)
    assert plots.grid(values.reshape(2, 2, 3), field=field).axes[0].child_axes == []


def test_a_title_over_a_narrow_grid_takes_the_room_beside_it():
    figure = plots.grid(
        np.zeros((9, 2, 4, 4, 1)), "samples: one class per column, one z per row"
    )
    figure.draw(FigureCanvasAgg(figure).get_renderer())
    assert "\n" not in figure.axes[0].get_title()


def test_images_at_one_point_are_drawn_there():
    canvas = drawn(plots.map_of_images(np.zeros((2, 2)), np.zeros((2, 4, 4, 1))))
    assert (canvas[-4:, :4] == 0.0).all() and canvas.sum() == canvas.size - 16


@pytest.mark.parametrize(("classes", "shown"), [(2, [1]), (3, [0, 1])])
def test_of_two_classes_alone_the_second_has_the_curve(classes, shown):
    labels = np.array([0, 1, 0, 1])
    names = [f"class {number}" for number in range(classes)]
    panel = plots.Roc(labels, np.eye(classes)[labels], names)
    told = [line.get_label() for line in plots.stacked([panel]).axes[0].lines[1:]]
    assert told == [f"area 1.000: class {number}" for number in shown]

import numpy as np
import pytest
from scipy.stats import norm

from kgen import latent
from kgen.abilities import Conditional, Encodes, Generates, Mixes
from kgen.latent.project import _progress
from tests.conftest import every_model, tiny, values_for


class Linear:
    """A model whose decoder is a known matrix."""

    def __init__(self, latent_dim=4, size=9):
        self.matrix = np.random.default_rng(0).normal(size=(latent_dim, size))

    def asked(self, labels):
        return labels

    def decode(self, z, y=None):
        values = z @ self.matrix
        return values if y is None else values + 100.0 * y[:, None]


# ---- paths ---------------------------------------------------------------------------------------


def test_a_line_is_straight_and_keeps_its_ends():
    start, end = np.array([0.0, 2.0, -1.0]), np.array([4.0, 0.0, 1.0])
    latents = latent.line(start, end, 5)
    np.testing.assert_array_equal(latents[[0, -1]], [start, end])
    np.testing.assert_allclose(
        np.diff(latents, axis=0), np.tile((end - start) / 4, (4, 1)), atol=1e-12
    )


def test_an_arc_keeps_the_length_and_turns_evenly():
    start, end = np.array([3.0, 0.0]), np.array([0.0, 3.0])
    latents = latent.arc(start, end, 4)
    np.testing.assert_allclose(np.linalg.norm(latents, axis=1), 3.0, atol=1e-12)
    angles = np.degrees(np.arctan2(latents[:, 1], latents[:, 0]))
    np.testing.assert_allclose(angles, [0.0, 30.0, 60.0, 90.0], atol=1e-9)


def test_the_length_along_an_arc_goes_straight_from_one_to_the_other():
    latents = latent.arc([2.0, 0.0, 0.0], [0.0, 0.0, 6.0], 5)
    np.testing.assert_allclose(
        np.linalg.norm(latents, axis=1), [2.0, 3.0, 4.0, 5.0, 6.0], atol=1e-12
    )
    np.testing.assert_allclose(
        latent.arc([1.0, 1.0], [2.0, 2.0], 3), [[1, 1], [1.5, 1.5], [2, 2]], atol=1e-12
    )


def test_a_way_passes_every_station_once():
    stations = np.random.default_rng(0).normal(size=(4, 3))
    latents = latent.through(stations, steps=5)
    assert latents.shape == (13, 3)
    np.testing.assert_allclose(latents[::4], stations, atol=1e-12)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: latent.line([0.0], [1.0], 1), "steps=1 is less than 2"),
        (lambda: latent.through(np.zeros((1, 3))), "stations are 1"),
        (
            lambda: latent.between(np.zeros((0, 3)), np.zeros((0, 3))),
            "starts and ends are empty",
        ),
        (
            lambda: latent.between(np.zeros((1, 3)), np.zeros((0, 3))),
            "starts has 1, ends has 0",
        ),
        (lambda: latent.arc([0.0, 0.0], [1.0, 0.0]), "no direction"),
        (lambda: latent.arc([1.0, 0.0], [-2.0, 0.0]), "opposite"),
        (lambda: latent.quantile_grid(3, 1), "two different axes"),
        (lambda: latent.quantile_grid(3, 4, axes=(0, 4)), r"axes=\(0, 4\).*0 to 3"),
        (lambda: latent.traversals(np.zeros(3), [3]), "units holds 3"),
        (lambda: latent.traversals(np.zeros(3), [0], reach=0.0), "reach=0.0"),
        (
            lambda: latent.stochastic_neighbours(np.zeros((30, 2))),
            "30 latents.*perplexity, 30",
        ),
        (
            lambda: latent.Concept.of_means(
                "thick", np.zeros((12, 2)), np.r_[np.ones(11), 0.0]
            ),
            "'thick' has 11",
        ),
        (
            lambda: latent.invert(tiny("gan"), np.zeros((1, 8, 8, 1)), steps=0),
            "steps=0",
        ),
    ],
)
def test_what_cannot_be_done_is_told(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


# ---- planes and units ----------------------------------------------------------------------------


def test_a_grid_shares_the_prior_out_evenly():
    grid = latent.quantile_grid(4, 3, axes=(2, 0), z=[0.0, 7.0, 0.0])
    assert grid.shape == (4, 4, 3) and (grid[..., 1] == 7.0).all()
    np.testing.assert_allclose(
        norm.cdf(grid[0, :, 2]), [0.125, 0.375, 0.625, 0.875], atol=1e-12
    )
    np.testing.assert_allclose(
        norm.cdf(grid[:, 0, 0]), [0.875, 0.625, 0.375, 0.125], atol=1e-12
    )


def test_a_traversal_moves_one_unit_and_its_values_change_by_that_row_of_the_decoder():
    model, z = Linear(), np.array([0.5, -1.0, 0.0, 2.0])
    latents = latent.traversals(z, [2, 0], reach=2.0, steps=5)
    np.testing.assert_allclose(latents[0, :, 2], [-2, -1, 0, 1, 2])
    np.testing.assert_array_equal(
        np.delete(latents[0], 2, axis=1), np.tile(np.delete(z, 2), (5, 1))
    )
    values = latent.decoded(model, latents)
    np.testing.assert_allclose(
        np.diff(values[0], axis=0), np.tile(model.matrix[2], (4, 1)), atol=1e-5
    )


def test_labels_are_broadcast_to_latents():
    values = latent.decoded(Linear(), np.zeros((2, 3, 4)), labels=np.array([[1], [2]]))
    np.testing.assert_allclose(
        values, np.broadcast_to(np.array([[[100.0]], [[200.0]]]), (2, 3, 9))
    )


def test_the_activity_of_a_unit_is_its_divergence_from_the_prior(batch):
    model = tiny("vae")
    mean, log_var = (part.astype("float64") for part in model.encode(batch[0]))
    expected = (0.5 * (mean**2 + np.exp(log_var) - log_var - 1.0)).mean(axis=0)
    np.testing.assert_allclose(model.activity(batch[0]), expected, rtol=1e-4)


def test_the_most_active_units_come_first_and_equal_ones_in_their_order():
    assert latent.most_active([0.5, 2.0, 0.0, 2.0]).tolist() == [1, 3, 0, 2]


def test_the_activity_of_a_latent_vector_without_distribution_is_its_variance(batch):
    model = tiny("autoencoder")
    np.testing.assert_allclose(
        model.activity(batch[0]), model.latents(batch[0]).var(axis=0), rtol=1e-6
    )


# ---- concepts ------------------------------------------------------------------------------------


@pytest.fixture
def halves():
    """Latents of which those with the attribute lie 3 further along the second axis."""
    random = np.random.default_rng(0)
    has = np.arange(400) % 2
    return random.normal(size=(400, 5)) + 3.0 * has[:, None] * np.eye(5)[1], has


@pytest.mark.parametrize("kind", ["of_means", "of_classifier"])
def test_a_concept_leads_from_those_without_to_those_with_it(halves, kind):
    latents, has = halves
    concept = getattr(latent.Concept, kind)("far", latents, has)
    gap = latents[has == 1].mean(axis=0) - latents[has == 0].mean(axis=0)
    unit = concept.direction / np.linalg.norm(concept.direction)
    assert unit[1] > 0.97
    np.testing.assert_allclose(np.linalg.norm(concept.direction), gap @ unit, rtol=1e-9)
    assert 0.9 < concept.accuracy < 0.96  # Φ(1.5) = .933


def test_concepts_add_to_latents_and_so_to_what_a_linear_decoder_makes_of_them(halves):
    concept, model = (
        latent.Concept("far", np.array([0.0, 2.0, 0.0, 1.0]), 1.0),
        Linear(),
    )
    latents = np.random.default_rng(1).normal(size=(3, 4))
    moved = concept.applied(latents, [-1.0, 0.0, 0.5])
    np.testing.assert_array_equal(moved[:, 1], latents)
    values = latent.decoded(model, moved)
    step = 2.0 * model.matrix[1] + model.matrix[3]
    np.testing.assert_allclose(
        values[:, 2] - values[:, 1], np.tile(0.5 * step, (3, 1)), atol=1e-5
    )


def test_a_concept_that_latents_do_not_know_is_guessed():
    latents, has = np.random.default_rng(0).normal(size=(600, 3)), np.arange(600) % 2
    assert abs(latent.Concept.of_means("none", latents, has).accuracy - 0.5) < 0.08


def test_the_control_of_a_concept_is_as_long_and_points_elsewhere(halves):
    concept = latent.Concept.of_means("far", *halves)
    control = concept.control()
    lengths = [np.linalg.norm(one.direction) for one in (concept, control)]
    np.testing.assert_allclose(*lengths)
    assert abs(control.direction @ concept.direction) < 0.95 * lengths[0] ** 2


def test_outer_thirds_leave_the_middle_out():
    has = latent.outer_thirds(np.arange(12.0))
    np.testing.assert_array_equal(has, [0.0] * 4 + [np.nan] * 4 + [1.0] * 4)


# ---- attributes of pixels ------------------------------------------------------------------------


def bar(lean, thickness=2, size=41):
    """A bright bar through the middle that leans ``lean`` pixels across for every pixel up."""
    rows, columns = np.mgrid[:size, :size] - size // 2
    inside = (np.abs(columns + lean * rows) <= thickness) & (np.abs(rows) <= 12)
    return inside[None, ..., None].astype("float32")


@pytest.mark.parametrize("lean", [-0.5, 0.0, 0.25, 1.0])
def test_slant_is_the_lean_of_a_bar(lean):
    assert abs(latent.slant(bar(lean))[0] - lean) < 0.02


def test_spread_and_ink_of_a_rectangle():
    picture = np.zeros((1, 30, 40, 1), "float32")
    picture[0, 5:15, 10:30] = 0.5  # 10 high, 20 wide
    np.testing.assert_allclose(latent.height(picture)[0], np.sqrt((10**2 - 1) / 12))
    np.testing.assert_allclose(latent.width(picture)[0], np.sqrt((20**2 - 1) / 12))
    np.testing.assert_allclose(latent.ink(picture)[0], 0.5 * 200 / 1200)
    assert np.isfinite(latent.slant(np.zeros((1, 8, 8, 1))))


@pytest.mark.parametrize("name", latent.ATTRIBUTES)
@pytest.mark.parametrize("background", [0.2, 1.0])
def test_dark_strokes_on_a_bright_background_are_measured_like_bright_ones_on_a_dark_one(
    name, background
):
    measure, strokes = (
        latent.ATTRIBUTES[name],
        np.concatenate([bar(0.5), bar(0.5, thickness=4)]),
    )
    dark = np.abs(background - 0.2 * strokes)
    expected = measure(strokes) * (0.2 if name == "thick" else 1.0)
    np.testing.assert_allclose(measure(dark), expected, rtol=1e-5)


# ---- maps ----------------------------------------------------------------------------------------


def test_principal_components_find_the_plane_in_which_latents_vary():
    random = np.random.default_rng(0)
    plane = random.normal(size=(500, 2)) * [5.0, 3.0]
    turned, _ = np.linalg.qr(random.normal(size=(10, 10)))
    points, share = latent.principal_components(
        np.hstack([plane, 0.01 * random.normal(size=(500, 8))]) @ turned
    )
    assert share > 0.999
    centred = plane - plane.mean(axis=0)
    np.testing.assert_allclose(points @ points.T, centred @ centred.T, atol=1.0)
    assert latent.principal_components(plane[:, :1])[0].shape == (500, 2)


@pytest.mark.whole
@pytest.mark.parametrize("name", latent.PROJECTIONS)
def test_every_map_keeps_groups_apart(name):
    random = np.random.default_rng(0)
    groups = np.repeat([0, 1], 40)
    latents = random.normal(size=(80, 6)) + 20.0 * groups[:, None]
    points = latent.PROJECTIONS[name](latents)
    assert latent.neighbour_agreement(points, groups) == 1.0
    assert latent.trustworthiness(latents, points) > 0.7


def test_a_large_map_says_how_far_it_is_in_words_of_its_own_and_is_the_same(
    monkeypatch, capsys
):
    latents = np.random.default_rng(0).normal(size=(60, 3))
    quiet = latent.stochastic_neighbours(latents)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr("kgen.latent.project.MOST", 59)
    np.testing.assert_array_equal(latent.stochastic_neighbours(latents), quiet)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "t-SNE of 60 latents: 1,000 of 1,000 steps, 00:00 left"
    assert len(lines) == 10 and all(
        line.startswith("t-SNE of 60 latents: ") for line in lines
    )


def test_what_others_print_meanwhile_goes_its_way(capsys):
    with _progress("t-SNE"):
        print("[t-SNE] Computing 91 nearest neighbors...\nanother thread", "speaks")
    assert capsys.readouterr().out == "another thread speaks\n"


def test_a_map_that_is_the_latents_themselves_is_trusted_whole_and_a_random_one_is_not():
    random = np.random.default_rng(0)
    latents = random.normal(size=(300, 2))
    assert latent.trustworthiness(latents, latents) == 1.0
    assert latent.trustworthiness(latents, random.normal(size=(300, 2))) < 0.6


def test_neighbours_leave_the_point_itself_out():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 2.1]])
    assert latent.neighbour_agreement(
        points, np.array([0, 1, 1]), k=1
    ) == pytest.approx(1 / 3)


def test_outliers_lie_far_from_their_own_class():
    random = np.random.default_rng(0)
    labels = np.arange(200) % 2
    latents = random.normal(size=(200, 3)) + 10.0 * labels[:, None]
    latents[17] -= 10.0  # where the other class lies
    assert latent.outliers(latents, labels, 3)[0] == 17
    spread = latent.distances_from_class(
        random.normal(size=(4000, 3)) * [1.0, 5.0, 0.1]
    )
    # χ² of three degrees of freedom
    np.testing.assert_allclose(np.mean(spread**2), 3.0, rtol=0.02)


# ---- models --------------------------------------------------------------------------------------


@every_model(Encodes)
def test_a_line_leads_from_one_reconstruction_to_the_other(name):
    model = tiny(name)
    values = values_for(model)
    x, labels = values["x"], model.asked(values.get("y"))
    y = None if labels is None else labels[:3]
    lines = latent.interpolate(model, x[:3], x[3:6], steps=5, labels=y)
    assert lines.shape == (3, 5, *x.shape[1:])
    np.testing.assert_allclose(lines[:, 0], model.reconstruct(x[:3], y), atol=1e-5)
    np.testing.assert_allclose(lines[:, -1], model.reconstruct(x[3:6], y), atol=1e-5)
    middle = (model.latents(x[:3], y) + model.latents(x[3:6], y)) / 2
    np.testing.assert_allclose(lines[:, 2], model.decode(middle, y), atol=1e-5)


@every_model(Generates)
def test_every_model_decodes_traversals_and_grids(name):
    model = tiny(name)
    labels = model.labels_of(1)
    latents = latent.traversals(np.zeros(model.latent_dim), [0, 2], steps=3)
    assert latent.decoded(model, latents, labels).shape == (2, 3, *model.shape)
    assert latent.decoded(
        model, latent.quantile_grid(2, model.latent_dim), labels
    ).shape == (
        2,
        2,
        *model.shape,
    )


# No gradient leads from one generator of a mixture to another.
@every_model(Generates, without=(Encodes, Mixes))
def test_every_generator_is_inverted_at_its_own_samples(name):
    model = tiny(name)
    labels = model.labels_of(6)
    values = model.generate(6, labels, seed=3)
    latents, errors = latent.invert(model, values, labels, steps=120, starts=3)
    again = model.decode(latents, model.asked(labels))
    scaled, back = (model.fields["x"].scaled(part) for part in (values, again))
    np.testing.assert_allclose(
        np.mean((scaled - back) ** 2, axis=(1, 2, 3)), errors, rtol=1e-3, atol=1e-7
    )
    assert errors.mean() < 0.1 * np.mean((scaled - scaled.mean(axis=0)) ** 2)


@every_model(Conditional)
def test_one_style_runs_through_all_classes(name):
    model = tiny(name)
    z = np.ones(model.latent_dim, "float32")
    values = latent.decoded(model, np.tile(z, (3, 1)), np.arange(3))
    np.testing.assert_allclose(
        values[1], model.decode(z[None], np.array([1]))[0], atol=1e-6
    )

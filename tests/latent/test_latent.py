import numpy as np
import pytest

from kgen import latent
from tests.conftest import tiny


def test_a_line_leads_from_one_reconstruction_to_the_other(batch):
    x, _ = batch
    model = tiny("vae")
    lines = latent.interpolate(model, x[:3], x[3:6], steps=5)
    assert lines.shape == (3, 5, 8, 8, 1)
    np.testing.assert_allclose(lines[:, 0], model.reconstruct(x[:3]), atol=1e-6)
    np.testing.assert_allclose(lines[:, -1], model.reconstruct(x[3:6]), atol=1e-6)
    middle = (model.encode(x[:3])[0] + model.encode(x[3:6])[0]) / 2
    np.testing.assert_allclose(lines[:, 2], model.decode(middle), atol=1e-6)
    with pytest.raises(ValueError, match="steps=1 is less than 2"):
        latent.interpolate(model, x[:3], x[3:6], steps=1)


def test_principal_components_find_the_plane_in_which_codes_vary():
    random = np.random.default_rng(0)
    plane = random.normal(size=(500, 2)) * [5.0, 3.0]
    turned, _ = np.linalg.qr(random.normal(size=(10, 10)))
    points, share = latent.principal_components(np.hstack([plane, 0.01 * random.normal(size=(500, 8))]) @ turned)
    assert share > 0.999
    centred = plane - plane.mean(axis=0)
    np.testing.assert_allclose(points @ points.T, centred @ centred.T, atol=1.0)
    assert latent.principal_components(plane[:, :1])[0].shape == (500, 2)


def test_a_map_of_neighbours_keeps_groups_apart():
    random = np.random.default_rng(0)
    groups = np.repeat([0, 1], 40)
    codes = random.normal(size=(80, 6)) + 20.0 * groups[:, None]
    points = latent.neighbour_map(codes)
    centers = np.stack([points[groups == group].mean(axis=0) for group in (0, 1)])
    nearest = np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)
    np.testing.assert_array_equal(nearest, groups)

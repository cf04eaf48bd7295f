import numpy as np
import pytest
from keras import ops

from kgen import networks
from kgen.networks import progressive

SHAPE = (16, 16, 2)
Z = np.random.default_rng(0).standard_normal((3, 5), dtype="float32")
X = np.random.default_rng(1).standard_normal((3, *SHAPE), dtype="float32")


@pytest.fixture(scope="module")
def generator():
    return networks.progressive_generator(SHAPE, 5, width=4, max_width=8)


@pytest.fixture(scope="module")
def critic():
    return networks.progressive_critic(SHAPE, width=4, max_width=8)


def at(level):
    return np.full(3, level, "float32")


def close(found, wanted):
    np.testing.assert_allclose(*map(ops.convert_to_numpy, (found, wanted)), atol=1e-5)


def larger(values):
    return np.repeat(np.repeat(ops.convert_to_numpy(values), 2, axis=1), 2, axis=2)


@pytest.mark.parametrize(
    ("shape", "width", "parameters"),
    [
        ((32, 32, 1), 64, (324_356, 325_249)),
        ((64, 64, 1), 32, (352_101, 353_057)),
        pytest.param(
            (1024, 1024, 3), 16, (23_079_115, 23_087_249), marks=pytest.mark.slow
        ),
    ],
)
def test_the_networks_have_the_parameters_of_the_paper(shape, width, parameters):
    most = 512 if width == 16 else 64
    pair = (
        networks.progressive_generator(shape, most, width, most),
        networks.progressive_critic(shape, width, most),
    )
    assert tuple(network.count_params() for network in pair) == parameters


@pytest.mark.parametrize("level", [0, 1])
def test_at_the_start_of_a_fade_values_are_those_of_the_smaller_generator_repeated(
    generator, level
):
    values = progressive.drawn(generator.get_layer, Z, at(level), 4 * 2**level, [])
    for _ in range(2 - level):
        values = larger(values)
    close(generator([Z, at(level)]), values)


def test_at_the_end_of_a_fade_values_are_those_of_the_new_path(generator):
    close(
        generator([Z, at(2)]), progressive.drawn(generator.get_layer, Z, at(0), 16, [])
    )


def test_within_a_fade_values_are_the_mean_of_both_paths(generator):
    small, large = (generator([Z, at(level)]) for level in (1, 2))
    close(generator([Z, at(1.25)]), 0.75 * small + 0.25 * large)
    close(
        generator([Z, at(1.25)]),
        progressive.drawn(generator.get_layer, Z, at(1.25), 16, [16]),
    )


@pytest.mark.parametrize("level", [0, 1, 2])
def test_at_a_whole_level_the_critic_is_that_of_the_averaged_values(critic, level):
    seen = progressive.averaged(X, 4 * 2**level)
    close(
        critic([X, at(level)]),
        progressive.judged(critic.get_layer, seen, at(level), []),
    )


def test_within_a_fade_the_critic_mixes_features_of_both_sizes(critic):
    part, small = critic.get_layer, progressive.averaged(X, 8)
    fine, coarse = part("block_16")(part("seen_16")(X)), part("seen_8")(small)
    mixed = part("block_8")(0.75 * coarse + 0.25 * fine)
    close(critic([X, at(1.25)]), part("head")(part("spread")(mixed)))


def test_real_values_are_as_sharp_as_the_fakes(generator):
    part, small = generator.get_layer, larger(progressive.averaged(X, 8))
    close(progressive.as_sharp(part, X, at(1.25), [8, 16]), 0.75 * small + 0.25 * X)
    close(
        progressive.as_sharp(part, X, at(0), [8, 16]),
        larger(larger(progressive.averaged(X, 4))),
    )
    np.testing.assert_array_equal(progressive.as_sharp(part, X, at(2), [8, 16]), X)


def test_a_critic_sees_whether_the_fakes_of_a_batch_differ(critic):
    same = np.repeat(X[:1], 4, axis=0)
    spread = critic.get_layer("spread")(critic.get_layer("seen_4")(same[:, :4, :4]))
    np.testing.assert_allclose(ops.convert_to_numpy(spread)[..., -1], 1e-4, rtol=1e-3)


def test_all_variables_are_in_use_at_the_full_size(generator, critic):
    for network in (generator, critic):
        used = progressive.in_use(network, 16, [8, 16])
        assert {id(v) for v in used} == {id(v) for v in network.trainable_variables}


@pytest.mark.parametrize(
    ("shape", "nearest"),
    [((28, 28, 1), 32), ((48, 48, 3), 64), ((32, 64, 1), 64), ((4, 4, 1), 8)],
)
def test_sides_that_no_doubling_reaches_are_refused_with_the_nearest(shape, nearest):
    with pytest.raises(
        ValueError, match=f"{shape[0]} × {shape[1]} .*to {nearest} × {nearest}"
    ):
        networks.progressive_generator(shape, 5)

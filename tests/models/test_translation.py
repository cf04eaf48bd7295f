"""Image-to-image models: their losses in closed form, and which networks each loss trains."""

import keras
import numpy as np
import pytest
from keras import ops

from kgen import losses, networks
from kgen.engine.backend import differentiated
from kgen.fields import Image, Mask
from kgen.layers import ImagePool, Jointly, RandomAffine
from kgen.models import VAGAN, CycleGAN, Pix2Pix, SegAN, SelfRegularizedGAN, UNet
from tests.conftest import tiny, uncompiled, values_for

SHAPE = (8, 8, 1)
X = np.random.default_rng(0).uniform(-1, 1, (6, *SHAPE)).astype("float32")
Y = np.random.default_rng(1).uniform(-1, 1, (6, *SHAPE)).astype("float32")
FIELD = Image(SHAPE, -1.0, 1.0, span=(-1.0, 1.0))


def affine(factor, offset=0.0):
    """A network that multiplies and adds."""
    network = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(1, 1)])
    network.layers[0].set_weights(
        [np.full((1, 1, 1, 1), factor), np.full((1,), offset)]
    )
    return network


def judge(value=0.0):
    """A discriminator of one patch with a constant output."""
    network = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(1, 8)])
    network.layers[0].set_weights([np.zeros((8, 8, 1, 1)), np.full((1,), value)])
    return network


def cycle_gan(to_b, to_a, **options):
    fields = {"a": FIELD, "b": FIELD}
    return CycleGAN(
        to_b, to_a, judge(), judge(), fields=fields, pool_size=0, seed=0, **options
    )


def paid(model, **values):
    """The logs of a model that is evaluated on these values."""
    if not model.compiled:
        model.compile()
    return uncompiled(model).evaluate(values, verbose=0, return_dict=True)


def test_identity_generators_pay_nothing_for_cycles_and_identity_and_swapped_ones_do():
    logs = paid(cycle_gan(affine(1.0), affine(1.0)), a=X, b=Y)
    assert logs["cycle_loss"] == logs["identity_loss"] == 0.0
    # G negates and F negates back: each cycle is perfect, but identity mapping is violated.
    swapped = paid(cycle_gan(affine(-1.0), affine(-1.0)), a=X, b=Y)
    assert swapped["cycle_loss"] == 0.0
    assert swapped["identity_loss"] == pytest.approx(
        2 * (np.abs(X).mean() + np.abs(Y).mean()), rel=1e-5
    )


def test_each_generator_is_asked_to_keep_the_field_that_it_gives():
    logs = paid(cycle_gan(affine(2.0), affine(1.0)), a=X, b=Y)
    # G, to b, is asked about b: |2b − b|; F about a, which it keeps.
    assert logs["identity_loss"] == pytest.approx(np.abs(Y).mean(), rel=1e-5)
    assert logs["cycle_loss"] == pytest.approx(
        np.abs(X).mean() + np.abs(Y).mean(), rel=1e-5
    )


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("name", ["to_a", "to_b"])
def test_each_cycle_moves_both_generators(name, side):
    model = cycle_gan(affine(0.9, 0.1), affine(1.1, -0.1))
    kernel = getattr(model, name).trainable_variables[0]
    a, b = map(ops.convert_to_tensor, (X, Y))

    def cycle(shift):
        held = ops.convert_to_tensor(kernel)
        with keras.StatelessScope([(kernel, held + shift)]):
            _, again, _ = model.forward(a, b)
        return losses.absolute_difference((a, b)[side], again[side]), ()

    slope, _ = differentiated(cycle, ops.zeros(kernel.shape))
    assert abs(float(ops.sum(slope))) > 1e-3


def test_the_loss_of_a_cycle_gan_is_the_sum_of_its_terms():
    logs = paid(
        cycle_gan(affine(0.5), affine(0.7), cycle_weight=3.0, identity_weight=2.0),
        a=X,
        b=Y,
    )
    expected = (
        logs["adversarial_loss"]
        + 3.0 * logs["cycle_loss"]
        + 2.0 * logs["identity_loss"]
    )
    assert logs["generator_loss"] == pytest.approx(expected, rel=1e-5)
    assert (
        logs["adversarial_loss"] == logs["real_loss"] == 1.0
        and logs["fake_loss"] == 0.0
    )


def test_channels_that_differ_leave_no_identity_and_the_error_says_so():
    fields = {"a": Image(SHAPE), "b": Image((8, 8, 3))}
    with pytest.raises(ValueError, match=r"as many channels.*identity_weight=0"):
        CycleGAN.from_fields(**fields, width=2, blocks=1)
    model = CycleGAN.from_fields(**fields, width=2, blocks=1, identity_weight=0.0)
    assert model.translate(np.zeros((2, *SHAPE)), to="b").shape == (2, 8, 8, 3)
    for cls in (VAGAN, SelfRegularizedGAN):
        with pytest.raises(
            ValueError, match="b images 8×8×3: bring both to as many channels"
        ):
            cls.from_fields(**fields, width=2)


def drawn(pool, values, random):
    """What a pool shows in place of values."""
    numbers = (
        random.random(size).astype("float32") for size in (pool.size, len(values))
    )
    return ops.convert_to_numpy(pool(values, *numbers))


def test_a_pool_hands_out_earlier_fakes_every_other_time_and_loses_none():
    pool, random = ImagePool(8), np.random.default_rng(0)
    shown = [
        drawn(pool, np.full((4, 2, 1), number, "float32"), random)
        for number in range(400)
    ]
    numbers = np.stack(shown)[:, :, 0, 0]
    assert (numbers[0] == 0).all()
    new = numbers == np.arange(400)[:, None]
    assert np.mean(new[50:]) == pytest.approx(0.5, abs=0.05)
    counts = np.bincount(numbers.astype(int).ravel(), minlength=400)
    # A fake that took an empty slot was shown at once, and once more when it left it.
    assert counts.sum() == 1600 and counts[10:350].max() == 4


def test_a_batch_may_be_larger_than_its_pool():
    pool = ImagePool(3)
    values = np.arange(5, dtype="float32").reshape(5, 1)
    np.testing.assert_array_equal(drawn(pool, values, np.random.default_rng(0)), values)
    assert set(ops.convert_to_numpy(pool.kept)[:, 0]) == {0.0, 1.0, 2.0}


@pytest.mark.parametrize("name", ["cycle-gan", "simgan"])
def test_a_pool_is_filled_by_training_alone_and_saved_with_its_model(name, tmp_path):
    model = uncompiled(tiny(name))
    values = values_for(model, 8)
    model.evaluate(values, verbose=0)
    pools = [weight for weight in model.weights if weight.path.endswith("full")]
    assert pools and all(float(ops.sum(full)) == 0 for full in pools)
    model.train_on_batch(values)
    assert all(float(ops.sum(full)) == 6 for full in pools)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    kept = [
        [weight.numpy() for weight in one.weights if "image_pool" in weight.path]
        for one in (model, again)
    ]
    assert len(kept[0]) == 2 * len(pools) and np.abs(kept[0][0]).max() > 0
    for first, second in zip(*kept, strict=True):
        np.testing.assert_array_equal(first, second)


def test_moved_pairs_stay_together_and_masks_of_whole_classes():
    random = np.random.default_rng(0)
    masks = np.zeros((4, 32, 32, 3), "float32")
    masks[..., 0] = 1.0
    masks[:, 8:20, 10:24] = [0.0, 1.0, 0.0]
    x = masks[..., 1:2] * 2.0 - 1.0
    layer = Jointly(RandomAffine(rotation=20, shift=0.1, seed=int(random.integers(9))))
    edges = {"x_edge": -1.0, "y_edge": np.array([1.0, 0.0, 0.0])}
    moved, also = (
        ops.convert_to_numpy(part)
        for part in layer(x, masks, **edges, is_mask=True, training=True)
    )
    assert (also.sum(axis=-1) == 1.0).all() and set(np.unique(also)) == {0.0, 1.0}
    assert (also[..., 1] != masks[..., 1]).any()
    np.testing.assert_array_equal(moved[..., 0] > 0, also[..., 1] > 0.5)
    same, _ = layer(x, masks, **edges, is_mask=True)
    np.testing.assert_array_equal(same, x)


PARTNERS = {
    "image": FIELD,
    "two classes": Mask(SHAPE),
    "three classes": Mask((8, 8, 3), [0, 1, 4]),
}
EACH_ONCE = [(UNet, "image"), (Pix2Pix, "two classes"), (SegAN, "three classes")]
OTHERS = [
    (UNet, "two classes"), (UNet, "three classes"), (SegAN, "two classes"),
    (Pix2Pix, "image"), (Pix2Pix, "three classes"),
]  # fmt: skip
AUGMENTED = [*EACH_ONCE, *(pytest.param(*o, marks=pytest.mark.slow) for o in OTHERS)]


@pytest.mark.parametrize(("cls", "kind"), AUGMENTED)
def test_pairs_are_moved_in_a_training_as_users_run_it(cls, kind):
    field = PARTNERS[kind]
    model = cls.from_fields(x=FIELD, y=field, width=2, augmented=True, seed=0)
    assert model.augment is not None
    model.compile()
    y = Y if kind == "image" else np.random.default_rng(0).choice(field.values, X.shape)
    logs = model.fit({"x": X, "y": y}, batch_size=3, verbose=0).history
    assert all(np.isfinite(values).all() for values in logs.values())


@pytest.mark.parametrize(("share", "expected"), [(0.02, 0.9259), (0.1, 0.7143)])
def test_dice_of_a_constant_half(share, expected):
    masks = (np.arange(10_000).reshape(1, 100, 100, 1) < 10_000 * share).astype(
        "float32"
    )
    halves = np.full_like(masks, 0.5)
    assert float(losses.dice_loss(masks, halves)[0]) == pytest.approx(
        expected, abs=1e-4
    )
    assert float(losses.dice_loss(masks, masks)[0]) == pytest.approx(0.0, abs=1e-6)


def test_masks_of_two_channels_cost_what_one_of_a_logit_does():
    random = np.random.default_rng(0)
    logits = random.normal(size=(3, 8, 8, 1)).astype("float32")
    masks = (random.random((3, 8, 8, 1)) < 0.4).astype("float32")
    both = np.concatenate([1 - masks, masks], axis=-1)
    two = losses.class_logits(logits)
    one, other = (
        losses.mask_cross_entropy(masks, logits),
        losses.mask_cross_entropy(both, two),
    )
    np.testing.assert_allclose(one, other, rtol=1e-5)
    dice = (
        losses.dice_loss(masks, losses.shares(logits)),
        losses.dice_loss(both, losses.shares(two)),
    )
    np.testing.assert_allclose(*dice, rtol=1e-5)


def test_the_edges_of_a_value_do_not_know_its_brightness():
    np.testing.assert_allclose(losses.edge_difference(X, X + 0.3), 0.0, atol=1e-6)
    ramp = np.broadcast_to(np.arange(8.0)[:, None, None], (1, *SHAPE)).astype("float32")
    np.testing.assert_allclose(losses.edge_difference(ramp, 0 * ramp), 0.5)


def pairs(field):
    return {"x": FIELD, "y": field}


def test_a_u_net_is_trained_by_the_distance_from_the_truth():
    logs = paid(UNet(affine(0.5), fields=pairs(FIELD)), x=X, y=Y)
    assert logs["loss"] == pytest.approx(np.abs(Y - 0.5 * X).mean(), rel=1e-5)


def test_pix2pix_halves_what_the_judge_pays_and_weighs_the_distance():
    both = keras.Sequential(
        [keras.Input((8, 8, 2)), keras.layers.Conv2D(1, 8, kernel_initializer="zeros")]
    )
    logs = paid(
        Pix2Pix(affine(0.5), both, content_weight=7.0, fields=pairs(FIELD)), x=X, y=Y
    )
    assert logs["discriminator_loss"] == pytest.approx(np.log(2), rel=1e-5)
    distance = np.abs(Y - 0.5 * X).mean()
    assert logs["generator_loss"] == pytest.approx(np.log(2) + 7.0 * distance, rel=1e-5)


def test_a_critic_of_scales_sees_no_difference_between_masks_that_are_alike():
    mask = Mask(SHAPE)
    sure = affine(1e6)  # the sign of x, as a mask
    model = SegAN(sure, networks.feature_critic(SHAPE, 2), fields=pairs(mask))
    logs = paid(model, x=X, y=(X > 0).astype("uint8"))
    assert (
        logs["scale_loss"] == pytest.approx(0.0, abs=1e-5) and logs["dice_loss"] < 1e-3
    )
    other = paid(model, x=X, y=(X < 0).astype("uint8"))
    assert (
        other["scale_loss"] > 0.1
        and other["discriminator_loss"] == -other["critic_scale_loss"]
    )
    assert all(
        np.abs(weight).max() <= 0.05
        for weight in _trained(model).discriminator.get_weights()
    )


def _trained(model):
    model.train_on_batch({"x": X, "y": (X > 0).astype("uint8")})
    return model


def test_a_model_of_images_segments_nothing_and_says_why():
    model = UNet(affine(1.0), fields=pairs(FIELD))
    with pytest.raises(ValueError, match="y is images 8×8×1 and no mask"):
        model.segment(X)


@pytest.mark.parametrize("mask", [Mask(SHAPE), Mask((8, 8, 3), [0, 1, 4])])
def test_a_segmented_point_is_of_its_most_likely_class(mask):
    model = UNet.from_fields(x=FIELD, y=mask, width=2)
    shares = model.class_shares(X)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(model.segment(X), shares.argmax(axis=-1))
    numbers = np.array(mask.values)[model.segment(X)]
    np.testing.assert_array_equal(model.translate(X, to="y")[..., 0], numbers)


def test_an_effect_map_is_what_is_added_with_its_sign():
    critic = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    field = Image(SHAPE, 0.0, 100.0)
    fields = {"a": field.bounded(), "b": field.bounded()}
    model = VAGAN(affine(0.0, -0.2), critic, fields=fields)
    a = np.full((2, *SHAPE), 50.0, "float32")
    np.testing.assert_allclose(model.translate(a, to="b"), 40.0, rtol=1e-4)
    np.testing.assert_allclose(model.effect(a), 10.0, rtol=1e-4)
    logs = paid(model, a=a, b=a)
    assert logs["map_loss"] == pytest.approx(0.2, rel=1e-4)


def test_the_slope_of_a_va_gan_is_of_all_numbers_of_a_value():
    critic = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    critic.layers[-1].set_weights([np.full((64, 1), 0.25), np.zeros(1)])  # of norm 2
    model = VAGAN(affine(0.0), critic, fields={"a": FIELD, "b": FIELD})
    assert paid(model, a=X, b=Y)["gradient_penalty"] == pytest.approx(1.0, rel=1e-4)


def test_a_refiner_stays_near_its_input_in_what_it_is_told_to():
    for space, expected in (("pixels", 0.3), ("edges", 0.0)):
        fields = {"a": FIELD, "b": FIELD}
        model = SelfRegularizedGAN(
            affine(1.0, 0.3), judge(), space=space, pool_size=0, fields=fields
        )
        assert paid(model, a=X, b=Y)["self_loss"] == pytest.approx(expected, abs=1e-5)
    with pytest.raises(ValueError, match="Unknown space 'pixel'. Did you mean pixels"):
        SelfRegularizedGAN.from_fields(**fields, width=2, space="pixel")


@pytest.mark.parametrize("shape", [(9, 11, 1), (4, 5, 6, 2), (20, 3)])
def test_a_u_net_keeps_grids_that_cannot_be_halved_evenly(shape):
    network = networks.unet(shape, 3, 4, (-1.0, 2.0))
    values = np.random.default_rng(0).normal(0, 9, (2, *shape)).astype("float32")
    found = ops.convert_to_numpy(network(values))
    assert found.shape == (2, *shape[:-1], 3) and found.min() >= -1 and found.max() <= 2

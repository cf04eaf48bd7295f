import itertools

import keras
import numpy as np
import pytest
from keras import ops

from kgen import losses, networks
from kgen.fields import Label, PartialLabel, Vector
from kgen.models import CVAE, DrVAE, PertVAE
from tests.conftest import uncompiled

GENES, CLASSES, COUNT = 6, 3, 30
BOTH = pytest.mark.parametrize("cls", [PertVAE, DrVAE])


@pytest.fixture
def values():
    """Pairs that differ by a known change, and labels of which one third is missing."""
    random = np.random.default_rng(0)
    x = random.normal(5.0, 2.0, (COUNT, GENES)).astype("float32")
    return {
        "x": x,
        "after": x + np.float32(0.5),
        "y": (np.arange(COUNT) % CLASSES - 1).astype("int32"),
    }


def made(cls, values, **options):
    """A small compiled model of these values."""
    x = Vector.of(values["x"], "x").fitted(values["x"])
    fields = {
        "x": x,
        "after": Vector.of(values["after"], "after").fitted(values["after"]),
    }
    if cls is DrVAE:
        fields["y"] = PartialLabel(CLASSES)
    model = cls.from_fields(**fields, latent_dim=3, width=8, seed=1, **options)
    model.compile()
    return uncompiled(model)


def of(model, values):
    return {name: values[name] for name in model.fields}


def scores(model, values):
    """What an evaluation of one batch logs."""
    return model.evaluate(
        of(model, values), batch_size=COUNT, verbose=0, return_dict=True
    )


@BOTH
def test_a_drug_does_nothing_before_the_training(cls, values):
    model = made(cls, values)
    np.testing.assert_allclose(
        model.translate(values["x"], to="after"),
        model.reconstruct(values["x"]),
        rtol=1e-5,
        atol=1e-6,
    )


@BOTH
def test_latents_start_with_a_variance_of_one_whatever_the_values(cls, values):
    assert np.abs(made(cls, values).encode(1000 * values["x"])[1]).max() == 0


@BOTH
def test_the_latents_after_a_drug_are_drawn_of_the_profile_after_it(
    cls, values, monkeypatch
):
    # The released code draws z2 from q(z2|x1).
    model = made(cls, values, noise_level=0.0)
    drawn = []
    monkeypatch.setattr(
        model, "sample", lambda mean, log_var, training: drawn.append(mean) or mean
    )
    model.objective(*model.unpack(of(model, values)))
    x, after = (
        ops.convert_to_tensor(model.fields["x"].scaled(values[name]))
        for name in ("x", "after")
    )
    np.testing.assert_allclose(drawn[0], model.encoder(x)[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(drawn[1], model.encoder(after)[0], rtol=1e-5, atol=1e-6)


@BOTH
def test_noise_of_the_input_leaves_the_target_as_it_is(cls, values, monkeypatch):
    # The released code adds it in place, so that what is to be reconstructed is noisy too.
    model = made(cls, values, noise_level=10.0)
    targets = []
    log_prob = model.likelihood.log_prob
    monkeypatch.setattr(
        model.likelihood, "log_prob", lambda x, z: targets.append(x) or log_prob(x, z)
    )
    model.objective(*model.unpack(of(model, values)))
    before, after = (model.fields["x"].scaled(values[name]) for name in ("x", "after"))
    for target, given in zip(targets, [before, after, after], strict=True):
        np.testing.assert_allclose(target, given, rtol=1e-5, atol=1e-6)


@BOTH
def test_noise_has_the_standard_deviation_that_was_asked_for(cls, values):
    # The released code scales it by the variance, a hundredth.
    model = made(cls, values, noise_level=0.1)
    x = ops.zeros((5000, GENES))
    assert np.std(model.noisy(x, True)) == pytest.approx(0.1, rel=0.03)
    assert model.noisy(x, False) is x


def test_the_decoder_of_the_latents_reads_the_label_as_one_of_several(values):
    # The released code hands it the number of the class.
    model = made(DrVAE, values)
    for network in (model.upper_encoder, model.upper_decoder):
        first = next(
            layer for layer in network.layers if isinstance(layer, keras.layers.Dense)
        )
        assert first.kernel.shape[0] == 3 + CLASSES
        labels = ops.convert_to_tensor(np.arange(CLASSES, dtype="int32"))
        means = ops.convert_to_numpy(network([ops.ones((CLASSES, 3)), labels])[0])
        assert all(
            np.abs(one - other).max() > 1e-3
            for one, other in itertools.combinations(means, 2)
        )


@pytest.mark.parametrize(("nats", "paid"), [(0.5, 2.0), (1.9, 2.0), (7.0, 7.0)])
def test_free_bits_are_one_floor_of_a_value_and_not_of_a_unit(nats, paid, values):
    model = made(PertVAE, values)
    assert model.free_bits == 2.0
    assert float(model.floored(ops.convert_to_tensor([nats]))[0]) == paid


def test_each_part_of_the_objective_is_floored(values):
    # All encoders say N(0, I) and the drug does nothing: every divergence is small.
    model = made(DrVAE, values, free_bits=1000.0)
    logs = scores(model, values)
    assert logs["transition_loss"] == pytest.approx(1000.0)
    # of z1, of z3 and of y
    assert 2000.0 - 1e-2 <= logs["kl_loss"] <= 2000.0 + np.log(CLASSES) + 1e-2


def test_parts_sum_to_the_loss(values):
    model = made(DrVAE, values, class_weight=3.0, perturbation_weight=0.2, l2=0.0)
    logs = scores(model, values)
    told = logs["reconstruction_loss"] + logs["kl_loss"] + logs["transition_loss"]
    told += 0.2 * logs["perturbation_loss"] + 3.0 * logs["class_loss"]
    assert logs["loss"] == pytest.approx(told, rel=1e-5)


def test_unknown_labels_are_summed_out(values):
    model = made(DrVAE, values)
    costs = np.array([[1.0, 2.0, 6.0], [1.0, 2.0, 6.0]], "float32")
    logits = np.log(np.array([[0.5, 0.25, 0.25]] * 2, "float32"))
    known, unknown = ops.convert_to_numpy(
        model.summed_out(costs, np.array([2, -1]), logits)
    )
    assert known == pytest.approx(6.0 + np.log(3))
    entropy = 0.5 * np.log(0.5) + 0.5 * np.log(0.25)
    assert unknown == pytest.approx(0.5 * 1 + 0.25 * 2 + 0.25 * 6 + entropy + np.log(3))


def test_unknown_labels_cost_no_cross_entropy(values):
    model = made(DrVAE, values)
    losses_of = ops.convert_to_numpy(
        model.known_loss(np.array([-1, 1]), ops.zeros((2, CLASSES)))
    )
    assert losses_of.tolist() == pytest.approx([0.0, np.log(CLASSES)])


def test_the_classifier_reads_the_latents_and_what_the_drug_adds_to_it(values):
    model = made(DrVAE, values)
    model.transition.get_layer("change").bias.assign([1.0, 2.0, 3.0])
    z = ops.convert_to_tensor(np.ones((1, 3), "float32"))
    np.testing.assert_allclose(model.change(z), [[1, 1, 1, 1, 2, 3]], rtol=1e-6)


def test_divergence_between_gaussians_is_that_from_the_standard_one_in_its_place():
    random = np.random.default_rng(0)
    mean, log_var, shift, other = random.normal(size=(4, 5, 3)).astype("float32")
    whitened = (mean - shift) / np.exp(other / 2), log_var - other
    np.testing.assert_allclose(
        losses.kl_between(mean, log_var, shift, other),
        losses.kl_divergence(*whitened),
        rtol=1e-4,
    )


@BOTH
def test_both_profiles_are_scaled_by_the_first(cls, values):
    model = made(cls, values)
    assert model.fields["after"] == model.fields["x"]


@pytest.mark.whole
def test_a_known_change_is_learnt(values):
    values = {**values, "after": values["x"] + 2}
    model = made(PertVAE, values, noise_level=0.0, perturbation_weight=1.0, l2=0.0)
    model.run_eagerly = False
    model.compile(keras.optimizers.Adam(1e-2))
    model.fit(of(model, values), epochs=150, batch_size=COUNT, verbose=0)
    change = model.translate(values["x"], to="after") - model.reconstruct(values["x"])
    assert 1.0 < change.mean() < 2.4  # three latents of six numbers: some of it is lost


def test_other_models_refuse_labels_that_may_be_missing(values):
    from kgen.engine.accepts import refusal

    told = refusal(CVAE, {"x": Vector.of(values["x"], "x"), "y": PartialLabel(CLASSES)})
    assert "takes y as a label, and not as 3 classes, not known of every value" in told
    assert (
        refusal(
            DrVAE,
            {
                **dict.fromkeys(("x", "after"), Vector.of(values["x"], "x")),
                "y": Label(2),
            },
        )
        is None
    )


def test_profiles_of_other_genes_are_refused(values):
    with pytest.raises(ValueError, match="both need the same features"):
        made(PertVAE, {**values, "after": values["after"][:, :4]})


def test_sizes_of_the_upper_networks_and_of_the_transition_are_those_published():
    upper = networks.response_networks(100, 200, 2)
    assert [network.count_params() for network in upper] == [60_800, 60_800, 402]
    assert networks.perturbation.transition(100).count_params() == 20_200


@BOTH
def test_a_saved_model_says_the_same(cls, values, tmp_path):
    model = made(cls, values, noise_level=0.3, free_bits=1.0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert (again.noise_level, again.free_bits) == (0.3, 1.0)
    np.testing.assert_allclose(
        *(one.translate(values["x"], to="after") for one in (model, again)), rtol=1e-5
    )

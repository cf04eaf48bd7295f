"""The names that examples use without making them: small real things, by room of the package.

A name is here if a reader understands it without an explanation, such as ``images`` or ``table``.
"""

import dataclasses
import functools

import keras
import numpy as np
from keras import ops

import kgen
from kgen import data, fields, interpret, metrics, pretrained
from kgen.data.anomalies import PARTS
from kgen.data.drugs.screen import Screen
from tests.conftest import tiny, uncompiled, values_for
from tests.fields.kinds import bent_vessels

SHOWN = 60


@functools.cache
def trained():
    """The classifying model of handwritten digits that comes with kgen."""
    return pretrained.load("mnist")


@functools.cache
def shown():
    """The handwritten digits that come with kgen."""
    return pretrained.data("mnist").test.subset(slice(200))


def brightness(count=12):
    """Digits in [0, 1]."""
    return shown().scaled()[:count]


def noise(*shape):
    return np.random.uniform(0.0, 1.0, shape).astype("float32")


def normal(*shape):
    return np.random.normal(size=shape).astype("float32")


@functools.cache
def small(name, **options):
    """A small model that computes without being traced, with random values of its fields."""
    model = uncompiled(tiny(name, **options))
    return model, values_for(model, 24)


def of_small(name, field=None):
    """The small model, or the values of one of its fields."""
    return lambda: small(name)[1][field] if field else small(name)[0]


@functools.cache
def network():
    return kgen.networks.classifier((28, 28, 1), 10, 4)


def judge():
    """A network from images to one logit each."""
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])


@functools.cache
def patterns():
    return kgen.networks.classifier((32, 32, 1), 3, 4)


@functools.cache
def screen():
    """Pairs before and after a drug, with the response to it."""
    lines = Screen(genes=16).lines(60)
    return {
        "x": lines["x"],
        "after": lines["after"]["linear"],
        "y": lines["response"]["linear"],
    }


def pairs(response):
    """A data set of such pairs."""
    kinds = {"x": fields.Vector, "after": fields.Vector, "y": fields.PartialLabel}
    chosen = {name: kind for name, kind in kinds.items() if response or name != "y"}
    values = {name: screen()[name] for name in chosen}
    made = {name: kind.of(values[name], name) for name, kind in chosen.items()}
    return data.Data.from_arrays("pairs", values, made)


@functools.cache
def aged():
    """Scans with their concepts and ages."""
    values = {
        "x": noise(40, 16, 16, 16, 1),
        "c": normal(40, 2),
        "y": np.random.uniform(20, 80, 40),
    }
    c = fields.Vector.of(values["c"], "c").replaced(names=["csf", "grey"])
    y = fields.Number.of(values["y"], "y", "years")
    made = {"x": fields.Volume.of(values["x"], "x"), "c": c, "y": y}
    return data.Data.from_arrays("aged", values, made)


@functools.cache
def factors():
    """Values whose generating factors are known."""
    known = {"factors": np.random.randint(0, 3, (600, 2))}
    return data.Split({"x": noise(600, 8, 8, 1)}, {"x": fields.Image((8, 8, 1))}, known)


def predicted():
    """The classes of the stored digits, one of five wrong."""
    labels = shown().labels[:SHOWN]
    return np.where(np.arange(SHOWN) % 5, labels, 9 - labels)


def spread():
    """How far the network's answers on the stored digits vary."""
    return interpret.dropout_spread(trained(), shown()["x"][:SHOWN])


def latents():
    """The latents of the stored digits."""
    return trained().latents(shown()["x"][:SHOWN], shown().labels[:SHOWN])


@functools.cache
def digits():
    """A few of the 8×8 digits in three splits."""
    whole = data.load("digits")
    few = {part: getattr(whole, part).subset(slice(120)) for part in PARTS}
    return dataclasses.replace(whole, **few)


def of_digits(name):
    """A small model of the 8×8 digits."""
    return uncompiled(tiny(name, fields=digits().fields))


def of_pairs(side=16, channels=1):
    return lambda: noise(8, side, side, channels)


LIBRARIES = {
    "np": lambda: np,
    "keras": lambda: keras,
    "ops": lambda: ops,
    "kgen": lambda: kgen,
}
TABLE = {"table": lambda: normal(40, 12)}
DIGITS = {
    "images": brightness,
    "labels": lambda: shown().labels[:12],
    "dataset": digits,
}
STORED = {
    "images": lambda: shown()["x"][:SHOWN],
    "labels": lambda: shown().labels[:SHOWN],
}
TRAINED = {"model": trained, "dataset": lambda: pretrained.data("mnist")}
ANOMALIES = {"normal_images": of_pairs(64), "new_images": of_pairs(64)}
SCANS = {
    "scans": lambda: noise(8, 16, 16, 16, 1),
    "ages": lambda: np.random.uniform(20, 80, 8),
}
SLICES = {
    "scans": of_pairs(),
    "masks": lambda: (noise(8, 16, 16, 1) > 0.5).astype("uint8"),
}

# From the outermost room to the innermost: the last that has a name counts.
NAMES = {
    "kgen": {**LIBRARIES, **DIGITS, **TABLE},
    "kgen.abilities.detects": {
        "model": of_small("f-anogan"),
        "images": of_small("f-anogan", "x"),
    },
    "kgen.abilities.has_concepts": {
        "model": of_small("concept-bottleneck"),
        "scans": of_small("concept-bottleneck", "x"),
        "measured": lambda: np.full(24, 40.0),
    },
    "kgen.callbacks": {
        "model": lambda: of_digits("cvae"),
        "x": lambda: digits().train["x"][:12],
        "y": lambda: digits().train.labels[:12],
    },
    "kgen.data": {
        "values": lambda: {"x": noise(40, 5)},
        "subjects": lambda: np.arange(40) // 2,
        "fields": lambda: {"x": fields.Vector((5,))},
    },
    "kgen.engine.descent": {
        "model": of_small("vae"),
        "start": lambda: normal(4, 3),
        "x": lambda: noise(4, 8, 8, 1),
    },
    "kgen.experiments": TRAINED,
    "kgen.fields": {
        "vessels": lambda: normal(20, 200, 3),
        "scans": lambda: normal(8, 16, 16, 16, 1),
    },
    "kgen.interpret": {**STORED, **TRAINED, "canvas": lambda: shown()["x"][0]},
    "kgen.latent": {
        **STORED,
        **TRAINED,
        "latents": latents,
        "gan": of_small("gan"),
        "x_test": of_small("gan", "x"),
    },
    "kgen.layers": {
        "images": of_pairs(),
        "x": of_pairs(),
        "y": lambda: np.eye(2)[np.random.randint(0, 2, (8, 16, 16))],
        "fakes": of_pairs(),
        "patches": of_pairs(16, 3),
        "volumes": lambda: noise(2, 16, 16, 16, 1),
        "features": lambda: normal(8, 16),
        **dict.fromkeys(["maps", "old", "new"], of_pairs()),
    },
    "kgen.likelihoods": {
        "x": lambda: normal(8, 5),
        "z": lambda: normal(8, 2),
        "decoder": lambda: keras.layers.Dense(5),
    },
    "kgen.metrics": {
        **STORED,
        "model": lambda: of_digits("cvae"),
        "dataset": digits,
        "network": network,
        "real": lambda: noise(40, 28, 28, 1),
        "fake": lambda: noise(40, 28, 28, 1),
        "split": factors,
        "field": lambda: shown().fields["x"],
        "normal": lambda: shown()["x"],
        "predicted": predicted,
        "subjects": lambda: np.arange(SHOWN) // 4,
        "mr": of_pairs(),
        "ct": of_pairs(),
        "new_mr": of_pairs(),
        "outputs": of_pairs(),
        "inputs": of_pairs(),
        "new_outputs": of_pairs(),
        "new_inputs": of_pairs(),
    },
    "kgen.metrics.active_units": {"x": of_small("vae", "x")},
    "kgen.metrics.anomalies": {
        "model": of_small("f-anogan"),
        "images": of_small("f-anogan", "x"),
        "validation": of_small("f-anogan", "x"),
    },
    "kgen.metrics.factor_vae_score": {"model": of_small("vae")},
    "kgen.metrics.mutual_information_gap": {"model": of_small("vae")},
    "kgen.metrics.interventions": {
        "model": of_small("concept-bottleneck"),
        "scans": of_small("concept-bottleneck", "x"),
        "concepts": of_small("concept-bottleneck", "c"),
        "ages": of_small("concept-bottleneck", "y"),
    },
    "kgen.metrics.likelihood": {
        "model": of_small("vae"),
        "images": of_small("vae", "x"),
    },
    "kgen.models": {
        "noisy_images": brightness,
        "binary_images": lambda: (brightness() > 0.5).astype("float32"),
        **ANOMALIES,
    },
    "kgen.layers.mean_style": {"styles": lambda: normal(8, 16)},
    "kgen.fields.centreline": {"vessels": bent_vessels},
    "kgen.layers.adaptive_augmentation": {"discriminator": judge},
    "kgen.layers.conditional_batch_normalization": {"condition": lambda: normal(8, 5)},
    "kgen.layers.modulated_convolution": {
        "maps": of_pairs(8, 16),
        "styles": lambda: normal(8, 16),
    },
    "kgen.layers.path_length_penalty": {"slopes": lambda: normal(8, 3, 16)},
    "kgen.layers.self_attention": {"features": of_pairs(16, 8)},
    "kgen.models.adversarial.biggan": {
        "images": of_pairs(32, 3),
        "labels": lambda: np.arange(8),
    },
    "kgen.models.adversarial.stylegan": {"images": of_pairs(32, 3)},
    "kgen.models.adversarial.dcgan": {"images": of_pairs(64, 3)},
    "kgen.models.adversarial.markovian": {
        "images": of_pairs(32),
        "patches": of_pairs(32),
        "classifier": patterns,
    },
    "kgen.models.adversarial.progressive": {"images": of_pairs(32)},
    "kgen.models.perturbation": {
        "before": lambda: screen()["x"],
        "after": lambda: screen()["after"],
        "response": lambda: screen()["y"],
        "untreated": lambda: screen()["x"],
    },
    "kgen.models.perturbation.drvae": {"dataset": lambda: pairs(response=True)},
    "kgen.models.perturbation.pertvae": {"dataset": lambda: pairs(response=False)},
    "kgen.models.regression": SCANS,
    "kgen.models.regression.concept_bottleneck": {
        "dataset": aged,
        "scans": lambda: aged().test["x"],
        "measured": lambda: aged().test["c"][:, 0],
    },
    "kgen.models.translation": {
        **SLICES,
        **dict.fromkeys(["day", "night", "mr", "ct", "simulated", "real"], of_pairs()),
        **dict.fromkeys(["patients", "controls"], of_pairs()),
    },
    "docs/anomalies.md": {"images": lambda: digits().test["x"][:8]},
    "docs/data.md": {
        "table": lambda: noise(60, 5),
        "subjects": lambda: np.arange(60) // 3,
    },
    "docs/interpret.md": {
        **STORED,
        "model": trained,
        "metrics": lambda: metrics,
        "numbers": lambda: normal(SHOWN, 10),
        "seen": spread,
        "known": lambda: noise(SHOWN, 10),
    },
    "docs/large.md": {"images": of_pairs(64, 3)},
    "docs/translation.md": dict.fromkeys(
        ["images", "outputs", "truth", "new_outputs", "new_truth"], of_pairs()
    ),
    "kgen.search": {"x": lambda: normal(40, 4), "y": lambda: np.arange(40) % 2},
}


def named(room, wanted):
    """The things of these names, as a room knows them."""
    rooms = [
        names for outer, names in NAMES.items() if f"{room}.".startswith(f"{outer}.")
    ]
    known = {name: make for names in rooms for name, make in names.items()}
    return {name: known[name]() for name in wanted if name in known}

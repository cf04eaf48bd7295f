"""Dr.VAE on a simulated screen, cross-validated by cell line, beside baselines on the same folds.

python benchmarks/drug_response.py screen --drugs linear interaction
python benchmarks/drug_response.py screen --drugs interaction --known .1
python benchmarks/drug_response.py screen --drugs interaction --shuffled 5

The screen is drawn if the folder has none. Settings were chosen on a screen of another seed. With
--known, only that share of the training responses is known; the model is then also compared with
its classifier alone, without the pairs of unknown response.
"""

import argparse
import itertools
import json
import warnings
from pathlib import Path

import common
from kgen import data
from kgen.data.drugs.screen import Screen
from kgen.data.drugs.writing import AFTER, BEFORE, RESPONSE, TRUTH, write
from kgen.fields import PartialLabel
from kgen.metrics import area_under_roc, average_precision
from kgen.metrics.changes import mean_change, mean_correlation, ridge, rival, rivals
from kgen.models import DrVAE

import keras
import numpy as np

FOLDS, EPOCHS, BATCH_SIZE, RATE = 5, 150, 64, 1e-3
LINES = 400
SETTINGS = {
    "latent_dim": 10,
    "width": 100,
    "perturbation_weight": 1.0,
    "noise_level": 0.5,
    "l2": 0.1,
}
ALONE = "Dr.VAE, its supervised part alone"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--drugs", nargs="+", default=["linear", "interaction"])
    parser.add_argument(
        "--known",
        type=float,
        default=1.0,
        help="share of the training responses that are known",
    )
    parser.add_argument(
        "--shuffled",
        type=int,
        default=0,
        help="random orders of the responses, each on all folds",
    )
    arguments = parser.parse_args()
    if not (arguments.folder / BEFORE).exists():
        write(arguments.folder, Screen(), LINES)
    best = json.loads((arguments.folder / TRUTH).read_text())["drugs"]
    for drug in arguments.drugs:
        turns = itertools.product(range(FOLDS), range(max(1, arguments.shuffled)))
        folds = [of_fold(arguments, drug, *turn) for turn in turns]
        print(f"{drug}, the best AUROC there can be {best[drug]['auroc']:.3f}\n")
        for part in folds[0]:
            print(
                common.table(
                    [part, *TOLD[part]], averaged([fold[part] for fold in folds])
                ),
                flush=True,
            )


TOLD = {
    "after the drug": ["squared error", "correlation of the change"],
    "the response": ["AUROC", "area under precision and recall"],
}


def averaged(folds):
    """One row per predictor: the mean over the folds and the standard deviation of its numbers."""
    for name in folds[0]:
        numbers = np.array([fold[name] for fold in folds])
        yield [
            name,
            *(
                f"{mean:.3f} ± {spread:.3f}"
                for mean, spread in zip(numbers.mean(0), numbers.std(0), strict=True)
            ),
        ]


def of_fold(arguments, drug, number, order):
    """The numbers of every predictor on one fold."""
    before, after, response = (
        f"{arguments.folder / name}" for name in (BEFORE, AFTER, RESPONSE)
    )
    options = {
        "after": after,
        "response": response,
        "drug": drug,
        "facts": ["lineage"],
        "fold": number,
        "folds": FOLDS,
    }
    found = data.load(f"perturbation:{before}", **options)
    seed = FOLDS * order + number
    train, test = whole(found, arguments, seed), found.test
    model = trained(found.fields, train, seed)
    responses = of_responses(model, train, test)
    if arguments.known < 1:
        alone = {name: values[train["y"] >= 0] for name, values in train.items()}
        responses[ALONE] = scores(
            trained(found.fields, alone, seed, Supervised).classify(test["x"]),
            test["y"],
        )
    return {"after the drug": of_changes(model, train, test), "the response": responses}


def whole(found, arguments, seed):
    """Training and validation pairs as one; ``arguments`` may hide or shuffle some responses."""
    random = np.random.default_rng(seed)
    train = {
        name: np.concatenate([found.train[name], found.validation[name]])
        for name in found.fields
    }
    if arguments.shuffled:
        train["y"] = random.permutation(train["y"])
    unknown = random.random(len(train["y"])) >= arguments.known
    return {**train, "y": np.where(unknown, -1, train["y"]).astype("int32")}


class Supervised(DrVAE):
    """Encoder, transition and classifier of a Dr.VAE, without the reconstruction of profiles."""

    def objective(self, x, after, y, training=True):
        before, _ = self((x, after), training=training)
        logits = self.response(self.sample(*before, training), training)
        return self.class_weight * self.score("class_loss", self.known_loss(y, logits))


def trained(fields, train, seed, cls=DrVAE):
    """A model of the class."""
    # The supervised part does not train the other networks.
    warnings.filterwarnings("ignore", "Gradients do not exist")
    keras.utils.set_random_seed(seed)
    fields = {**fields, "y": PartialLabel(fields["y"].num_classes)}
    model = cls.from_fields(**fields, **SETTINGS, seed=seed)
    model.compile(keras.optimizers.Adam(RATE))
    model.fit(
        train, batch_size=min(BATCH_SIZE, len(train["x"])), epochs=EPOCHS, verbose=0
    )
    return model


def of_changes(model, train, test):
    """Squared error of the scaled profile after the drug, and correlation of the change."""
    scaled = model.fields["x"].scaled
    seen = [scaled(train[name]) for name in ("x", "after")]
    before = scaled(test["x"])
    after = scaled(test["after"])
    foreseen, real = scaled(model.translate(test["x"], "after")), after - before
    rows = {
        "Dr.VAE": foreseen, "no change": before, "mean change": mean_change(*seen, before),
        "ridge": ridge(*seen, before),
    }  # fmt: skip
    return {
        name: (np.mean(np.square(x - after)), mean_correlation(x - before, real))
        for name, x in rows.items()
    }


def of_responses(model, train, test):
    """AUROC and the area under precision and recall."""
    known, scaled = train["y"] >= 0, model.fields["x"].scaled
    classes = model.fields["y"].num_classes
    given = scaled(train["x"][known]), train["y"][known], scaled(test["x"]), classes
    own = {"Dr.VAE": scores(model.classify(test["x"]), test["y"])}
    return own | {
        name.replace("_", " "): scores(rival(name, *given), test["y"])
        for name in rivals()
    }


def scores(probabilities, labels):
    return area_under_roc(probabilities, labels), average_precision(
        probabilities, labels
    )


if __name__ == "__main__":
    main()

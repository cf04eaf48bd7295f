"""Turns a run into a small pretrained model that comes with kgen.

It writes the averaged weights in half precision, some test images, and a page.

Example:
    python scripts/make_pretrained.py runs/mnist mnist \\
        --licence "CC BY-SA 3.0, Yann LeCun and Corinna Cortes"
"""

import argparse
import io
import zipfile
from pathlib import Path

from kgen import models, tasks
from kgen.experiments.tables import number
from kgen.metrics.catalogue import metric, of_groups
from kgen.pretrained.loading import FOLDER, MODEL, PAGE, TEST
from kgen.runs.run import Run
from kgen.tasks.study import Settings, Study

import h5py
import numpy as np

MOST = 3_000_000  # bytes of the weights
USUAL = {"precision": "float32", "learning_rate_schedule": "constant"}
# of the shipped weights, on all test images
MEASURED = "classifier_accuracy", "reconstruction_mse", "active_units"
COPIED = (
    "frechet_distance", "precision", "recall", "evaluation_classifier_accuracy",
    "classification_accuracy_score", "log_likelihood", "linear_probe",
)  # fmt: skip


def alone(model):
    """The same model with its averaged weights as its only ones, and without optimizers."""
    copy = type(model).from_config({**model.get_config(), "ema_decay": None})
    with model.averaged():
        for new, old in zip(weights(copy), weights(model), strict=True):
            new.assign(old)
    copy.epochs_trained = model.epochs_trained
    return copy


def weights(model):
    """The weights of all networks."""
    return [
        weight
        for networks in model.players.values()
        for network in networks
        for weight in network.weights
    ]


def halve(path):
    """Rewrites a .keras file with every weight in half precision."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as half:
        for name, content in parts.items():
            half.writestr(name, halved(content) if name.endswith(".h5") else content)


def halved(content):
    """The same for an HDF5 file, as bytes."""
    file = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as whole, h5py.File(file, "w") as half:
        half.attrs.update(whole.attrs)
        whole.visititems(lambda name, item: copy(half, name, item))
    return file.getvalue()


def copy(half, name, item):
    """A group or an array of weights, with its attributes."""
    if isinstance(item, h5py.Group):
        half.require_group(name).attrs.update(item.attrs)
        return
    values = item[()]
    kept = values.astype("float16") if values.dtype.kind == "f" else values
    if not np.isfinite(kept).all():
        raise ValueError(
            f"The weights {name} reach {np.abs(values).max():g}; half precision ends at 65504."
        )
    half.create_dataset(name, data=kept).attrs.update(item.attrs)


def checked_size(path):
    """The size of a file in bytes; removes a file too large for a package, and says so."""
    size = path.stat().st_size
    if size > MOST:
        path.unlink()
        raise SystemExit(
            f"{path} would have {size / 1e6:.1f} MB, more than {MOST / 1e6:g}. "
            "Train a narrower model."
        )
    return size


def shown(test, count):
    """Some test values; if there are classes, the first ``count`` of each."""
    if test.labels is None:
        return test.subset(slice(count))
    places = [
        np.flatnonzero(test.labels == label)[:count] for label in np.unique(test.labels)
    ]
    return test.subset(np.sort(np.concatenate(places)))


def measured(model, data):
    """Some metrics of a model on all test values."""
    study = Study(model, data, settings=Settings(metrics=MEASURED))
    found = {}
    for task in tasks.applying(model, data):
        if wanted := study.wanted(of_groups(task.groups)):
            own, *_ = task.evidence(study)
            found |= {name: one.measure(own) for name, one in wanted.items()}
    return found


def row(name, before, after):
    """A line of the page's table."""
    return f"| {name} | {number(before)} | {number(after)} | {metric(name).meaning} |"


def brought(config):
    """The settings that few images bring along."""
    few = config.options.get("few")
    return models.MODELS[config.model].load().of_few if few else {}


def given(config):
    """The options of a model that are not those that few images bring along."""
    options, known = config.options, brought(config).get("options", {})
    return {name: options[name] for name in options if options[name] != known.get(name)}


def of_training(config):
    """The precision and the schedule as the command line takes them, where they are not usual."""
    usual = {**USUAL, **brought(config)}
    values = {name: getattr(config, name) for name in USUAL}
    return "".join(
        f" --{name.replace('_', '-')} {value}"
        for name, value in values.items()
        if value != usual[name]
    )


def spelled(flag, options):
    """Options as the command line takes them."""
    return "".join(f" --{flag} {name}={value}" for name, value in options.items())


def page(name, run, licence, sizes, before, after):
    """The page that states how the model was made, its data, and its quality."""
    config = run.config
    scores = run.read_json("metrics.json").get("evaluation", {}).get("scores", {})
    options = spelled("data", config.data) + spelled("set", given(config))
    length = f"--epochs {config.epochs} --batch-size {config.batch_size}"
    sizes_of_training = f"{length} --seed {config.seed}{of_training(config)}"
    pairs = [row(key, before[key], after[key]) for key in MEASURED if key in after]
    copied = [row(key, scores[key]["value"], None) for key in COPIED if key in scores]
    return f"""# {name}

`{config.model}` on `{config.dataset}`, {len(run.history)} epochs, made by

```
kgen train {config.model} --dataset {config.dataset} {sizes_of_training}{options} --run RUN
python scripts/make_pretrained.py RUN {name} --licence "{licence}"
```

- `{MODEL}`: the averaged weights of all networks in half precision, {sizes[0] / 1e6:.1f} MB, \
without optimizers;
  loaded, they are float32.
- `{TEST}`: {sizes[1]:,} values of the test split, the first of each class where there are \
classes, in their order.

The data and these values: {licence}.

| test split | the run | these weights | what it says |
|---|---|---|---|
{chr(10).join([*pairs, *copied])}

What stands for the run alone was measured by `kgen evaluate RUN`.
"""


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", help="a run directory")
    parser.add_argument("name", help="of the model in kgen.pretrained")
    parser.add_argument(
        "--licence", required=True, help="of the data, and whose they are"
    )
    parser.add_argument(
        "--values",
        type=int,
        default=100,
        help="test values of each class, or of all without classes",
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    run = Run.open(arguments.run)
    model, data, folder = (
        run.model(),
        run.trained_on(),
        arguments.folder / arguments.name,
    )
    folder.mkdir(parents=True, exist_ok=True)
    before, small = measured(model, data), alone(model)
    small.save(folder / MODEL)
    halve(folder / MODEL)
    size = checked_size(folder / MODEL)
    part = shown(data.test, arguments.values)
    np.savez_compressed(folder / TEST, **part.values)
    after = measured(models.saved(folder / MODEL), data)
    told = page(
        arguments.name, run, arguments.licence, (size, len(part)), before, after
    )
    (folder / PAGE).write_text(told)
    print(told)


if __name__ == "__main__":
    main()

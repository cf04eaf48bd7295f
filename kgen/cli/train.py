import json
from pathlib import Path

import click

from kgen.models import MODELS

DEFAULTS = {"epochs": 20, "batch_size": 128, "seed": 0, "precision": "float32", "options": {}}
WRITTEN = ("format_version", "fingerprint")


def _setting(ctx, param, values):
    """``name=value`` pairs as a dict; values are numbers, true, false or null where they read so, else words."""
    options = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, e.g. beta=0.5.")
        try:
            options[name.replace("-", "_")] = json.loads(value)
        except json.JSONDecodeError:
            options[name.replace("-", "_")] = value
    return options


HELP = f"""Train MODEL ({", ".join(MODELS)}) and leave a run directory.

\b
Example:
  kgen train cvae-cgan --dataset mnist --epochs 20 --set beta=0.5 --run runs/mnist
  kgen train --resume runs/mnist --epochs 40
"""


@click.command(help=HELP)
@click.argument("model", required=False, metavar="MODEL")
@click.option("--dataset", metavar="NAME", help="digits, mnist, tfds:NAME, npz:FILE or folder:DIR; see kgen datasets.")
@click.option("--epochs", type=click.IntRange(1), help="Passes over the training images.  [default: 20]")
@click.option("--batch-size", type=click.IntRange(2), help="Images a step.  [default: 128]")
@click.option("--latent-dim", type=click.IntRange(1), help="Size of the code z.  [default: 16]")
@click.option(
    "--set", "options", multiple=True, callback=_setting, metavar="NAME=VALUE", help="An option of the model."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Seeds weights, noise and order.  [default: 0]")
@click.option(
    "--precision", type=click.Choice(["float32", "bfloat16"]), help="What networks compute in.  [default: float32]"
)
@click.option("--devices", type=click.IntRange(1), default=1, help="GPUs, or parts of the CPU, side by side.")
@click.option(
    "--run", type=click.Path(path_type=Path), metavar="DIR", help="Where to write.  [default: runs/MODEL-DATASET]"
)
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Continue this run; --epochs may grow.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Start from another run's config.json.")
def command(model, run, resume, config, options, latent_dim, devices, **given):
    if latent_dim is not None:
        options["latent_dim"] = latent_dim
    given = {name: value for name, value in {"model": model, **given}.items() if value is not None}
    if resume is not None:
        _refuse(run, "--run", config, "--config")
        _resume(resume, given, options, devices)
    else:
        _start(run, _configuration(config, given, options), devices)


def _refuse(*pairs):
    for value, name in zip(pairs[::2], pairs[1::2], strict=True):
        if value is not None:
            raise click.UsageError(f"--resume continues a run as it was configured; leave {name} out.")


def _configuration(file, given, options):
    config = {**DEFAULTS, **_read(file), **given}
    config["options"] = {**config["options"], **options}
    for name, where in (("model", "a MODEL, see kgen models"), ("dataset", "--dataset NAME, see kgen datasets")):
        if name not in config:
            raise click.UsageError(f"Give {where}.")
    for name, least in (("epochs", 1), ("batch_size", 2), ("seed", 0)):
        if not isinstance(config[name], int) or config[name] < least:
            raise click.UsageError(f"{name}={config[name]!r} in {file} is not a whole number of at least {least}.")
    return config


def _read(file):
    if file is None:
        return {}
    try:
        values = json.loads(file.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise click.UsageError(f"--config {file} cannot be read as JSON: {error}") from error
    _check_config(file, values)
    return {name: value for name, value in values.items() if name not in WRITTEN}


def _check_config(file, values):
    known = ("model", "dataset", *DEFAULTS)
    if not isinstance(values, dict) or not isinstance(values.get("options", {}), dict):
        raise click.UsageError(f"--config {file} is not a JSON object like the config.json of a run.")
    for name, value in values.items():
        if name not in (*known, *WRITTEN):
            raise click.UsageError(f"--config {file} has {name!r}; known are {', '.join(known)}.")
        if name in ("model", "dataset") and not isinstance(value, str):
            raise click.UsageError(f"--config {file}: {name}={value!r} is not a name.")


def _start(path, config, devices):
    from kgen.runs import training

    path = path or Path("runs") / f"{config['model']}-{config['dataset'].replace(':', '-').replace('/', '-')}"
    _train(path, lambda: training.start(path, config, devices))


def _resume(path, given, options, devices):
    from kgen.runs import training
    from kgen.runs.run import Run

    run = Run.open(path)
    epochs = given.pop("epochs", None)
    for name, value in given.items():
        _check_unchanged(path, name, run.config[name], value)
    cls = training.model_class(run.config["model"])
    training.check_options(run.config["model"], cls, options)
    now = {**training.options_of(cls), **run.config["options"]}
    for name, value in options.items():
        _check_unchanged(path, name, now[name], value)
    _train(path, lambda: training.resume(run, epochs, devices))


def _check_unchanged(path, name, was, now):
    if was != now:
        raise click.UsageError(
            f"{name}={now} differs from {was} in {path}; a resumed run keeps its options, only --epochs may grow. "
            "Start a new run with --run DIR to change it."
        )


def _train(path, work):
    try:
        run = work()
    except KeyboardInterrupt:
        begun = f" Every finished epoch is saved; continue with\n  kgen train --resume {path}"
        click.echo(f"\nStopped.{begun if (path / 'config.json').exists() else ''}", err=True)
        raise click.exceptions.Exit(130) from None
    _summary(run)


def _summary(run):
    from kgen.runs.report import FILES

    last = run.history[-1]
    click.echo(f"\n{run.path} after {int(last['epoch'])} epochs:")
    for name, value in last.items():
        if name.startswith("val_"):
            click.echo(f"  {name[4:]:22} {value:.4f} on validation images")
    for name, meaning in FILES.items():
        if (run.path / name).exists():
            click.echo(f"  {run.path / name}  {meaning}")
    click.echo(f"Next: kgen test {run.path}")

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from kgen.checks import counted
from kgen.cli import run_options
from kgen.cli.configuration import asked, configuration, default_path
from kgen.experiments.placement import Placement
from kgen.models import MODELS

LEARNT = 0.9
# commands by the task they need
LOOKS = {"generate": "generate", "latent": "generate", "explore": "generate"}

HELP = f"""Train MODEL ({", ".join(MODELS)}) and write a run directory.

\b
Example:
  kgen train cvae-cgan --dataset mnist --epochs 20 --set beta=0.5 --run runs/mnist
  kgen train --resume runs/mnist --epochs 40
  kgen train vae --dataset csv:genes.csv --data label=tissue --run runs/genes
  kgen train vae --dataset hdf5:sections.h5 --data tile_size=64 --data test_group=B20 \
--run runs/tiles
  KERAS_BACKEND=jax kgen train vae --dataset mnist --processes 2 --run runs/vae
"""


@click.command(help=HELP)
@click.argument("model", required=False, metavar="MODEL")
@run_options.dataset
@run_options.data(
    help="An option of the data set, such as size=64; see kgen datasets NAME."
)
@click.option(
    "--binarisation",
    type=click.Choice(["none", "static", "dynamic"]),
    help="Sample binary pixels: once (static), or anew in every batch (dynamic).  [default: none]",
)
@run_options.epochs(help="Number of passes over the training set.  [default: 20]")
@run_options.batch_size
@run_options.learning_rate(
    help="For all players, or for one: discriminator=1e-4.  [default: the paper's]"
)
@run_options.learning_rate_schedule(
    help="cosine: the rates fall to 0 along a cosine. warmup: they first rise from 0.  "
    "[default: constant]"
)
@click.option(
    "--latent-dim",
    type=click.IntRange(1),
    help="Number of latent variables.  [default: the model's own]",
)
@run_options.setting_of_model(help="An option of MODEL; see kgen models MODEL.")
@run_options.seed(help="Seed of weights, noise and order of values.  [default: 0]")
@click.option(
    "--precision",
    type=click.Choice(["float32", "bfloat16"]),
    help="Precision of the networks.  [default: float32]",
)
@click.option(
    "--balanced",
    is_flag=True,
    default=None,
    help="Give every class the same total weight in training.",
)
@click.option(
    "--steps-per-execution",
    type=click.IntRange(1),
    help="Steps per return to Python; more are faster.  [default: 1]",
)
@click.option(
    "--devices",
    type=click.IntRange(1),
    default=1,
    help="Number of GPUs (or parts of the CPU) of this process.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="Number of processes. All start here, unless --process-id is given.",
)
@click.option(
    "--process-id",
    type=click.IntRange(0),
    help="Number of this process, from 0, if you start each one by hand.",
)
@click.option(
    "--coordinator",
    metavar="HOST:PORT",
    help="A free port on the host of process 0, which all processes can reach.",
)
@run_options.run(help="The run directory.  [default: runs/MODEL-DATASET]")
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Continue this run; only --epochs may grow.",
)
@run_options.config(help="Start from another run's config.json.")
@click.option(
    "--tensorboard",
    is_flag=True,
    default=None,
    help="Also write scalars and pictures for TensorBoard.",
)
@click.option(
    "--eager",
    is_flag=True,
    help="Run every step as plain Python, for a debugger: docs/debugging.md.",
)
@click.option(
    "--overfit",
    type=click.IntRange(1),
    metavar="N",
    help="Only check whether the model can overfit N values; writes nothing.",
)
def command(
    model: str | None, run: Path | None, resume: Path | None, config: Path | None,
    options: dict[str, Any], latent_dim: int | None, devices: int, processes: int | None,
    process_id: int | None, coordinator: str | None, overfit: int | None, eager: bool, **given: Any,
) -> None:  # fmt: skip
    placement = _placement(devices, processes, process_id, coordinator)
    if latent_dim is not None:
        options["latent_dim"] = latent_dim
    given = asked({"model": model, **given})
    if overfit is not None:
        _check_learns(
            configuration(config, given, options),
            overfit,
            resume,
            run,
            processes,
            eager or None,
        )
        return
    if resume is not None:
        _refuse(run, "--run", config, "--config")
        path = resume
        work = partial(_resume, resume, given, options, placement, eager)
    else:
        settings = configuration(config, given, options)
        path = run or default_path(settings)
        work = partial(_start, path, settings, placement, eager)
    if placement is None:
        _launch(processes, path)
    else:
        _train(path, placement, work)


def _placement(devices, processes, process_id, coordinator):
    """Where this process trains; ``None`` if it only starts the processes that do."""
    if processes is None and process_id is None and coordinator is None:
        return Placement.under_slurm(devices, os.environ)
    if process_id is None and coordinator is None and processes > 1:
        return None
    if None in (processes, process_id, coordinator) and processes != 1:
        raise click.UsageError(
            "--processes, --process-id and --coordinator HOST:PORT go together."
        )
    return Placement(devices, processes, process_id, coordinator)


def _launch(processes, path):
    from kgen.experiments import launching

    try:
        launching.launch(processes, _process)
    except KeyboardInterrupt:
        _stopped(path)
    except ChildProcessError as error:
        raise click.ClickException(f"{error}\n{_way_on(path).strip()}") from error


def _process(place, number):
    """The present command, as that of one process of several."""
    return [
        sys.executable,
        "-m",
        "kgen",
        *sys.argv[1:],
        "--coordinator",
        place,
        "--process-id",
        str(number),
    ]


def _refuse(*pairs):
    for value, name in zip(pairs[::2], pairs[1::2], strict=True):
        if value is not None:
            raise click.UsageError(
                f"--resume continues a run as it was configured; leave {name} out."
            )


def _start(path, config, placement, eager):
    from kgen.experiments import training

    return training.start(path, config, placement, eager=eager)


def _resume(path, given, options, placement, eager):
    from kgen.experiments import training
    from kgen.runs.run import Run

    run = Run.open(path)
    changes = {name: given.pop(name) for name in training.FREE if name in given}
    _check_same_data(path, run.config, given.pop("data", {}))
    for name, value in given.items():
        _check_unchanged(path, name, getattr(run.config, name), value)
    _check_same_options(path, run.config, options)
    return training.resume(run, placement, eager=eager, **changes)


def _check_same_data(path, config, given):
    from kgen.data import options_in_use, parsed_options

    now = options_in_use(config.dataset, config.data)
    for name, value in parsed_options(config.dataset, given).items():
        _check_unchanged(path, name, now.get(name), value)


def _check_same_options(path, config, options):
    from kgen.engine.options import options_of, typed

    cls = config.model_class()
    now = {**options_of(cls), **config.options}
    for name, value in typed(config.model, cls, options).items():
        _check_unchanged(path, name, now[name], value)


def _check_learns(config, count, *others):
    from kgen.experiments.first_look import overfit

    if any(other is not None for other in others):
        raise click.UsageError(
            "--overfit is a check that writes nothing; "
            "leave --resume, --run, --processes and --eager out."
        )
    share = overfit(config, count)
    click.echo(
        f"{share:.1%} of the variance of {counted(count, 'value')} is explained by reconstructions."
    )
    if share < LEARNT:
        raise click.ClickException(
            f"At least {LEARNT:.0%} are expected: the model cannot learn even these by heart. "
            "Raise --latent-dim or --set width, lower --set beta, or look at the values."
        )


def _check_unchanged(path, name, was, now):
    if was != now:
        raise click.UsageError(
            f"{name}={now} differs from {was} in {path}; a resumed run keeps its options, "
            "only --epochs may grow. Start a new run with --run DIR to change it."
        )


def _train(path, placement, work):
    from kgen.data.tiles.opening import Unreadable

    try:
        run = work()
    except KeyboardInterrupt:
        _stopped(path)
    except Unreadable as error:
        raise click.ClickException(f"{error}{_way_on(path)}") from error
    if placement.first:
        _summary(run)


def _stopped(path):
    click.echo(f"\nStopped.{_way_on(path)}", err=True)
    raise click.exceptions.Exit(130) from None


def _way_on(path):
    from kgen.runs.run import Run

    begun = Run(path).begun
    return (
        f" Every finished epoch is saved; continue with\n  kgen train --resume {path}"
        if begun
        else ""
    )


def _next(run):
    """The commands that the model of a run supports."""
    from kgen import tasks
    from kgen.verbs import VERBS

    cls = run.config.model_class()
    able = [name for name, task in LOOKS.items() if tasks.able(task, cls)]
    verbs = [
        name for name, entry in VERBS.items() if tasks.able(entry.load().task, cls)
    ]
    commands = ", ".join(
        f"kgen {name} {run.path}" for name in ["test", "evaluate", *able]
    )
    return (
        f"{commands}; with a file of your own {', '.join(verbs)}: docs/verbs.md"
        if verbs
        else commands
    )


def _summary(run):
    from kgen.experiments.contents import PAGE, present
    from kgen.experiments.page import scalars
    from kgen.experiments.tables import aligned
    from kgen.tasks.failures import verdict

    last = run.history[-1]
    click.echo(f"\n{run.path} after {counted(last['epoch'], 'epoch')}:")
    click.echo(
        aligned(("scalar", "training", "validation", "what it says"), scalars(last))
    )
    click.echo()
    for name, meaning in present(run).items():
        click.echo(f"  {run.path / name}  {meaning}")
    click.echo(f"Health: {verdict(run.health)}; docs/health.md says what that means.")
    click.echo(f"Next: {_next(run)}")
    click.echo(f"All on one page: {run.path / PAGE}")

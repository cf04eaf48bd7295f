import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from kgen.cli import run_options
from kgen.cli.configuration import asked, configuration, default_path
from kgen.models import MODELS

MANY = 200
HELP = f"""Search hyperparameters of MODEL ({", ".join(MODELS)}, \
or sklearn:NAME for a scikit-learn classifier or regressor).

Each NAME=VALUES is a list (beta=0.1,0.5,1), a range in steps (latent_dim=8..64:8) or a range on a
logarithmic scale (learning_rate=1e-4..1e-2:log). NAME is an option of the model, batch_size,
learning_rate or learning_rate.PLAYER. Every trial is an ordinary run in DIR/trials. The same
command continues an interrupted search.

\b
Example:
  kgen tune cvae-cgan --dataset digits --grid beta=0.1,0.5,1 latent_dim=8,16,32 --epochs 5
  kgen tune cgan --dataset mnist --random latent_dim=8..128 learning_rate=1e-4..1e-2:log \
--trials 20 --hours 8
  kgen tune vae --dataset mnist --bayesian --space space.yaml --objective log_likelihood --workers 2
  kgen tune sklearn:SVC --dataset digits --bayesian C=0.1..100:log gamma=1e-3..1:log --trials 15
  kgen tune sklearn:KernelRidge --dataset csv:a.csv --data number=age --set kernel=rbf \
--bayesian alpha=1e-3..1:log
"""


@click.command(help=HELP)
@click.argument("model", required=False, metavar="MODEL")
@click.argument("space", nargs=-1, metavar="[NAME=VALUES]...")
@click.option(
    "--grid",
    "algorithm",
    flag_value="grid",
    default=True,
    help="Every combination, in order.  [default]",
)
@click.option("--random", "algorithm", flag_value="random", help="Random combinations.")
@click.option(
    "--bayesian",
    "algorithm",
    flag_value="bayesian",
    help="Combinations that a Gaussian process expects to be best.",
)
@click.option(
    "--hyperband",
    "algorithm",
    flag_value="hyperband",
    help="Many trials for few epochs, the better ones for more.",
)
@click.option(
    "--space",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A YAML file with NAME: VALUES, instead of arguments.",
)
@click.option(
    "--objective", metavar="NAME[:min|max]",
    help="The compared scalar: any loss or accuracy of the history, or "
    "frechet_distance_over_reference, evaluation_classifier_accuracy or log_likelihood on "
    "validation images.  "
    "[default: val_loss; for a GAN frechet_distance_over_reference]",
)  # fmt: skip
@run_options.dataset
@run_options.data(help="An option of the data set.")
@run_options.epochs(help="Epochs per trial, at most.  [default: 20]")
@run_options.batch_size
@run_options.learning_rate(help="As in kgen train.")
@run_options.learning_rate_schedule(help="As in kgen train.")
@run_options.setting_of_model(help="An option of the model.")
@run_options.seed(help="Seed of the search and of the first run.  [default: 0]")
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=1,
    help="Runs per combination; their mean is compared.",
)
@click.option(
    "--trials",
    type=click.IntRange(1),
    help="Maximum number of trials.  [default: all of a grid, else 10]",
)
@click.option(
    "--hours",
    type=click.FloatRange(0, min_open=True),
    help="Start no trial after this number of hours.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    help="End a trial after this number of epochs without improvement.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Number of trials that keep their models.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    help="Number of parallel trials on this machine; they share its cores.",
)
@click.option(
    "--role",
    type=click.Choice(["chief", "worker"]),
    help="Role of this process, if several machines share the search.",
)
@click.option(
    "--chief",
    "address",
    metavar="HOST:PORT",
    help="Address of the chief.",
)
@run_options.config(help="Start from a run's config.json.")
@run_options.run(help="The search directory.  [default: runs/tune-MODEL-DATASET]")
@click.option("--yes", is_flag=True, help=f"Allow a grid of more than {MANY} trials.")
def command(
    model: str | None, space: tuple[str, ...], algorithm: str, file: Path | None,
    objective: str | None, options: dict[str, Any], seeds: int, trials: int | None,
    hours: float | None, patience: int | None, keep: int, workers: int | None, role: str | None,
    address: str | None, config: Path | None, run: Path | None, yes: bool, **given: Any,
) -> None:  # fmt: skip
    _check_together(role, address, space, file)
    _leave_gpus(role == "chief" or (role is None and workers))
    given = asked({"model": model, **given})
    settings = configuration(config, given, options)
    path = run or default_path(settings, "tune-")
    from kgen.search import Space, Tuning

    searched = Space.of_file(file) if file else Space.of_texts(space)
    if (
        algorithm == "grid"
        and not yes
        and min(searched.count, trials or searched.count) > MANY
    ):
        raise click.UsageError(
            f"{searched} has {searched.count} points. "
            "Give --yes if you mean it, or --random --trials N."
        )
    subject = _subject(settings, searched)
    tuning = Tuning(
        path, subject, algorithm, objective, seeds, trials, hours, patience, keep
    )
    if role != "worker":
        click.echo("\n".join(filter(None, (str(tuning), tuning.doubt))))
    _carry_out(tuning, role, address, workers)


def _subject(config, space):
    from kgen.search.estimators import PREFIX, EstimatorHyperModel
    from kgen.search.hypermodel import GenerativeHyperModel

    kind = (
        EstimatorHyperModel.of_config
        if config.model.startswith(PREFIX)
        else GenerativeHyperModel
    )
    return kind(config, space)


def _check_together(role, address, space, file):
    if (role is None) != (address is None):
        raise click.UsageError("--role chief|worker and --chief HOST:PORT go together.")
    if address and not re.fullmatch(r".+:\d+", address):
        raise click.UsageError(
            f"--chief {address} is not HOST:PORT, such as localhost:7000."
        )
    if space and file:
        raise click.UsageError("Give NAME=VALUES or --space FILE, not both.")


def _leave_gpus(leads):
    # A chief builds a model to learn its metrics, and TensorFlow would take a whole GPU for it.
    if leads:
        os.environ.setdefault("KGEN_GPUS", os.environ.get("CUDA_VISIBLE_DEVICES", ""))
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"


def _worker(address):
    """The present command, as that of a worker."""
    return [
        sys.executable,
        "-m",
        "kgen",
        *sys.argv[1:],
        "--role",
        "worker",
        "--chief",
        address,
    ]


def _carry_out(tuning, role, address, workers):
    from kgen.search.distributed.workers import free_address

    try:
        if role == "worker":
            tuning.work(address)
        elif role == "chief" or workers:
            address = address or free_address()
            tuning.lead(address, workers or 0, _worker(address))
        else:
            tuning.run()
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command continues.", err=True)
        raise click.exceptions.Exit(130) from None
    if role != "worker":
        _summary(tuning.search)


def _summary(search):
    from kgen.search.report import FILES

    failed = [record for record in search.records if not record.completed]
    click.echo(
        f"\nTrials that ended: {len(search.records)}; of these failed: {len(failed)}."
    )
    if not search.ranked:
        raise click.ClickException(
            "No trial succeeded. Correct the values and give another --run DIR."
        )
    click.echo(_verdict(search.ranked, search.objective))
    for name, meaning in FILES.items():
        if (search.path / name).exists():
            click.echo(f"  {search.path / name}  {meaning}")


def _verdict(ranked, objective):
    scores = [record.score(objective) for record in ranked]
    if len(scores) > 1 and min(scores) == max(scores):
        return (
            f"All have the same {objective.name}, {scores[0]:.4g}: none is best. "
            "Give more --epochs."
        )
    tied = scores.count(scores[0]) - 1
    also = f", as {tied} other{'s' * (tied > 1)}" if tied else ""
    return f"Best: {ranked[0].label}: {objective.name} {scores[0]:.4g}{also}"

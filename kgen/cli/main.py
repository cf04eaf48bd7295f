import importlib
import os
import sys

import click

from kgen import __version__
from kgen.checks import hint
from kgen.cli import verb
from kgen.cli.quiet import quieten
from kgen.verbs import VERBS

COMMANDS = {
    "train": "Train a model and write a run directory.",
    "test": "Measure a run on the test split.",
    "evaluate": "Measure a run as a generative model.",
    "card": "Write a run's model card: data, numbers, limits.",
    "tune": "Search hyperparameters.",
    "compare": "Compare several runs.",
    "generate": "Draw samples from a run's model.",
    "restyle": "Transfer the texture of a run's model to a picture.",
    "data": "Inspect or check data, or simulate data.",
    "explore": "Explore a run's latent space in a browser.",
    "latent": "Write figures of a run's latent space.",
    "explain": "Show which parts of a value led to the output.",
    "models": "List the models.",
    "datasets": "List the data sets.",
}


class _Commands(click.Group):
    """Subcommands by the name of their file, imported only when called."""

    def list_commands(self, ctx):
        return [*COMMANDS, *VERBS]

    def get_command(self, ctx, name):
        if name in VERBS:
            return verb.command(name)
        if name not in COMMANDS:
            raise click.UsageError(
                f"No such command {name!r}.{hint(name, self.list_commands(ctx))}"
            )
        return importlib.import_module(f"kgen.cli.{name}").command

    def format_commands(self, ctx, formatter):
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        with formatter.section("Verbs, which apply a run to a file"):
            formatter.write_dl([(name, entry.summary) for name, entry in VERBS.items()])


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="kgen")
def kgen() -> None:
    """Train, test and explore VAEs and GANs on Keras 3.

    \b
    Example:
      kgen train cvae-cgan --dataset digits --run runs/digits
      kgen test runs/digits
      kgen generate runs/digits --label 3 --count 64
    """


def main() -> None:
    """Runs the command line; prints an error that the user can fix without a traceback."""
    quieten()
    # Operations that run side by side add gradients in a varying order: a resumed run would differ
    # in the last digit. One operation at a time, each on all cores, is repeatable to the bit.
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    # OpenMP threads spin while waiting: beside another program t-SNE then takes ten times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        # Outside its standalone mode click returns the code of an Exit instead of exiting.
        sys.exit(kgen.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except (ValueError, TypeError, OSError, ImportError) as error:
        if os.environ.get("KGEN_TRACEBACK"):
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)

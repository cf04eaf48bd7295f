import click

from kgen.models import MODELS


@click.command()
def command():
    """List the models.

    \b
    Example:
      kgen models
    """
    width = max(map(len, MODELS))
    for name, entry in MODELS.items():
        family = entry.module.split(".")[0]
        click.echo(f"{name:{width}}  {family:12}  {entry.summary}  ({entry.paper})")

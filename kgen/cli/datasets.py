import click

from kgen.data.sources import SOURCES, spelling


@click.command()
def command():
    """List the data sets that --dataset takes.

    \b
    Example:
      kgen datasets
    """
    width = max(len(spelling(kind)) for kind in SOURCES)
    for kind, source in SOURCES.items():
        click.echo(f"{spelling(kind):{width}}  {source.summary}")

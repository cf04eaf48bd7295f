import click

from kgen.data.sources import SOURCES, reader, spelling


@click.command()
@click.argument(
    "name", required=False, type=click.Choice(list(SOURCES)), metavar="[NAME]"
)
def command(name: str | None) -> None:
    """List the data sets for --dataset, or the --data options of NAME.

    \b
    Example:
      kgen datasets
      kgen datasets csv
    """
    if name is not None:
        _describe(name)
        return
    width = max(len(spelling(kind)) for kind in SOURCES)
    for kind, source in SOURCES.items():
        click.echo(f"{spelling(kind):{width}}  {source.summary}")
    click.echo("\nkgen datasets NAME lists the options of one.")


def _describe(name):
    import inspect

    click.echo(f"--dataset {spelling(name)}\n\n{inspect.getdoc(reader(name))}")

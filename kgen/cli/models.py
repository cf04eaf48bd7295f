import click

from kgen.models import MODELS

HEAD = (
    "What --set OPTION=VALUE takes, "
    "and what it is unless given (–: nothing, or what suits the data):"
)


@click.command()
@click.argument(
    "name", required=False, type=click.Choice(list(MODELS)), metavar="[NAME]"
)
def command(name: str | None) -> None:
    """List the models, or describe NAME and its --set options.

    \b
    Example:
      kgen models
      kgen models cvae
    """
    if name is not None:
        _describe(name)
        return
    width = max(map(len, MODELS))
    for known, entry in MODELS.items():
        family = entry.module.split(".")[0]
        click.echo(f"{known:{width}}  {family:12}  {entry.summary}  ({entry.paper})")
    click.echo("\nkgen models NAME lists the options of one.")


def _describe(name):
    import inspect

    from kgen.engine.options import options_of

    cls = MODELS[name].load()
    options = options_of(cls)
    width = max(map(len, options))
    lines = [
        f"  {option:{width}}  {_default(value)}"
        for option, value in sorted(options.items())
    ]
    told = inspect.getdoc(cls)
    click.echo("\n".join([told, "", HEAD, *lines]))


def _default(value):
    return "–" if value is None else value

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path), required=False)
@click.option(
    "--model",
    "name",
    metavar="NAME",
    help="A model that comes with kgen, such as mnist, instead of RUN.",
)
@click.option(
    "--values",
    type=click.IntRange(20),
    default=10_000,
    show_default=True,
    help="Number of test values on the map.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Port of the page; 0 for any free port.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address of the page; by default only this computer can reach it.",
)
@click.option(
    "--browser/--no-browser", default=True, help="Open the page in a browser."
)
def command(
    run: Path | None, name: str | None, values: int, port: int, host: str, browser: bool
) -> None:
    """Explore the latent space of RUN on a page in your browser.

    \b
    Example:
      kgen explore runs/mnist
      kgen explore --model mnist
    """
    if (run is None) == (name is None):
        raise click.UsageError(
            "Give a run, as in kgen explore runs/mnist, or --model NAME, but not both."
        )
    import webbrowser

    from kgen.explorer.server import Server

    with Server(
        None, host, port
    ) as server:  # a port in use is told before minutes of encoding
        server.session = _session(run, name, values)
        for line in _told(server.session.state):
            click.echo(line)
        click.echo(f"Open {server.address} in a browser. Ctrl-C ends it.")
        if browser:
            webbrowser.open(server.address)
        _serve(server)


def _session(run, name, values):
    from kgen.explorer.session import Session
    from kgen.runs.run import Run

    return (
        Session.of_pretrained(name, values)
        if run is None
        else Session.of_run(Run.open(run), values)
    )


def _told(state):
    """What is explored, and the reason if a part of it is missing."""
    yield f"{state['title']}, {state['note']}, {state['count']:,} test values."
    if state["lacking"]:
        yield f"No map, no concepts: {state['lacking']}."


def _serve(server):
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nEnded.")

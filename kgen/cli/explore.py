from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--values", type=click.IntRange(20), default=10_000, show_default=True, help="Test values on the map.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Who may ask: this computer alone by default.")
@click.option("--browser/--no-browser", default=True, help="Open the page at once.")
def command(run, values, port, host, browser):
    """Explore the latent space of RUN by hand, on a page in your browser.

    \b
    Example:
      kgen explore runs/mnist
    """
    import webbrowser

    from kgen.explorer.server import Server
    from kgen.explorer.session import Session
    from kgen.runs.run import Run

    with Server(None, host, port) as server:  # a port in use is told before minutes of encoding
        session = server.session = Session(Run.open(run), values)
        click.echo(f"{session.state['title']}, {session.state['trained']}. Ctrl-C ends it.")
        click.echo(f"Open {server.address}")
        if browser:
            webbrowser.open(server.address)
        _serve(server)


def _serve(server):
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nEnded.")

"""A latent space explored by hand: on a page of its own, or in a cell of a notebook."""


def widget(source, data=None, count=10_000):
    """The explorer in a cell of a notebook, where the last line of a cell shows it.

    Args:
        source: a ``kgen.runs.run.Run``, its path, the name of a model that comes with kgen, or a model.
        data: of a model, the ``kgen.data.Data`` of whose test split values are shown.
        count: int, test values on the map.

    Raises:
        ImportError: where anywidget is not installed.

    Example:
        >>> kgen.explorer.widget("mnist")  # of kgen.pretrained
        >>> kgen.explorer.widget("runs/faces")
    """
    try:
        import anywidget  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "The explorer in a notebook needs anywidget: pip install anywidget, then restart the kernel. On a page "
            "of its own it needs nothing else: kgen explore."
        ) from error
    from kgen.explorer.notebook import Explorer
    from kgen.explorer.session import Session

    return Explorer(Session.of(source, data, count))

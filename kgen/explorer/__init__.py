"""A latent space to explore by hand: on a page of its own, or in a notebook cell."""

from typing import TYPE_CHECKING

from kgen.types import Location

if (
    TYPE_CHECKING
):  # the models and notebooks that it needs are imported where it is called
    from kgen.data.data import Data
    from kgen.engine import GenerativeModel
    from kgen.explorer.notebook import Explorer
    from kgen.runs.run import Run


def widget(
    source: "Run | GenerativeModel | Location",
    data: "Data | None" = None,
    count: int = 10_000,
) -> "Explorer":
    """The explorer in a notebook cell, shown by the last line of the cell.

    Args:
        source: a ``kgen.runs.run.Run``, its path, the name of a pretrained model, or a model.
        data: ``kgen.data.Data``, whose test split is shown; required with a model.
        count: int, test values on the map.

    Raises:
        ImportError: if anywidget is not installed.

    Example:
        >>> kgen.explorer.widget("mnist", count=200)  # of kgen.pretrained
        >>> kgen.explorer.widget("runs/digits", count=200)
    """
    try:
        import anywidget  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "The explorer in a notebook needs anywidget: pip install anywidget, "
            "then restart the kernel. On a page of its own it needs nothing else: kgen explore."
        ) from error
    from kgen.explorer.notebook import Explorer
    from kgen.explorer.session import Session

    return Explorer(Session.of(source, data, count))

import inspect
from collections.abc import Sequence
from inspect import Parameter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgen import tasks

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel
    from kgen.fields import Field
    from kgen.plots.figures import Figure
    from kgen.runs.run import Run
    from kgen.types import Array, Arrays


class Verb:
    """What a command does with a model and the values of a file.

    A new verb is a file with a subclass and an entry in ``kgen.verbs.VERBS``. The arguments of
    ``apply`` after the values are the options of its command.

    Attributes:
        task: str, the name of the task that the model must support.
        maps_sections: bool, whether it maps whole images of an HDF5 file, in ``of_section``.

    Example:
        >>> class Encode(Verb):
        ...     task = "latent"
        ...     def apply(self, model, values):
        ...         return {"latents": model.latents(**values)}
    """

    task = ""
    maps_sections = False

    def check(self, model: "GenerativeModel") -> None:
        """Raises, with the reason, if the model cannot do it."""
        tasks.check_able(self.task, model, type(self).__name__.lower())

    def reads(self, model: "GenerativeModel", **options: Any) -> tuple[str, ...]:
        """The fields that the file must hold: that of the values, and those of labels."""
        return ("x", *model.label_names)

    def completed(
        self, run: "Run", model: "GenerativeModel", **options: Any
    ) -> dict[str, Any]:
        """The options with what the run's training says where they say nothing."""
        return options

    def places(self, out: Path) -> list[Path]:
        """The files that are written where ``out`` is asked for."""
        return [out]

    def apply(self, model: "GenerativeModel", values: "Arrays") -> "dict[str, Array]":
        """Arrays by name, one row per value, from a dict of values by field, in stored units."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it makes of values."
        )

    def field(
        self, model: "GenerativeModel", name: str, **options: Any
    ) -> "Field | None":
        """The field of the array ``name`` if it can be drawn; else ``None``."""
        return None

    def columns(
        self, model: "GenerativeModel", name: str, **options: Any
    ) -> Sequence[str] | None:
        """The column names of the array ``name`` in a table; ``None`` if it has none."""
        field = self.field(model, name, **options)
        return None if field is None else field.columns

    def in_table(self, arrays: "Arrays") -> "Arrays":
        """Those of the arrays that a table holds."""
        return arrays

    def figure(
        self,
        model: "GenerativeModel",
        values: "Arrays",
        arrays: "Arrays",
        **options: Any,
    ) -> "Figure | None":
        """A figure of its own; ``None`` where the first array is drawn."""
        return None

    def names(self, model: "GenerativeModel") -> dict[str, list[str]]:
        """Arrays of names, of classes for example, that a .npz file stores too."""
        return {}

    def of_patches(
        self, model: "GenerativeModel", values: "Array", **options: Any
    ) -> "Array":
        """Outputs (n, …, channels) for patches (n, …, 1) of a scan, blended where they overlap."""
        name = type(self).__name__.lower()
        raise ValueError(
            f"{name} makes no scans of scans. Give it slices as pictures or in a .npz file."
        )

    def of_scan(
        self, model: "GenerativeModel", blended: "Array", **options: Any
    ) -> "Array":
        """The values of a scan (…), as stored in its file, from blended outputs (…, channels)."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it makes of a scan."
        )

    def of_section(
        self, model: "GenerativeModel", image: "Array", **options: Any
    ) -> "tuple[Array, dict[str, Any]]":
        """A map of a whole image (height, width) of a model of tiles, and a row of a table."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it makes of an image."
        )

    @classmethod
    def options(cls) -> list[Parameter]:
        """The options of its command."""
        _, _, _, *parameters = inspect.signature(cls.apply).parameters.values()
        return parameters

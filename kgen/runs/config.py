import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from kgen import models
from kgen.checks import check_known, hint
from kgen.names import without

if TYPE_CHECKING:
    from kgen.engine import GenerativeModel

FORMAT_VERSION = 2
FORMATS = 1, 2  # that can be read; models of version 1 have no fields
WRITTEN = "format_version", "fingerprint", "pixel"  # by the training itself
EVERY = "all"  # instead of the name of one player
LEAST = {"epochs": 1, "batch_size": 2, "seed": 0, "steps_per_execution": 1}


@dataclass(frozen=True)
class RunConfig:
    """The settings of a training run; they suffice to repeat it.

    Args:
        model: str, a name of ``kgen.models.MODELS``.
        dataset: str, as given to ``kgen.data.load``.
        epochs: int ≥ 1.
        batch_size: int ≥ 2, values per step.
        seed: int ≥ 0, of all random numbers.
        precision: ``"float32"`` or ``"bfloat16"``.
        binarisation: how pixels are drawn as 0 or 1: ``"none"``, ``"static"`` or ``"dynamic"``.
        balanced: bool, whether all classes have equal weight in training, however rare they are.
        steps_per_execution: int ≥ 1, steps per call of the compiled function.
        learning_rates: dict from the name of a player, or ``"all"``, to its learning rate.
        learning_rate_schedule: how the rates change over the run: ``"constant"``, ``"cosine"``
            (to 0) or ``"warmup"`` (from 0 over the first twentieth of the steps).
        options: dict of the model's own options.
        data: dict of the data set's own options.
        tensorboard: bool, whether every epoch is also written for TensorBoard.
        fingerprint: str, a hash of the training values; known once they are read.
        pixel: float, millimetres per pixel of the training images; 0 if it is not known.
        format_version: int, of the run directory's format.

    Raises:
        ValueError: for a value of another type or out of range.

    Example:
        >>> from kgen.experiments import training
        >>> config = RunConfig(model="vae", dataset="digits", epochs=5, options={"latent_dim": 2})
        >>> run = training.start("runs/vae", config)
    """

    model: str
    dataset: str
    epochs: int = 20
    batch_size: int = 128
    seed: int = 0
    precision: str = "float32"
    binarisation: str = "none"
    balanced: bool = False
    steps_per_execution: int = 1
    learning_rates: dict = field(default_factory=dict)
    learning_rate_schedule: str = "constant"
    options: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    tensorboard: bool = False
    fingerprint: str = ""
    pixel: float = 0.0
    format_version: int = FORMAT_VERSION

    def __post_init__(self) -> None:
        self.check_types(vars(self))
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} is not a whole number of at least {least}."
                )
        _check_format(self.format_version)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The configuration in a dict, as in config.json; raises for a misspelt or missing key."""
        # First of all, because other versions may have other keys.
        _check_format(values.get("format_version", FORMAT_VERSION))
        cls.check_names(values)
        missing = without(("model", "dataset"), values)
        if missing:
            raise ValueError(f"it lacks {' and '.join(missing)}.")
        return cls(**values)

    @classmethod
    def check_names(cls, values: Iterable[str]) -> None:
        """Raises for an unknown key, and suggests the closest known one."""
        known = [entry.name for entry in dataclasses.fields(cls)]
        for name in values:
            if name not in known:
                meant = hint(name, known) or f" Known: {', '.join(known)}."
                raise ValueError(f"unknown key {name!r}.{meant}")

    @classmethod
    def check_types(cls, values: Mapping[str, Any]) -> None:
        """Raises for a value that is not of the type of its key."""
        for entry in dataclasses.fields(cls):
            if entry.name in values:
                _check_type(entry.name, values[entry.name], entry.type)

    def replaced(self, **changes: Any) -> Self:
        """A copy with some values changed."""
        return dataclasses.replace(self, **changes)

    def model_class(self) -> "type[GenerativeModel]":
        """The class of the model."""
        return models.MODELS[check_known("model", self.model, models.MODELS)].load()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON holds them."""
        return dataclasses.asdict(self)


def _check_format(version):
    if version not in FORMATS:
        known = " and ".join(map(str, FORMATS))
        raise ValueError(
            f"format_version {version!r} is not known; this kgen reads {known}. Use the kgen that "
            "wrote it."
        )


def _check_type(name, value, kind):
    no_number = kind in (int, float) and isinstance(value, bool)
    kinds = (int, float) if kind is float else kind
    if no_number or not isinstance(value, kinds):
        raise ValueError(f"{name}={value!r} is not {WORDS[kind]}.")


WORDS = {
    str: "a name",
    int: "a whole number",
    float: "a number",
    dict: "a dict of names and values",
    bool: "true or false",
}

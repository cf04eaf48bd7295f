import contextlib
import io
import threading
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image as Picture

from kgen import interpret, latent, plots, pretrained, tasks
from kgen.checks import counted
from kgen.data.data import Data
from kgen.engine import GenerativeModel
from kgen.engine.backend import compiled
from kgen.experiments.latents import Latents
from kgen.fields import Image
from kgen.plots.explanations import laid_over
from kgen.runs.run import Run
from kgen.types import Array

# values shown, units with a slider, pixels of a thumbnail
COUNT, SLIDERS, CELL = 10_000, 16, 28


class Session:
    """What a page may ask of a model: its latents, their known properties, and decoded pictures.

    Args:
        model: a model that generates; it keeps its averaged weights from then on.
        data: ``kgen.data.Data``, whose test split is shown.
        count: int, test values shown.
        note: str, shown under the title.

    Raises:
        ValueError: if the model does not generate.

    Example:
        >>> session = Session.of("mnist")
        >>> picture = session.decoded(np.zeros(session.model.latent_dim), label=3)
        >>> picture.shape, picture.dtype
        ((28, 28, 3), dtype('uint8'))
    """

    def __init__(
        self, model: GenerativeModel, data: Data, count: int = COUNT, note: str = ""
    ):
        self.space, self.note = Latents(model, data, count), note
        self.model, self.data, self.field = model, data, self.space.field
        self._one_at_a_time = threading.Lock()  # several pages may ask for the same map
        # For good: this model is not shared, and a swap at every move of a slider would cost more
        # time than the decoder.
        contextlib.ExitStack().enter_context(self.model.averaged())
        self._draw = compiled(self._drawn)

    @classmethod
    def of_run(cls, run: Run, count: int = COUNT) -> Self:
        """The session of a ``kgen.runs.run.Run``; its note says how far the training got."""
        model, asked = run.model(), run.config.epochs
        done = model.epochs_trained
        note = (
            counted(done, "epoch")
            if done >= asked
            else f"{done} of {asked} epochs: its last checkpoint"
        )
        return cls(model, run.trained_on(), count, note)

    @classmethod
    def of_pretrained(cls, name: str, count: int = COUNT) -> Self:
        """The session of a model that comes with kgen, on the test images that come with it."""
        model = pretrained.load(name)
        return cls(
            model,
            pretrained.data(name),
            count,
            f"{model.epochs_trained} epochs, weights that come with kgen",
        )

    @classmethod
    def of(cls, source: Any, data: Data | None = None, count: int = COUNT) -> Self:
        """The session of a run, its path, a pretrained model's name, or a model with ``data``."""
        if data is not None:
            return cls(source, data, count)
        if isinstance(source, Run):
            return cls.of_run(source, count)
        if not isinstance(source, str | Path):
            raise TypeError(
                f"source={source!r} is no run, no path of one, and no name. "
                "Beside a model give data=…."
            )
        known = source in pretrained.names()
        return (
            cls.of_pretrained(str(source), count)
            if known
            else cls.of_run(Run.open(source), count)
        )

    @cached_property
    def state(self) -> dict[str, Any]:
        """The initial state of the page, ready for JSON."""
        space = self.space
        return {
            "title": f"{type(self.model).__name__} on {self.data.name}",
            "note": self.note,
            "lacking": space.lacking,
            "latent_dim": self.model.latent_dim,
            "units": [self._unit(int(unit)) for unit in space.units[:SLIDERS]],
            "classes": self.data.class_names,
            "explains": isinstance(self.field, Image)
            and tasks.load("explain").reason(self.model, self.data) is None,
            "conditional": self.model.labels_of(1) is not None,
            "count": len(self.latents),
            "projections": list(latent.PROJECTIONS),
            "concepts": [self._concept(concept) for concept in self._concepts],
            "sprite": {"columns": self._columns, "cell": CELL},
        }

    @cached_property
    def latents(self) -> Array:
        """Latents (n, latent_dim) of the test values, float32; n is 0 without an encoder."""
        space = self.space
        return np.asarray(
            space.latents if space.encodes else np.zeros((0, self.model.latent_dim)),
            "float32",
        )

    @cached_property
    def labels(self) -> Array:
        """The class of each of them, int32; 0 where there are no classes."""
        labels = self.space.test.labels
        return (
            np.zeros(len(self.latents), "int32")
            if labels is None
            else labels.astype("int32")[: len(self.latents)]
        )

    def points(self, projection: str) -> Array:
        """The latents on a plane, float32, each axis within [-1, 1]."""
        with self._one_at_a_time:
            points = self.space.plane(projection)
        low, high = points.min(axis=0), points.max(axis=0)
        return (2.0 * (points - low) / np.maximum(high - low, 1e-9) - 1.0).astype(
            "float32"
        )

    def decoded(self, z: ArrayLike, label: int = 0, explained: bool = False) -> Array:
        """The picture (height, width, 3) of a latent vector, uint8; raises for invalid input.

        ``explained`` overlays the evidence for the class that the model predicts, by Grad-CAM.
        """
        latents = self._checked(z, label)[None]
        labels = self.model.asked(np.array([label], "int32"))
        values = np.asarray(self._draw(latents, *(() if labels is None else (labels,))))
        picture = self._pictures(values)[0]
        return self._explained(values, picture) if explained else picture

    @property
    def needed(self) -> str:
        """What ``decoded`` takes, in words."""
        classes = len(self.data.class_names)
        label = f" and a class from 0 to {classes - 1} are" if classes else " is"
        return (
            f"A latent vector of {self.model.latent_dim} finite numbers{label} needed"
        )

    @cached_property
    def sprite(self) -> bytes:
        """All thumbnails in one PNG, bytes."""
        cells = self._thumbnails()
        rows = -(-len(cells) // self._columns)
        canvas = np.zeros((rows, self._columns, CELL, CELL, 3), "uint8")
        canvas.reshape(-1, CELL, CELL, 3)[: len(cells)] = cells
        sheet = canvas.transpose(0, 2, 1, 3, 4).reshape(
            rows * CELL, self._columns * CELL, 3
        )
        return png(sheet)

    @cached_property
    def _concepts(self):
        return self.space.known if self.space.encodes else []

    @property
    def _columns(self):
        return max(1, int(np.ceil(np.sqrt(len(self.latents)))))

    def _checked(self, z, label):
        if label not in range(max(1, len(self.data.class_names))):
            raise ValueError(f"{self.needed}: label={label!r} is no class.")
        try:
            numbers = np.asarray(z, "float32")
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError(f"{self.needed}: {error}.") from error
        if numbers.shape != (self.model.latent_dim,):
            raise ValueError(
                f"{self.needed}: the shape of this latent vector is {numbers.shape}."
            )
        if not np.isfinite(numbers).all():
            raise ValueError(
                f"{self.needed}: this latent vector holds NaN or infinity."
            )
        return numbers

    def _explained(self, values, picture):
        if not self.state["explains"]:
            raise ValueError(
                f"{type(self.model).__name__} on {self.data.name} "
                "has no class of a picture to explain."
            )
        with self._one_at_a_time:  # the model's layers are replaced meanwhile
            (found,) = interpret.grad_cam(self.model, values)
        return (255.0 * laid_over(picture / 255.0, found)).round().astype("uint8")

    def _drawn(self, z, *labels):
        return self.field.unscaled(self.model.draw(z, *labels))

    def _thumbnails(self):
        values = self.space.test["x"][: len(self.latents)]
        pictures = map(Picture.fromarray, self._pictures(values))
        return np.stack(
            [np.asarray(picture.resize((CELL, CELL))) for picture in pictures]
        )

    def _pictures(self, values):
        if not isinstance(self.field, Image):
            return np.stack([_painted(value, self.field) for value in values])
        shades = (255.0 * self.field.comparable(values)).round().astype("uint8")
        return (
            np.repeat(shades, 3, axis=-1) if shades.shape[-1] == 1 else shades[..., :3]
        )

    def _unit(self, unit):
        activity = self.space.activity
        return {
            "unit": unit,
            "activity": None if activity is None else float(activity[unit]),
        }

    def _concept(self, concept):
        direction = concept.direction.astype(float).tolist()
        return {
            "name": concept.name,
            "accuracy": concept.accuracy,
            "direction": direction,
        }


def png(picture: Array) -> bytes:
    """A picture as the bytes of a PNG file."""
    file = io.BytesIO()
    Picture.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _painted(value, field):
    """A value of any field, drawn as in the figures."""
    figure = plots.grid(value[None, None], field=field)
    return (255.0 * plots.raster(figure)).astype("uint8")

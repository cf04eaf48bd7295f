"""What models can do, one file per task.

Every picture, diagnostic and number follows from the tasks that apply to a model and its data.
"""

import importlib
from typing import TYPE_CHECKING

from kgen.checks import check_known

if TYPE_CHECKING:
    from kgen.data.data import Data
    from kgen.engine import GenerativeModel
    from kgen.tasks.task import Task

TASKS = {
    "objective": "kgen.tasks.objective.Objective",
    "reconstruct": "kgen.tasks.reconstruct.Reconstruct",
    "generate": "kgen.tasks.generate.Generate",
    "mixture": "kgen.tasks.mixture.Mixture",
    "truncate": "kgen.tasks.truncate.Truncate",
    "mix-styles": "kgen.tasks.mix_styles.MixStyles",
    "paint": "kgen.tasks.paint.Paint",
    "generate-by-class": "kgen.tasks.generate_by_class.GenerateByClass",
    "class-walk": "kgen.tasks.class_walk.ClassWalk",
    "contrast": "kgen.tasks.contrast.Contrast",
    "anatomy": "kgen.tasks.anatomy.Anatomy",
    "vessels": "kgen.tasks.vessels.Vessels",
    "play": "kgen.tasks.play.Play",
    "likelihood": "kgen.tasks.likelihood.Likelihood",
    "latent": "kgen.tasks.latent.Latent",
    "classify": "kgen.tasks.classify.Classify",
    "regress": "kgen.tasks.regress.Regress",
    "concepts": "kgen.tasks.concepts.Concepts",
    "treat": "kgen.tasks.treat.Treat",
    "respond": "kgen.tasks.respond.Respond",
    "explain": "kgen.tasks.explain.Explain",
    "translate": "kgen.tasks.translate.Translate",
    "segment": "kgen.tasks.segment.Segment",
    "detect": "kgen.tasks.detect.Detect",
}


def load(name: str) -> "Task":
    """A task by its name."""
    module, _, cls = TASKS[name].rpartition(".")
    return getattr(importlib.import_module(module), cls)()


def every() -> "list[Task]":
    """All tasks, in the order in which they are drawn and measured."""
    return list(map(load, TASKS))


def applying(model: "GenerativeModel", data: "Data") -> "list[Task]":
    """The tasks that apply to a model and a data set."""
    return [one for one in every() if one.reason(model, data) is None]


def named(name: str, model: "GenerativeModel", data: "Data") -> "Task":
    """A task by its name; raises with the reason if it does not apply."""
    found = load(check_known("task", name, TASKS))
    reason = found.reason(model, data)
    if reason:
        raise ValueError(
            f"{type(model).__name__} on {data.name} cannot {name.replace('-', ' ')}: {reason}."
        )
    return found


def able(name: str, cls: type) -> bool:
    """Whether models of a class have a task, whatever their data."""
    return issubclass(cls, load(name).needs)


def check_able(name: str, model: "GenerativeModel", verb: str) -> None:
    """Raises if the model lacks the ability of a task; ``verb`` says what was asked for."""
    if not able(name, type(model)):
        raise ValueError(f"{type(model).__name__} cannot {verb}: {load(name).lacking}.")

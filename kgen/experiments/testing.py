"""A trained run measured on the test split that its training never saw: what of an evaluation takes seconds."""

from kgen import tasks
from kgen.experiments.evaluating import measure, studied
from kgen.metrics.catalogue import quick
from kgen.tasks.study import Settings


def test(run):
    """Measures the run's model on its official test split and draws it there; returns the numbers by name."""
    study = studied(run, Settings(metrics=quick()))
    evaluation = measure(run, study)
    for task in tasks.applying(study.model, study.seen):
        for name, figure in task.test_figures(study.model, study.seen).items():
            run.save_figure(figure, name)
    return numbers(evaluation)


def numbers(evaluation):
    """The values of an evaluation by name; behind each, where it has one, that of real values."""
    found = {}
    for name, score in evaluation["scores"].items():
        found[name] = score["value"]
        if score["real"] is not None:
            found[f"{name}_of_real"] = score["real"]
    return found

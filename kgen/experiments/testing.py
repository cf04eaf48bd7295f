"""A trained run measured on the test split that its training never saw: what of an evaluation takes seconds."""

from kgen import tasks
from kgen.experiments.evaluating import evaluate
from kgen.metrics.catalogue import quick
from kgen.tasks.study import Settings


def test(run):
    """Measures the run's model on its official test split and draws it there; returns the numbers by name."""
    model, seen = run.model(), run.trained_on()
    evaluation = evaluate(run, settings=Settings(metrics=quick()))
    for task in tasks.applying(model, seen):
        for name, figure in task.test_figures(model, seen).items():
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

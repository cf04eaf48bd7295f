from kgen.metrics import Score, Unmeasurable
from kgen.metrics.catalogue import of_groups


class Task:
    """Something that a model can do on its data, and what is drawn, monitored and measured for it.

    A new task is a file with a subclass and an entry in ``kgen.tasks.TASKS``. The subclass
    overrides the methods that it needs.

    Attributes:
        needs: the ability, or abilities, of ``kgen.abilities``.
        lacking: str, the reason given for a model without it.
        groups: tuple of str, the groups of ``kgen.metrics.CATALOGUE`` that it measures.
        faults: dict from a function of the signs of all epochs to the message for the user.
        files: dict from the name of a picture that it saves in a run to what that shows.

    Example:
        >>> class Count(Task):
        ...     needs, lacking = Generates, "it draws nothing"
        ...     def diagnose(self, model, split, logs):
        ...         return {"ink": float(model.generate(100, seed=0).mean())}
    """

    needs = object
    lacking = ""
    groups = ()
    faults = {}
    files = {}

    def reason(self, model, data):
        """Why the task does not apply to a model and a data set, or ``None``."""
        return None if isinstance(model, self.needs) else self.lacking

    def expected(self, model, split):
        """Checks before the first step: tuples (name, found, expected by theory, why)."""
        return []

    def panels(self, model, split):
        """The panels of ``kgen.plots`` to show after every epoch, of some values of the split."""
        return []

    def figures(self, model, data):
        """The figures to save after a training, for some of ``files``."""
        return {}

    def test_figures(self, model, data):
        """The figures to save after a test, for some of ``files``."""
        return {}

    def diagnose(self, model, split, logs):
        """Signs of health after an epoch: numbers by name."""
        return {}

    def facts(self, study):
        """Facts behind its numbers, such as the sample count; comparable numbers share them."""
        return {}

    def evidence(self, study):
        """Inputs of its metrics: of the model, of real values, and of a trivial baseline."""
        raise NotImplementedError(
            f"{type(self).__name__} has groups of metrics, and no evidence for them."
        )

    def measure(self, study, groups=None):
        """Each requested metric by name: its ``Score``, or the reason why it has none."""
        wanted = study.wanted(of_groups(groups or self.groups))
        evidence = self.evidence(study) if wanted else ()
        return {name: scored(name, metric, *evidence) for name, metric in wanted.items()}

    def contract(self, model, values):
        """Functions that assert what every model with this task guarantees, on values by field."""
        return []


def scored(name, metric, own, real=None, baseline=None):
    """The ``Score`` of the model beside real values and baseline, or why it cannot be computed."""
    print(f"Measuring {name}", flush=True)
    try:
        value = metric.measure(own)
    except Unmeasurable as reason:
        return str(reason)
    return Score(value, _beside(metric, real), _beside(metric, baseline), *metric.interval(own))


def _beside(metric, evidence):
    if evidence is None or not evidence.has(metric.of):
        return None
    try:
        return metric.measure(evidence)
    except Unmeasurable:
        return None

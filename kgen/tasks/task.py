from kgen.metrics import Score, Unmeasurable
from kgen.metrics.catalogue import of_groups


class Task:
    """Something that a model can do on its data: why it applies, what is drawn, watched and measured of it.

    A task of one's own is a file with a subclass and its line in ``kgen.tasks.TASKS``; it overrides what
    it has to say.

    Attributes:
        needs: the ability, or abilities, of ``kgen.abilities``.
        lacking: str, what a model without it is told.
        groups: tuple of str, the groups of ``kgen.metrics.CATALOGUE`` that it measures.
        faults: dict from a function of the signs of all epochs to the words for a user.
        files: dict from the name of a picture that it leaves in a run to what that shows.

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
        """What a model says before its first step: (name, found, expected by theory, why)."""
        return []

    def panels(self, model, split):
        """What is looked at after every epoch: panels of ``kgen.plots`` of some values of the split."""
        return []

    def figures(self, model, data):
        """What is looked at after a training: a figure for some of ``files``."""
        return {}

    def test_figures(self, model, data):
        """What is looked at after a test: a figure for some of ``files``."""
        return {}

    def diagnose(self, model, split, logs):
        """Signs of health after an epoch: numbers by name."""
        return {}

    def facts(self, study):
        """What its numbers are of, such as how many samples: numbers of other facts do not compare."""
        return {}

    def evidence(self, study):
        """What its metrics read: of the model, of real values, and of a trivial baseline."""
        raise NotImplementedError(
            f"{type(self).__name__} has groups of metrics, and no evidence for them."
        )

    def measure(self, study, groups=None):
        """A dict from each of its metrics that the study asks for to its ``Score``, or to why it has none."""
        wanted = study.wanted(of_groups(groups or self.groups))
        evidence = self.evidence(study) if wanted else ()
        return {name: scored(name, metric, *evidence) for name, metric in wanted.items()}

    def contract(self, model, values):
        """Checks that every model with this task passes, on a dict of values by field: functions that assert."""
        return []


def scored(name, metric, own, real=None, baseline=None):
    """The metric of the model, and of real values and a baseline that have what it reads; or why it cannot be had."""
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

from kgen.abilities import Responds
from kgen.metrics import Evidence
from kgen.metrics.changes import rival, rivals
from kgen.tasks.classify import known
from kgen.tasks.study import Study
from kgen.tasks.task import Evidences, Task


class Respond(Task):
    """Predicts the response to a treatment, beside classifiers of the same values."""

    needs = Responds
    lacking = "it foretells no response to a treatment"
    groups = ("responses",)

    def evidence(self, study: Study) -> Evidences:
        train, test = known(study.seen.train), known(study.test)
        fields = study.model.fields
        before, new = map(fields["x"].scaled, (train["x"], test["x"]))
        given = before, train["y"], new, fields["y"].num_classes
        read = {name: lambda _, name=name: rival(name, *given) for name in rivals()}
        return Evidence(labels=lambda _: test["y"], **read), None, None

import numpy as np
import pytest

from kgen.metrics import CATALOGUE, Evidence, Metric, Unmeasurable


def counted(value):
    """A part, and the list of the times that it was made."""
    times = []

    def part(_):
        times.append(1)
        return value

    return part, times


def test_a_part_is_made_once_when_it_is_first_asked_for():
    part, times = counted(3.0)
    evidence = Evidence(x=part, twice=lambda own: 2 * own["x"])
    assert (
        "x" in evidence
        and evidence.has(("x", "twice"))
        and not evidence.has(("x", "y"))
        and times == []
    )
    assert evidence["twice"] == 6.0 and evidence["x"] == 3.0 and times == [1]


def test_a_metric_is_computed_once_of_the_same_evidence(monkeypatch):
    part, times = counted(0.5)
    monkeypatch.setattr(np, "shares", lambda x: part(x), raising=False)
    share = Metric("mine", "higher", "a share", ("x",), "numpy.shares")
    evidence = Evidence(x=lambda _: np.zeros(3))
    assert share.measure(evidence) == share.measure(evidence) == 0.5 and times == [1]
    assert share.measure(Evidence(x=lambda _: np.zeros(3))) == 0.5 and times == [1, 1]


def test_what_cannot_be_measured_is_said_again():
    def refused(_):
        raise Unmeasurable("there are too few")

    evidence = Evidence(elbo=refused)
    for _ in range(2):
        with pytest.raises(Unmeasurable, match="too few"):
            CATALOGUE["elbo"].measure(evidence)


@pytest.mark.parametrize(
    "name", [name for name, metric in CATALOGUE.items() if metric.function]
)
def test_every_function_of_the_catalogue_is_found(name):
    assert callable(CATALOGUE[name].load()) and CATALOGUE[name].of

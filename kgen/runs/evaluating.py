"""A run measured as a generative model, every number beside that of real images and of a trivial baseline."""

from kgen.fields import Image
from kgen.metrics import CATALOGUE, SampleMetrics
from kgen.runs import measures

GROUPS = "likelihood", "samples", "latent"


def evaluate(run, groups=GROUPS, samples=10_000, codes=100, features=None, trust=False):
    """Measures the run's model, adds what came out, group by group, to its metrics.json, and returns that.

    Args:
        run: ``kgen.runs.run.Run``.
        groups: names of the groups of metrics.
        samples: int, values of the model that are compared with as many real ones.
        codes: int, k, codes an image of the importance-weighted likelihood.
        features: ``kgen.metrics.Features`` in which images are compared; the outside classifier's unless given.
        trust: bool, goes on with an outside classifier that is itself poor on real images.
    """
    model, seen, evaluation = run.model(), run.trained_on(), {}
    if "samples" in groups:  # first: it may refuse, and the others take minutes
        metrics = SampleMetrics(run.dataset(), samples, features, trust=trust) if seen.classes else None
        evaluation = _written(run, _facts(metrics), measures.samples(model, metrics, seen))
    if "likelihood" in groups:
        scores = measures.likelihood(model, seen, codes)
        facts = {"codes": codes, "pixels": _pixels(run, model, seen)} if measured(scores["elbo"]) else {}
        evaluation = _written(run, facts, scores)
    if "latent" in groups:
        evaluation = _written(run, {}, measures.latent(model, seen))
    return evaluation


def _facts(metrics):
    if metrics is None:
        return {}
    return {"samples": metrics.samples, "judge": metrics.judge.accuracy, "features": metrics.features.hash}


def measured(score):
    """Whether a metric has a score, and not the reason why it has none."""
    return not isinstance(score, str)


def _pixels(run, model, seen):
    # What a likelihood is of: numbers of other pixels, or of another likelihood, do not compare.
    return f"{_drawn(run, seen)} {type(model.likelihood).__name__}"


def _drawn(run, seen):
    if run.binarisation != "none":
        return run.binarisation
    if not isinstance(seen.fields["x"], Image):
        return seen.fields["x"].noun
    return "binary" if seen.test.binary else "grey"


def _written(run, facts, scores):
    numbers = {name: {**score._asdict(), "ratio": score.ratio} for name, score in scores.items() if measured(score)}
    reasons = {name: reason for name, reason in scores.items() if not measured(reason)}
    before = run.read_json("metrics.json")
    kept = before.get("evaluation", {"scores": {}, "left_out": {}})
    evaluation = {
        **kept,
        **facts,
        "epochs": len(run.history),
        "scores": _others(kept["scores"], scores) | numbers,
        "left_out": _others(kept["left_out"], scores) | reasons,
    }
    run.write_json("metrics.json", {**before, "evaluation": evaluation})
    return evaluation


def _others(kept, scores):
    # What was measured before of a group that is measured now may be of another number of samples.
    groups = {CATALOGUE[name].group for name in scores}
    return {name: value for name, value in kept.items() if CATALOGUE[name].group not in groups}

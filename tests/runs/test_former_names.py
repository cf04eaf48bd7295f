import pytest

from kgen import former_names
from kgen.experiments.comparing import evaluated
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.search.record import Search

SCORE = {"value": 0.9, "real": 0.95}


def test_the_numbers_of_a_run_written_before_have_the_names_of_today(tmp_path):
    run = Run.create(tmp_path / "run", RunConfig("cvae", "digits"))
    evaluation = {
        "scores": {"outside_classifier_accuracy": SCORE},
        "left_out": {},
        "epochs": 0,
    }
    evaluation["codes"] = 100
    run.write_json("metrics.json", {"evaluation": evaluation})
    found = evaluated(run)
    assert found["scores"] == {"evaluation_classifier_accuracy": SCORE}
    assert found["latents"] == 100 and "codes" not in found


def test_a_field_that_a_user_called_codes_keeps_its_name(tmp_path):
    config = RunConfig("vae", "npz:a.npz", data={"codes": "vector"})
    assert Run.create(tmp_path / "run", config).config == config


def test_a_search_written_before_has_the_names_of_today(tmp_path):
    folder, name = Run(tmp_path), "outside_classifier_accuracy"
    folder.write_json("search.json", {"format_version": 1, "objective": f"{name}:max"})
    record = {"trial": "0", "values": {"beta": 0.5}, "status": "completed", "error": ""}
    runs = [{"path": "trials/0", "numbers": {name: 0.9}}]
    (tmp_path / "records").mkdir()
    folder.write_json("records/0.json", {**record, "runs": runs})
    search = Search.open(tmp_path)
    assert search.objective.name == "evaluation_classifier_accuracy"
    assert search.ranked[0].score(search.objective) == 0.9
    search.check_same({"objective": ":".join(search.objective)})


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("frechet_distance_over_floor:min", "frechet_distance_over_reference:min"),
        (
            "outside_classifier_accuracy_over_floor:max",
            "evaluation_classifier_accuracy_over_reference:max",
        ),
    ],
)
def test_objectives_over_the_reference_have_the_names_of_today(before, now):
    assert former_names.current({"objective": before}) == {"objective": now}
    name, today = (text.partition(":")[0] for text in (before, now))
    assert former_names.current({"numbers": [{name: 1}]}) == {"numbers": [{today: 1}]}


def test_texts_of_users_stay():
    texts = ["outside_classifier_accuracy", "ink_over_floor", "of codes", 3, None]
    assert former_names.current({"dataset": texts}) == {"dataset": texts}

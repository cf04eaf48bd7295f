"""Whole searches, with a toy that trains nothing and with a model on the digits."""

import csv
import json
import threading

import joblib
import keras_tuner
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import KFold
from sklearn.svm import SVC

from kgen import data, plots
from kgen.callbacks.room import model_bytes
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.search import (
    EstimatorHyperModel,
    GenerativeHyperModel,
    Objective,
    Range,
    Space,
    Tuning,
    trials,
)
from kgen.search.record import Record
from kgen.tasks import applying


class Toy:
    """Reports a + b + seed, and fails where told."""

    reported, default_objective, fingerprint = (
        {"score": None, "steps": None},
        "score:min",
        "toy",
    )
    config = RunConfig("toy", "none", epochs=3)
    asked = {"model": "toy"}

    def __init__(self, fails=(), space=None):
        self.space = space or Space({"a": [1, 2, 3], "b": [0.1, 0.5]})
        self.fails = fails
        self.done = []

    def check(self, objective, patience):
        pass

    def written(self, values):
        return dict(values)

    def trial(self, path, values, seed, epochs, objective, callbacks, patience):
        self.done.append((*values.values(), seed))
        Run(path).write_json("config.json", {**values, "seed": seed})
        for name in ("model.keras", "best.keras"):
            (path / name).write_text(str(values))
        if values["a"] in self.fails:
            raise ValueError(f"a={values['a']}\n is not liked")
        score = float("nan") if values["a"] == 13 else sum(values.values()) + seed
        return 3, {"score": score, "steps": 7}, np.full((120, 240, 1), values["a"] / 10)


def rows(folder):
    with (folder / "trials.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def first_trial(folder):
    """A toy, its search, the object that carries out its trials, and the first trial."""
    toy = Toy()
    search = Tuning(folder, toy).search
    trial = keras_tuner.engine.trial.Trial(keras_tuner.HyperParameters(), "0000")
    trial.hyperparameters.values = {"a": 1, "b": 0.1}
    return (
        toy,
        search,
        trials.Trials(search, toy, [0], {"callbacks": (), "patience": None}),
        trial,
    )


def models(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.keras"))


def test_a_grid_leaves_its_table_its_best_and_the_models_of_the_best(tmp_path):
    search = Tuning(tmp_path / "s", Toy(), keep=2).run()
    folder = search.path
    assert [(row["a"], row["b"], row["score"]) for row in rows(folder)][:3] == [
        ("1", "0.1", "1.1"), ("1", "0.5", "1.5"), ("2", "0.1", "2.1")
    ]  # fmt: skip
    assert json.loads((folder / "best.json").read_text()) == {"a": 1, "b": 0.1}
    assert models(folder) == [
        "best/best.keras", "best/model.keras", "trials/a=1,b=0.1,seed=0/model.keras",
        "trials/a=1,b=0.5,seed=0/model.keras",
    ]  # fmt: skip
    for picture in ("heat_map.png", "parallel.png", "samples.png"):
        assert (folder / picture).stat().st_size > 0


def test_the_larger_the_better(tmp_path):
    search = Tuning(tmp_path / "s", Toy(), objective="score:max").run()
    assert search.ranked[0].values == {"a": 3, "b": 0.5}
    assert (tmp_path / "s" / "best" / "model.keras").read_text() == "{'a': 3, 'b': 0.5}"


def test_several_seeds_are_compared_by_their_mean(tmp_path):
    search = Tuning(tmp_path / "s", Toy(), seeds=3).run()
    assert len(rows(search.path)) == 18
    assert search.ranked[0].score(search.objective) == pytest.approx(1.1 + 1)
    assert search.ranked[0].spread(search.objective) == pytest.approx(1.0)


def test_failing_trials_are_recorded_and_the_others_go_on(tmp_path, capsys):
    toy = Toy(fails=(1,), space=Space({"a": [1, 13, 2]}))
    search = Tuning(tmp_path / "s", toy).run()
    found = [(row["status"], row["error"]) for row in rows(search.path)]
    assert found == [
        ("failed", "ValueError: a=1 is not liked"),
        ("failed", "ValueError: score is nan, not a number to compare."),
        ("completed", ""),
    ]
    assert "a=1 is not liked" in capsys.readouterr().out


def test_failing_trials_keep_no_models_and_show_their_seed(tmp_path):
    search = Tuning(tmp_path / "s", Toy(fails=(1,)), seeds=2, keep=1).run()
    assert [(row["seed"], row["status"]) for row in rows(search.path)[:2]] == [
        ("0", "failed")
    ] * 2
    kept = [
        "trials/a=2,b=0.1,seed=0/model.keras",
        "trials/a=2,b=0.1,seed=1/model.keras",
    ]
    assert models(search.path) == ["best/best.keras", "best/model.keras", *kept]


def test_a_trial_whose_process_is_killed_again_and_again_is_given_up(tmp_path):
    tuning = Tuning(tmp_path / "s", Toy())
    with tuning.search.held(tuning.plan):
        for _ in range(trials.MOST_KILLS):
            tuning.search.begin("0000", 0)
    found = tuning.run().records
    assert [record.status for record in found] == ["failed"] + ["completed"] * 5
    assert "killed 5 times" in found[0].error


def test_two_at_one_trial_wait_for_each_other_and_train_once(tmp_path):
    toy, search, work, trial = first_trial(tmp_path)
    with search.alone_with("0000"):
        other = threading.Thread(target=work, args=[trial])
        other.start()
        other.join(0.3)
        assert other.is_alive() and not toy.done
        search.write(
            Record(
                "0000",
                {"a": 1, "b": 0.1},
                "completed",
                "",
                [{"numbers": {"score": 5.0}}],
            )
        )
    other.join(10)
    assert not toy.done and search.record("0000").runs[0]["numbers"]["score"] == 5.0


def test_begun_with_workers_and_continued_without_no_trial_is_lost(tmp_path):
    first, second = Toy(), Toy()
    tuning = Tuning(tmp_path / "s", first)
    with tuning.search.held(tuning.plan):
        oracle = tuning._opened_oracle()
        work = tuning._trials([])
        for _ in range(4):
            trial = oracle.create_trial("worker-0")
            oracle.update_trial(trial.trial_id, work(trial))
            trial.status = "COMPLETED"
            oracle.end_trial(trial)
    Tuning(tmp_path / "s", second).run()
    assert (
        len(first.done) == 4
        and len(second.done) == 2
        and len(rows(tmp_path / "s")) == 6
    )


def test_values_of_any_kind_have_directories_of_their_own(tmp_path):
    search = Tuning(tmp_path, Toy()).search
    values = [
        {"a": "1,b=2"},
        {"a": "1", "b": "2"},
        {"a": "x/y"},
        {"a": "x_y"},
        {"a": "x" * 300},
        {"a": "x" * 301},
    ]
    assert len({search.run_path(each, 0) for each in values}) == 6
    assert {search.run_path(each, 0).parent for each in values} == {tmp_path / "trials"}


def test_of_a_run_that_was_trained_further_the_last_trial_counts(tmp_path):
    search = Tuning(tmp_path, Toy()).search
    for trial, score in (("0000", 1.0), ("0001", 2.0), ("0002", 3.0)):
        path = "same" if trial != "0001" else "other"
        search.write(
            Record(
                trial,
                {"a": 1},
                "completed",
                "",
                [{"path": path, "numbers": {"score": score}}],
            )
        )
    assert [record.trial for record in search.ranked] == ["0001", "0002"]


def test_a_search_where_all_fails_ends_with_their_reasons(tmp_path):
    search = Tuning(tmp_path / "s", Toy(fails=(1, 2, 3))).run()
    assert (
        len(rows(search.path)) == 6
        and not search.ranked
        and not (search.path / "best.json").exists()
    )


def test_stopped_and_begun_again_no_trial_runs_twice(tmp_path):
    class Stopping(Toy):
        def trial(self, *args, **kwargs):
            if len(self.done) == 3:
                raise KeyboardInterrupt
            return super().trial(*args, **kwargs)

    first, second = Stopping(), Toy()
    with pytest.raises(KeyboardInterrupt):
        Tuning(tmp_path / "s", first).run()
    assert len(rows(tmp_path / "s")) == 3
    Tuning(tmp_path / "s", second).run()
    assert len(first.done) == 3 and len({*first.done, *second.done}) == 6 == len(
        first.done + second.done
    )
    assert len(rows(tmp_path / "s")) == 6


def test_a_trial_that_was_recorded_but_not_reported_is_not_trained_again(tmp_path):
    toy, _, work, trial = first_trial(tmp_path)
    assert work(trial) == work(trial) == {"score": 1.1} and len(toy.done) == 1


def test_another_search_at_the_same_place_is_refused_with_the_difference(tmp_path):
    Tuning(tmp_path / "s", Toy()).run()
    other = Toy(space=Space({"a": [1, 2, 4], "b": [0.1, 0.5]}))
    with pytest.raises(
        ValueError, match="space was 'a=1,2,3 b=0.1,0.5' and is 'a=1,2,4 b=0.1,0.5'"
    ):
        Tuning(tmp_path / "s", other).run()
    with pytest.raises(ValueError, match=r"seeds was \[0\] and is \[0, 1\]"):
        Tuning(tmp_path / "s", Toy(), seeds=2).run()


def test_the_warnings_of_a_run_stand_in_its_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(trials, "failures_of", lambda rows: ["mode_collapse"])
    search = Tuning(tmp_path / "s", Toy()).run()
    assert {row["health"] for row in rows(search.path)} == {"mode_collapse"}
    assert capsys.readouterr().out.count("mode_collapse") == 6


def test_another_version_is_refused(tmp_path):
    Tuning(tmp_path / "s", Toy()).run()
    search = Run(tmp_path / "s")
    search.write_json(
        "search.json", {**search.read_json("search.json"), "format_version": 0}
    )
    with pytest.raises(ValueError, match="format_version 0; this kgen reads 1"):
        Tuning(tmp_path / "s", Toy()).run()


def test_a_directory_of_something_else_is_not_touched(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ValueError, match="exists and is not empty"):
        Tuning(tmp_path, Toy()).run()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_at_once_are_refused(tmp_path):
    tuning = Tuning(tmp_path / "s", Toy())
    with (
        tuning.search.held(tuning.plan),
        pytest.raises(ValueError, match="Another kgen tune is at work"),
    ):
        Tuning(tmp_path / "s", Toy()).run()


def test_more_trials_may_be_asked_for_later(tmp_path):
    space = Space({"a": Range(1.0, 2.0), "b": Range(0.1, 0.5)})
    Tuning(tmp_path / "s", Toy(space=space), "random", trials=2).run()
    search = Tuning(tmp_path / "s", Toy(space=space), "random", trials=5).run()
    assert len(search.records) == 5


def test_objectives_say_what_they_are_and_unknown_ones_what_there_is():
    reported = {"val_loss": None, "val_accuracy": None, "margin": None, "recall": "max"}
    assert Objective.of("val_loss", reported).direction == "min"
    assert Objective.of("val_accuracy", reported).direction == "max"
    assert Objective.of("margin:max", reported).sign == -1
    assert Objective.of("recall", reported).sign == -1
    with pytest.raises(
        ValueError, match="No trial reports 'val_los'. Did you mean val_loss"
    ):
        Objective.of("val_los", reported)
    with pytest.raises(ValueError, match="small or large: margin:min or margin:max"):
        Objective.of("margin", reported)


@pytest.fixture(scope="module")
def small():
    """A small cVAE on the digits."""
    config = RunConfig("cvae", "digits", epochs=2, options={"width": 4})
    return GenerativeHyperModel(
        config, Space({"beta": [0.5, 1.0], "learning_rate": [1e-3]})
    )


@pytest.fixture(scope="module")
def searched(small, tmp_path_factory):
    return Tuning(
        tmp_path_factory.mktemp("search") / "s",
        small,
        objective="evaluation_classifier_accuracy",
    ).run()


@pytest.mark.whole
def test_every_trial_is_an_ordinary_run_and_the_best_one_is_kept(searched, small):
    best, objective = searched.ranked[0], searched.objective
    assert {record.status for record in searched.records} == {"completed"}
    numbers = best.runs[0]["numbers"]
    assert 0 < best.score(objective) == numbers["evaluation_classifier_accuracy"] <= 1
    run = Run.open(searched.path / "best")
    assert run.model().beta == best.values["beta"] and len(run.history) == 2
    assert run.history[-1]["val_loss"] == best.runs[0]["numbers"]["val_loss"]
    assert run.config.learning_rates == {"all": 1e-3}
    again = json.loads((searched.path / "best.json").read_text())
    assert (
        again == small.written(best.values)
        and again["options"]["beta"] == best.values["beta"]
    )


def test_all_trials_are_shown_with_the_same_latents_and_values(searched, small):
    pictures = [searched.samples(record.trial) for record in searched.records]
    model, split = (
        Run.open(searched.path / "best").model(),
        small.dataset.validation.examples(10),
    )
    panels = [
        panel
        for task in applying(model, small.dataset)
        for panel in task.panels(model, split)
    ]
    best = pictures[int(searched.ranked[0].trial)]
    np.testing.assert_allclose(best, plots.raster(plots.stacked(panels)), atol=1 / 255)
    assert pictures[0].shape == pictures[1].shape and (pictures[0] != pictures[1]).any()
    assert (searched.path / "curves.png").stat().st_size > 0


def test_its_names_are_checked_before_anything_is_trained():
    config = RunConfig("cvae", "digits")
    with pytest.raises(
        ValueError, match="cvae has no hyperparameter 'betta'. Did you mean beta"
    ):
        GenerativeHyperModel(config, Space({"betta": [1.0]}))
    with pytest.raises(ValueError, match="no hyperparameter 'learning_rate.critic'"):
        GenerativeHyperModel(config, Space({"learning_rate.critic": [1e-3]}))


def test_a_metric_that_the_data_cannot_bear_is_refused_at_once(small, tmp_path):
    with pytest.raises(ValueError, match="frechet_distance"):
        Tuning(tmp_path / "s", small, objective="frechet_distance_over_reference")
    assert not list(tmp_path.iterdir())


@pytest.mark.whole
def test_any_tuner_of_keras_tuner_takes_the_hypermodel(small, tmp_path):
    objective = keras_tuner.Objective("val_kl_loss", "min")
    tuner = keras_tuner.RandomSearch(
        small, objective, max_trials=2, directory=tmp_path, project_name="p"
    )
    tuner.search(epochs=1, verbose=0)
    losses = {
        trial.hyperparameters.values["beta"]: trial.score
        for trial in tuner.oracle.trials.values()
    }
    assert losses[1.0] < losses[0.5]


@pytest.mark.whole
def test_patience_ends_a_run_and_a_second_call_leaves_it(small, tmp_path):
    # falls from the first epoch on
    objective, values = Objective("kl_loss", "max"), {"beta": 1000.0}
    done = small.trial(tmp_path / "r", values, 0, 9, objective, patience=1)
    saved = (tmp_path / "r" / "model.keras").stat().st_mtime
    again = small.trial(tmp_path / "r", values, 0, 9, objective, patience=1)
    assert (
        done[0] == again[0] < 9
        and (tmp_path / "r" / "model.keras").stat().st_mtime == saved
    )
    assert done[1] == again[1]


def test_an_estimator_is_tuned_as_a_model_is(digits, tmp_path):
    x, y = (
        digits.train.scaled().reshape(len(digits.train), -1)[:300],
        digits.train.labels[:300],
    )
    space = Space({"C": Range(1e-3, 100.0, log=True), "gamma": [0.01, 0.1]})
    search = Tuning(
        tmp_path / "s",
        EstimatorHyperModel(SVC(), x, y, space),
        "bayesian",
        trials=8,
        seeds=2,
    ).run()
    # the folds differ from seed to seed
    assert search.ranked[0].spread(search.objective) > 0
    assert len(search.records) == 8 and search.ranked[0].score(search.objective) > 0.9
    assert search.ranked[0].values["C"] > 0.1
    other = EstimatorHyperModel(SVC(kernel="poly"), x, y, space)
    with pytest.raises(
        ValueError, match="holds another search: kernel was 'rbf' and is 'poly'"
    ):
        Tuning(tmp_path / "s", other, "bayesian", trials=8, seeds=2).run()
    with pytest.raises(
        ValueError, match="SVC has no hyperparameter 'gama'. Did you mean gamma"
    ):
        EstimatorHyperModel(SVC(), x, y, Space({"gama": [1.0]}))


@pytest.fixture
def ages(tmp_path):
    """A table of ages; two of its three columns depend on them, along a curve."""
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 3))
    years = 50.0 + 10.0 * np.sin(x[:, 0]) + 5.0 * x[:, 1]
    rows = [
        ",".join(f"{value:.6f}" for value in row) for row in np.column_stack([x, years])
    ]
    path = tmp_path / "ages.csv"
    path.write_text("\n".join(["a,b,c,score", *rows]))
    return {"dataset": f"csv:{path}", "data": {"number": "score"}}


def tuned(config, folder, space, **options):
    subject = EstimatorHyperModel.of_config(config, Space(space))
    return Tuning(folder, subject, **options).run()


def test_a_kernel_ridge_is_tuned_by_its_error_in_years_and_is_the_closed_form(
    ages, tmp_path
):
    config = RunConfig("sklearn:KernelRidge", options={"kernel": "rbf"}, **ages)
    search = tuned(config, tmp_path / "s", {"alpha": [0.1], "gamma": [0.2]})
    train = data.load(ages["dataset"], **ages["data"]).train
    x, y = train.scaled(), train.scaled("y")[:, 0]
    kernel = np.exp(-0.2 * np.square(x[:, None] - x).sum(axis=-1))
    (record,) = search.ranked
    fitted = joblib.load(next((tmp_path / "s").rglob("model.joblib")))
    np.testing.assert_allclose(
        fitted.predict(x),
        kernel @ np.linalg.solve(kernel + 0.1 * np.eye(len(x)), y),
        atol=1e-6,
    )
    errors = [
        np.abs(clone(fitted).fit(x[fit], y[fit]).predict(x[left]) - y[left]).mean()
        for fit, left in KFold(5, shuffle=True, random_state=0).split(x)
    ]
    unit = train.fields["y"].deviation
    assert record.score(search.objective) == pytest.approx(
        np.mean(errors) * unit, rel=1e-6
    )
    assert search.objective == ("mean_absolute_error", "min")


@pytest.mark.parametrize(("model", "dataset", "told"), [
    ("sklearn:SVC", None, "scikit-learn has no regressor 'SVC'. Did you mean SVR"),
    ("sklearn:KernelRidge", "digits", "scikit-learn has no classifier 'KernelRidge'"),
    ("sklearn:KernelRidge", "ring", "needs classes or numbers y, which ring does not have"),
])  # fmt: skip
def test_an_estimator_of_another_kind_of_y_is_refused(model, dataset, told, ages):
    asked = ages if dataset is None else {"dataset": dataset}
    with pytest.raises(ValueError, match=told):
        EstimatorHyperModel.of_config(
            RunConfig(model, **asked), Space({"alpha": [1.0]})
        )


def test_a_model_that_the_disk_has_no_room_for_is_not_trained(
    small, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        "shutil.disk_usage", lambda path: type("usage", (), {"free": 1000})
    )
    search = Tuning(tmp_path / "s", small).run()
    assert all("has 0 MB left" in record.error for record in search.records)


def test_the_predicted_size_is_that_of_the_file(tmp_path):
    wide = GenerativeHyperModel(
        RunConfig("cvae", "digits", options={"width": 64}), Space({"beta": [1.0]})
    )
    wide.first.save(tmp_path / "model.keras")
    assert (tmp_path / "model.keras").stat().st_size == pytest.approx(
        model_bytes(wide.first), rel=0.05
    )

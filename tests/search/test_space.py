import keras_tuner
import pytest

from kgen.search import Range, Space


def test_texts_and_a_file_declare_the_same(tmp_path):
    file = tmp_path / "space.yaml"
    lines = (
        "beta: [1e-1, 1]",
        "latent-dim: {low: 8, high: 24, step: 8}",
        "rate: {low: 1e-4, high: 0.01, log: true}",
    )
    file.write_text("\n".join(lines))
    texts = Space.of_texts(["beta=0.1,1", "latent-dim=8..24:8", "rate=1e-4..1e-2:log"])
    assert texts.entries == {
        "beta": [0.1, 1.0],
        "latent_dim": Range(8, 24, 8),
        "rate": Range(1e-4, 1e-2, None, True),
    }
    assert Space.of_file(file).entries == texts.entries


def test_a_grid_is_every_combination_the_last_changing_fastest():
    points = Space.of_texts(["a=1,2", "b=x,y", "c=0.5..1:0.25"]).points()
    assert [tuple(point.values()) for point in points[:4]] == [
        (1, "x", 0.5), (1, "x", 0.75), (1, "x", 1.0), (1, "y", 0.5)
    ]  # fmt: skip
    assert len(points) == 12


def test_keras_tuner_draws_from_it():
    space = Space.of_texts(
        [
            "a=1,2",
            "flag=false,true",
            "n=4..8:2",
            "on=true",
            "rate=1e-4..1e-2:log",
            "word=x,y",
        ]
    )
    hyperparameters = keras_tuner.HyperParameters()
    assert space.declare(hyperparameters) == {
        "a": 1,
        "flag": False,
        "n": 4,
        "on": True,
        "rate": 1e-4,
        "word": "x",
    }
    drawn = {
        parameter.name: {parameter.random_sample(seed) for seed in range(60)}
        for parameter in hyperparameters.space
    }
    assert (
        drawn["a"] == {1, 2}
        and drawn["flag"] == {False, True}
        and drawn["n"] == {4, 6, 8}
    )
    assert drawn["word"] == {"x", "y"}
    # Evenly over the orders of magnitude, half of them lie below 1e-3.
    assert 15 <= sum(rate < 1e-3 for rate in drawn["rate"]) <= 45


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("beta", "'beta' is not NAME=VALUES"),
        ("beta=", "beta= has an empty value"),
        ("beta=1,,2", "empty value"),
        ("beta=1,x", "all of one type"),
        ("beta=1,1.0", "names a value twice"),
        ("beta=null", "numbers, words, or true and false"),
        ("beta=2..1", "beta=2..1 is empty: give two ends, the lower one first"),
        ("beta=1..1", "is empty"),
        ("beta=NaN,1", "no value can be NaN"),
        ("beta=a..b", "'beta=a..b' is no range of numbers"),
        ("beta=1..2:x", "is no range of numbers"),
        ("beta=1..nan", "are numbers"),
        ("beta=1..2:0", "a step is above 0"),
        ("beta=0..1:log", "begins above 0"),
    ],
)
def test_a_bad_entry_is_refused_by_name(text, said):
    with pytest.raises(ValueError, match=said.replace("[", r"\[").replace(".", r"\.")):
        Space.of_texts([text])


def test_nothing_and_the_same_twice_are_refused():
    with pytest.raises(ValueError, match="Nothing to search"):
        Space.of_texts([])
    with pytest.raises(ValueError, match="beta is given twice"):
        Space.of_texts(["beta=1,2", "beta=3"])


def test_a_file_that_is_no_space_is_refused(tmp_path):
    file = tmp_path / "space.yaml"
    for text, said in [
        ("- 1", "holds no 'NAME: VALUES'"),
        ("a: {", "as YAML"),
        ("a: {from: 1}", "neither a list"),
    ]:
        file.write_text(text)
        with pytest.raises(ValueError, match=said):
            Space.of_file(file)


def test_a_grid_needs_an_end_of_values():
    with pytest.raises(ValueError, match=r"latent_dim=8\.\.16:2, or search at random"):
        Space.of_texts(["latent_dim=8..16"]).points()


def test_names_and_kinds_are_those_of_the_owner():
    known = {
        "beta": 1.0,
        "likelihood": "bernoulli",
        "latent_dim": 16,
        "normalised": False,
    }
    with pytest.raises(
        ValueError, match="vae has no hyperparameter 'beat'. Did you mean beta?"
    ):
        Space.of_texts(["beat=1,2"]).check("vae", known)
    for text, said in [
        ("beta=low,high", "beta=low: beta of vae is a number, such as 1.0"),
        ("latent_dim=8,16.5", "latent_dim of vae is a whole number, such as 16"),
        (
            "latent_dim=true,false",
            "latent_dim=True: latent_dim of vae is a whole number",
        ),
        ("normalised=1,2", "normalised of vae is true or false"),
    ]:
        with pytest.raises(ValueError, match=said):
            Space.of_texts([text]).check("vae", known)
    Space.of_texts(
        [
            "likelihood=bernoulli,gaussian",
            "beta=1,2",
            "normalised=true",
            "latent_dim=2..8",
        ]
    ).check("vae", known)


def test_points_are_counted_without_being_made():
    assert Space.of_texts(["a=0..1:1e-6", "b=1,2"]).count == 2 * (10**6 + 1)
    assert Space.of_texts(["a=0..0.5:0.1"]).points()[3] == {"a": 0.3}


REFERENCES = "a: &a [1, 2]\nb: *a\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("beta: [1, 2]\nbeta: [3]\n", "'beta' stands there twice"),
        ("latent-dim: [1, 2]\nlatent_dim: [3]\n", "latent_dim is given twice"),
        ("rate: {low: 1, high: 2, high: 3}\n", "'high' stands there twice"),
        (
            "rate: {low: 1e-4, high: 1e-2, log: maybe}\n",
            "rate: log='maybe' is neither true nor false",
        ),
        (
            "rate: {low: 1e-4, high: 1e-2, log: 2}\n",
            "rate: log=2 is neither true nor false",
        ),
        ("rate: {low: 1, high: [2]}\n", "LOW, HIGH and STEP of a range are numbers"),
        ("rate: {low: 0, high: 10000000000, step: 1}\n", "more than 1,000,000 steps"),
        ("rate: {low: 0, high: 1, step: 1e-300}\n", "more than 1,000,000 steps"),
        ("rate: {low: 0, high: 1" + "0" * 400 + ", step: 1}\n", "are numbers"),
        (REFERENCES, "line 2: write values out in place of"),
        ("? [a, b]\n: [1]\n", "cannot be read as YAML"),
        ("a: !!python/object/apply:os.getcwd []\n", "cannot be read as YAML"),
        ("a: " + "[" * 5000, "cannot be read as YAML"),
        ("a: \x00", "cannot be read as YAML"),
        ("[]", "holds no 'NAME: VALUES'"),
        ("", "holds no 'NAME: VALUES'"),
        ("a: " + "x" * 10_000, "neither a list of values"),
    ],
)
def test_a_file_that_means_something_else_than_it_says_is_refused(text, said, tmp_path):
    file = tmp_path / "space.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=said) as error:
        Space.of_file(file)
    assert len(str(error.value)) < 1000


@pytest.mark.parametrize("log", ["yes", "true", "on", "'true'", "1"])
def test_truth_in_a_file_is_what_people_write(log, tmp_path):
    (tmp_path / "space.yaml").write_text(f"rate: {{low: 1, high: 2, log: {log}}}\n")
    assert Space.of_file(tmp_path / "space.yaml").entries["rate"].log is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a=0..10000000000:1", "more than 1,000,000 steps"),
        ("a=0..1:1e-10", "more than 1,000,000 steps"),
        ("a=-1e308..1e308:1", "more than 1,000,000 steps"),
        ("a=0..1" + "0" * 400 + ":1", "are numbers"),
    ],
)
def test_a_range_of_too_many_steps_is_refused_at_once(text, said):
    with pytest.raises(ValueError, match=said):
        Space.of_texts([text])


def test_names_spelled_in_two_ways_are_one():
    with pytest.raises(ValueError, match="latent_dim is given twice"):
        Space.of_texts(["latent-dim=1", "latent_dim=2"])


def test_a_grid_of_more_points_than_memory_is_counted_and_refused():
    space = Space.of_texts([f"{name}=0..1:1e-5" for name in "abcde"])
    assert space.count == 100_001**5  # more than len() can tell
    with pytest.raises(ValueError, match="a grid holds at most 1,000,000"):
        space.points()
    assert space.points(2) == [
        dict.fromkeys("abcde", 0.0),
        {**dict.fromkeys("abcd", 0.0), "e": 1e-5},
    ]

import keras_tuner
import pytest

from kgen.search import Range, Space


def test_texts_and_a_file_declare_the_same(tmp_path):
    file = tmp_path / "space.yaml"
    lines = "beta: [1e-1, 1]", "latent-dim: {low: 8, high: 24, step: 8}", "rate: {low: 1e-4, high: 0.01, log: true}"
    file.write_text("\n".join(lines))
    texts = Space.of_texts(["beta=0.1,1", "latent-dim=8..24:8", "rate=1e-4..1e-2:log"])
    assert texts.entries == {"beta": [0.1, 1.0], "latent_dim": Range(8, 24, 8), "rate": Range(1e-4, 1e-2, None, True)}
    assert Space.of_file(file).entries == texts.entries


def test_a_grid_is_every_combination_the_last_changing_fastest():
    points = Space.of_texts(["a=1,2", "b=x,y", "c=0.5..1:0.25"]).points()
    assert [tuple(point.values()) for point in points[:4]] == [
        (1, "x", 0.5), (1, "x", 0.75), (1, "x", 1.0), (1, "y", 0.5)
    ]  # fmt: skip
    assert len(points) == 12


def test_keras_tuner_draws_from_it():
    space = Space.of_texts(["a=1,2", "flag=false,true", "n=4..8:2", "on=true", "rate=1e-4..1e-2:log", "word=x,y"])
    hyperparameters = keras_tuner.HyperParameters()
    assert space.declare(hyperparameters) == {"a": 1, "flag": False, "n": 4, "on": True, "rate": 1e-4, "word": "x"}
    drawn = {
        parameter.name: {parameter.random_sample(seed) for seed in range(60)} for parameter in hyperparameters.space
    }
    assert drawn["a"] == {1, 2} and drawn["flag"] == {False, True} and drawn["n"] == {4, 6, 8}
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
    for text, said in [("- 1", "holds no 'NAME: VALUES'"), ("a: {", "as YAML"), ("a: {from: 1}", "neither a list")]:
        file.write_text(text)
        with pytest.raises(ValueError, match=said):
            Space.of_file(file)


def test_a_grid_needs_an_end_of_values():
    with pytest.raises(ValueError, match=r"latent_dim=8\.\.16:2, or search at random"):
        Space.of_texts(["latent_dim=8..16"]).points()


def test_names_and_kinds_are_those_of_the_owner():
    known = {"beta": 1.0, "likelihood": "bernoulli", "latent_dim": 16, "normalised": False}
    with pytest.raises(ValueError, match="vae has no hyperparameter 'beat'. Did you mean beta?"):
        Space.of_texts(["beat=1,2"]).check("vae", known)
    for text, said in [
        ("beta=low,high", "beta=low: beta of vae is a number, such as 1.0"),
        ("latent_dim=8,16.5", "latent_dim of vae is a whole number, such as 16"),
        ("latent_dim=true,false", "latent_dim=True: latent_dim of vae is a whole number"),
        ("normalised=1,2", "normalised of vae is true or false"),
    ]:
        with pytest.raises(ValueError, match=said):
            Space.of_texts([text]).check("vae", known)
    Space.of_texts(["likelihood=bernoulli,gaussian", "beta=1,2", "normalised=true", "latent_dim=2..8"]).check(
        "vae", known
    )


def test_points_are_counted_without_being_made():
    assert len(Space.of_texts(["a=0..1:1e-6", "b=1,2"])) == 2 * (10**6 + 1)
    assert Space.of_texts(["a=0..0.5:0.1"]).points()[3] == {"a": 0.3}

"""Options as text: converted by the type of each option, however they are given."""

import pytest

from kgen.engine.accepts import wanted
from kgen.engine.options import options_of, typed
from kgen.experiments import building
from kgen.models import MODELS
from kgen.reading import as_kind
from kgen.runs.config import RunConfig
from kgen.search import Space
from tests.conftest import tiny

FALSE, TRUE = (
    ("False", "false", "no", "off", "0", False),
    ("True", "true", "yes", "ON", "1", True),
)


def of_kind(kind):
    """Every model with each of its options whose default is of a kind."""
    for name, entry in MODELS.items():
        known = options_of(entry.load())
        yield from (
            (name, option) for option, default in known.items() if type(default) is kind
        )


@pytest.mark.parametrize(("name", "option"), list(of_kind(bool)))
def test_a_truth_is_read_however_it_is_written(name, option):
    cls = MODELS[name].load()
    assert [typed(name, cls, {option: text})[option] for text in FALSE] == [
        False
    ] * len(FALSE)
    assert [typed(name, cls, {option: text})[option] for text in TRUE] == [True] * len(
        TRUE
    )
    with pytest.raises(ValueError, match=f"{option}='maybe' is neither true nor false"):
        typed(name, cls, {option: "maybe"})


@pytest.mark.parametrize(("name", "option"), list(of_kind(bool)))
def test_a_model_in_python_takes_no_text_for_a_truth(name, option):
    with pytest.raises(ValueError, match=f"{option}='no' is neither True nor False"):
        tiny(name, **{option: "no"})


@pytest.mark.parametrize(("name", "option"), list(of_kind(float)))
def test_a_number_is_read_however_it_is_written(name, option):
    cls = MODELS[name].load()
    read = [
        typed(name, cls, {option: text})[option] for text in (".5", "5e-1", "inf", 2)
    ]
    assert read == [0.5, 0.5, float("inf"), 2]
    for text in ("half", "nan", "true", True):
        with pytest.raises(ValueError, match=f"{option}={text!r} is not a number"):
            typed(name, cls, {option: text})


@pytest.mark.parametrize(("name", "option"), list(of_kind(int)))
def test_a_whole_number_is_read_however_it_is_written(name, option):
    cls = MODELS[name].load()
    assert typed(name, cls, {option: "16"})[option] == 16
    for text in ("1.5", "many", "true", True):
        with pytest.raises(
            ValueError, match=f"{option}={text!r} is not a whole number"
        ):
            typed(name, cls, {option: text})


def test_every_door_reads_alike(tmp_path):
    config = RunConfig(
        "gan", "digits", options={"saturating": "False", "label_noise": ".1"}
    )
    assert building.asked(config).options == {"saturating": False, "label_noise": 0.1}
    (tmp_path / "space.yaml").write_text(
        "saturating: ['False', 'on']\nlabel_noise: ['.1', .2]\n"
    )
    known = options_of(MODELS["gan"].load())
    for space in (
        Space.of_texts(["saturating=False,on", "label_noise=.1,.2"]),
        Space.of_file(tmp_path / "space.yaml"),
        Space({"saturating": ["False", "on"], "label_noise": [".1", ".2"]}),
    ):
        entries = space.typed("gan", known).entries
        assert entries == {"saturating": [False, True], "label_noise": [0.1, 0.2]}


def test_a_number_is_a_word_too_and_a_truth_is_none():
    assert [as_kind("size", size, str) for size in ("16", 16, "16x8", 2.5)] == [
        "16",
        "16",
        "16x8",
        "2.5",
    ]
    for value in (True, None, [1]):
        with pytest.raises(ValueError, match="is not a word"):
            as_kind("size", value, str)


def test_fields_are_no_options():
    for name, entry in MODELS.items():
        assert not set(wanted(entry.load())) & set(options_of(entry.load())), name


def test_numbers_of_a_kind_know_their_name():
    with pytest.raises(
        ValueError, match="size='big' is not a whole number. Give one, e.g. size=64."
    ):
        as_kind("size", "big", int)

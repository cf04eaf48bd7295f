import pytest

from kgen import names


def test_repeated_names_are_told_once_and_in_order():
    assert names.repeated(["b", "a", "b", "c", "a", "b"]) == ["b", "a"]
    assert names.repeated(["a", "b"]) == []


def test_places_follow_the_wanted_order():
    known = ["x", "y", "z"]
    found = names.places(known, ["z", "x", "z"])
    assert [known[place] for place in found] == ["z", "x", "z"]
    with pytest.raises(KeyError):
        names.places(known, ["w"])


def test_every_name_is_among_others_or_not():
    own = ["d", "a", "c", "a"]
    assert names.among(own, iter("ca")) == ["a", "c", "a"]
    assert names.without(own, iter("ca")) == ["d"]


def test_values_are_mapped_with_the_same_arguments_and_keep_their_order():
    squares = names.mapped(pow, {"b": 2, "a": 3}, 2)
    assert list(squares.items()) == [("b", 4), ("a", 9)]


def test_selected_and_remaining_values_share_a_dict_out():
    values = {"a": 1, "b": 2, "c": 3}
    assert list(names.selected(values, ["c", "z", "a"]).items()) == [("c", 3), ("a", 1)]
    assert list(names.remaining(values, ["b", "z"]).items()) == [("a", 1), ("c", 3)]


def test_a_column_needs_its_name_in_every_row():
    rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2}]
    assert names.column_of(rows, "epoch") == [1, 2]
    with pytest.raises(KeyError):
        names.column_of(rows, "loss")


def test_names_of_numbers_and_settings():
    assert names.assigned({"beta": 0.5, "fit": True}) == ["beta=0.5", "fit=True"]
    assert names.numbered("unit", [3, 7]) == ["unit 3", "unit 7"]
    assert names.formatted([0.25, -1.0], "+.1f") == ["+0.2", "-1.0"]

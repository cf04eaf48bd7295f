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

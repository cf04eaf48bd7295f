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


def test_numbers_in_names_are_padded_with_zeros():
    assert names.numbered("gene_", range(9, 11)) == ["gene_9", "gene_10"]
    assert names.numbered("", range(0, 4, 2), digits=3) == ["000", "002"]


def test_things_of_a_class_keep_their_order():
    assert names.of_kind([2, "b", 1, "a"], str) == ["b", "a"]


def test_values_are_picked_in_the_wanted_order_and_by_new_names():
    values = {"x": 1, "y": 2, "z": 3}
    assert list(names.picked(values, ["z", "x"]).items()) == [("z", 3), ("x", 1)]
    assert names.renamed(values, {"a": "y", "b": "y"}) == {"a": 2, "b": 2}
    with pytest.raises(KeyError):
        names.picked(values, ["w"])


def test_zero_is_present_but_not_filled():
    values = {"low": 0.0, "high": None, "names": [], "unit": "years"}
    assert names.present(values) == {"low": 0.0, "names": [], "unit": "years"}
    assert names.filled(values) == {"unit": "years"}


def test_values_are_told_by_name_in_one_line():
    assert names.told_by_name({"a": "old", "b": 3}) == "a: old · b: 3"


def test_selected_and_remaining_values_share_a_dict_out():
    values = {"a": 1, "b": 2, "c": 3}
    assert list(names.selected(values, ["c", "z", "a"]).items()) == [("c", 3), ("a", 1)]
    assert list(names.remaining(values, ["b", "z"]).items()) == [("a", 1), ("c", 3)]


def test_a_column_needs_its_name_in_every_row():
    rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2}]
    assert names.column_of(rows, "epoch") == [1, 2]
    with pytest.raises(KeyError):
        names.column_of(rows, "loss")


def test_texts_of_numbers_and_settings():
    assert names.assigned({"beta": 0.5, "fit": True}) == ["beta=0.5", "fit=True"]
    assert names.formatted([0.25, -1.0], "+.1f") == ["+0.2", "-1.0"]

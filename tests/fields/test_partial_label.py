import numpy as np
import pytest

from kgen.fields import PartialLabel


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        (["resistant", "", "sensitive", "NA", " nan "], [0, -1, 1, -1, -1]),
        ([1, 0, -1, 1], [1, 0, -1, 1]),
        ([1.0, np.nan, 0.0], [1, -1, 0]),
    ],
)
def test_missing_labels_are_minus_one(values, stored):
    values = np.array(values)
    field = PartialLabel.of(values, "y")
    assert field.num_classes == 2
    assert field.stored(values).tolist() == stored
    field.check(field.stored(values), "y")
    assert field.scaled(field.stored(values)).tolist() == stored


@pytest.mark.parametrize("wrong", [[0, 2], [-2, 1], [0.5, 1.0]])
def test_other_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match="y"):
        PartialLabel(2).check(np.array(wrong), "y")


def test_a_field_of_no_known_label_is_refused():
    with pytest.raises(ValueError, match="no label is known"):
        PartialLabel.of(np.array(["", "NA"]), "y")


def test_it_says_that_some_are_missing():
    assert str(PartialLabel(2, ["a", "b"])) == "2 classes, not known of every value"

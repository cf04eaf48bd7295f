import numpy as np

from kgen.metrics.draws import drawn, of_each_class


def test_the_same_items_of_every_array_are_drawn():
    numbers = np.arange(20)
    some, others = drawn(5, numbers, -numbers)
    assert len(set(some.tolist())) == 5
    np.testing.assert_array_equal(some, -others)
    assert sorted(drawn(50, numbers)[0]) == numbers.tolist()


def test_every_item_has_its_place_in_its_class():
    first, second = of_each_class(np.array([7, 2, 7, 2, 2]))
    np.testing.assert_array_equal(first, [1, 3, 4])
    np.testing.assert_array_equal(second, [0, 2])

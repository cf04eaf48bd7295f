import numpy as np

from kgen.data.pieces import pieces_of


def test_pieces_cover_every_value_once_and_only_the_last_is_smaller():
    pieces = pieces_of(10, 4)
    assert [piece.stop - piece.start for piece in pieces] == [4, 4, 2]
    values = np.arange(10)
    joined = np.concatenate([values[piece] for piece in pieces])
    assert joined.tolist() == values.tolist()
    assert pieces_of(0, 4) == []

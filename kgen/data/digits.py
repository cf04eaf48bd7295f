from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from kgen.data.anomalies import leave_out
from kgen.data.data import Data
from kgen.data.options import NO_NAMES
from kgen.fields import Image, Label

WHITE = 16


def read(_: str, name: str, left_out: list = NO_NAMES) -> Data:
    """scikit-learn's scanned digits; a quarter of them is the test.

    The results from the literature that are quoted here use this split.

    Args:
        left_out: classes that training never sees; in the test they are the anomalies.
    """
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8, 1).astype("uint8")
    x, tested_x, y, tested_y = train_test_split(
        images, labels, test_size=0.25, stratify=labels, random_state=0
    )
    train, test = {"x": x, "y": y}, {"x": tested_x, "y": tested_y}
    fields = {"x": Image((8, 8, 1), 0, WHITE, dtype="uint8"), "y": Label(10)}
    return leave_out(Data.from_arrays(name, train, fields, test), left_out)

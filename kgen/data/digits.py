from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from kgen.data.image_data import ImageData


def read(_, name):
    """scikit-learn's scanned digits with the split of a quarter for testing that the literature's numbers here use."""
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 8, 8).astype("uint8")
    split = train_test_split(images, labels, test_size=0.25, stratify=labels, random_state=0)
    train_images, test_images, train_labels, test_labels = split
    return ImageData.from_arrays(name, (train_images, train_labels), (test_images, test_labels), maximum=16)

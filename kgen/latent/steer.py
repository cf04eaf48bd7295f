import numpy as np


def class_samples(model, rows, seed=0, classes=None):
    """Values (rows, columns, …): one z a row, one class a column; any z without labels."""
    if model.num_classes is None:
        images = model.generate(rows * 10, seed=seed)
        return images.reshape(rows, 10, *images.shape[1:])
    classes = np.arange(model.num_classes) if classes is None else np.asarray(classes)
    # Drawn variable by variable: models of other latent sizes have the first ones in common.
    z = np.random.default_rng(seed).standard_normal((model.latent_dim, rows), dtype="float32").T
    images = model.decode(np.repeat(z, len(classes), axis=0), np.tile(classes, rows))
    return images.reshape(rows, len(classes), *images.shape[1:])

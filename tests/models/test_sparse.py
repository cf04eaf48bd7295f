import numpy as np
from kgen.models import SparseAutoencoder


def test_sparse_autoencoder_weighs_its_sparsity():
    x = np.random.default_rng(0).uniform(0, 1, (16, 8, 8, 1)).astype("float32")
    model = SparseAutoencoder.from_shape((8, 8, 1), latent_dim=3, width=4, seed=0, sparsity=0.5)
    model.compile()
    paid = model.evaluate(x, verbose=0, return_dict=True)
    assert np.isclose(paid["loss"], paid["reconstruction_loss"] + 0.5 * paid["sparsity_loss"], rtol=1e-5)

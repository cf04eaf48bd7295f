import warnings

import numpy as np
from sklearn.decomposition import PCA


def principal_components(codes):
    """The two directions (n, 2) in which codes (n, latent_dim) vary most, and the share of variance that they hold."""
    if codes.shape[1] == 1:
        return np.hstack([codes, np.zeros_like(codes)]), 1.0
    pca = PCA(2, random_state=0)
    return pca.fit_transform(codes), float(pca.explained_variance_ratio_.sum())


def neighbour_map(codes, seed=0):
    """A plane (n, 2) in which neighbours among codes (n, latent_dim) are neighbours still.

    Reference:
        McInnes, Healy & Melville, UMAP, 2018, arXiv:1802.03426
    """
    import umap  # takes seconds, for which nothing else should wait

    with warnings.catch_warnings():
        # A seed allows one thread only, which it says each time.
        warnings.filterwarnings("ignore", message="n_jobs value")
        return umap.UMAP(n_neighbors=min(15, len(codes) - 1), random_state=seed).fit_transform(codes)

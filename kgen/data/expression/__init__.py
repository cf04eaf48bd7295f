"""Expression of genes: simulated tissues of known truth, sets of genes, and .h5ad files."""

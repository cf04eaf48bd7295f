"""A page on which the latent space of a run is explored by hand."""

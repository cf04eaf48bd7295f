"""Expression before and after drugs, and responses: from tables, or from a known latent model."""

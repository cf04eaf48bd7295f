"""Expression before and after drugs, and responses to them: read from tables, or drawn from a known latent model."""

from kgen.verbs.verb import Verb


class Encode(Verb):
    """Writes the latent vector of every value: ``codes``, (n, latent_dim)."""

    task = "latent"

    def apply(self, model, values):
        return {"codes": model.codes(**values)}

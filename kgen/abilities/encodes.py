from abc import abstractmethod

from kgen.abilities.generates import Generates


class Encodes(Generates):
    """Brings a value to a code and back; a page writes ``code`` and ``draw``."""

    @abstractmethod
    def code(self, *values):
        """The code (n, latent_dim) of scaled values x, and of labels where the model takes them; tensors."""

    def codes(self, x, y=None):
        """The code of each value, (n, latent_dim); the mean where codes are distributions."""
        self.check_data(x, y)
        return self.in_batches(self.code, **self.with_labels(x=x, y=y))

    def reconstruct(self, x, y=None):
        """Each value encoded and decoded again."""
        self.check_data(x, y)
        return self.in_batches(self._reconstructed, **self.with_labels(x=x, y=y))

    def activity(self, x, y=None):
        """What each unit of the code tells of values, (latent_dim,): its variance over them."""
        return self.codes(x, y).var(axis=0)

    @property
    def predict_inputs(self):
        return ("x", *self.label_names)

    def predicted(self, *values):
        return self._reconstructed(*values)

    def _reconstructed(self, x, *labels):
        return self._decoded(self.code(x, *labels), *labels)

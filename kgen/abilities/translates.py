from abc import ABC, abstractmethod

from kgen import checks


class Translates(ABC):
    """Translates between fields; a page lists ``directions`` and writes ``translated``."""

    directions = ()  # pairs of names of fields, from and to

    @abstractmethod
    def translated(self, values, to):
        """The scaled values of the field ``to`` for scaled values of its source; tensors."""

    def source(self, to):
        """The name of the field that is translated into ``to``."""
        known = {end: start for start, end in self.directions}
        return known[checks.check_known("field to translate into", to, known)]

    def translate(self, values, to):
        """Each value as one of the field ``to``, in stored units."""
        start = self.source(to)
        return self.asked_of(lambda scaled: self._translated(scaled, to), **{start: values})

    @property
    def predict_inputs(self):
        return tuple(start for start, _ in self.directions)

    def predicted(self, *values):
        pairs = zip(self.directions, values, strict=True)
        return {end: self._translated(scaled, end) for (_, end), scaled in pairs}

    def _translated(self, values, to):
        return self.fields[to].unscaled(self.translated(values, to))

from kgen.verbs.verb import Verb


class Translate(Verb):
    """Writes every value as one of the field ``to``."""

    task = "translate"

    def reads(self, model, to):
        return (model.source(to),)

    def apply(self, model, values, to: str):
        (start,) = values.values()
        return {to: model.translate(start, to)}

    def field(self, model, name, to):
        return model.fields[to]

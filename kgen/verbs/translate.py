from kgen.verbs.verb import Verb


class Translate(Verb):
    """Writes every value translated to the field ``to``."""

    task = "translate"

    def reads(self, model, to):
        return (model.source(to),)

    def apply(self, model, values, to: str):
        (start,) = values.values()
        return {to: model.translate(start, to)}

    def field(self, model, name, to):
        return model.fields[to]

    def of_patches(self, model, values, to):
        return model.translate(values, to)

    def of_scan(self, model, blended, to):
        if blended.shape[-1] != 1:
            raise ValueError(
                f"{to} has {blended.shape[-1]} channels, and a scan has one. "
                "Write slices to a .npz file."
            )
        return model.fields[to].rounded(blended[..., 0])

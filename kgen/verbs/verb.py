import inspect

from kgen import tasks


class Verb:
    """What a command does with a model and the values of a file.

    A new verb is a file with a subclass and an entry in ``kgen.verbs.VERBS``. The arguments of
    ``apply`` after the values are the options of its command.

    Attributes:
        task: str, the name of the task that the model must support.

    Example:
        >>> class Encode(Verb):
        ...     task = "latent"
        ...     def apply(self, model, values):
        ...         return {"codes": model.codes(**values)}
    """

    task = ""

    def check(self, model):
        """Raises, with the reason, if the model cannot do it."""
        tasks.check_able(self.task, model, type(self).__name__.lower())

    def reads(self, model, **options):
        """The fields that the file must hold: that of the values, and those of labels."""
        return ("x", *model.label_names)

    def completed(self, run, model, **options):
        """The options with what the run's training says where they say nothing."""
        return options

    def places(self, out):
        """The files that are written where ``out`` is asked for."""
        return [out]

    def apply(self, model, values):
        """Arrays by name, one row per value, from a dict of values by field, in stored units."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes of values.")

    def field(self, model, name, **options):
        """The field of the array ``name`` if it can be drawn; else ``None``."""
        return

    def columns(self, model, name, **options):
        """The column names of the array ``name`` in a table; ``None`` if it has none."""
        field = self.field(model, name, **options)
        return field and field.columns

    def in_table(self, arrays):
        """Those of the arrays that a table holds."""
        return arrays

    def figure(self, model, values, arrays, **options):
        """A figure of its own; ``None`` where the first array is drawn."""
        return

    def names(self, model):
        """Arrays of names, of classes for example, that a .npz file stores too."""
        return {}

    def of_patches(self, model, values, **options):
        """Outputs (n, …, channels) for patches (n, …, 1) of a scan, blended where they overlap."""
        name = type(self).__name__.lower()
        raise ValueError(
            f"{name} makes no scans of scans. Give it slices as pictures or in a .npz file."
        )

    def of_scan(self, model, blended, **options):
        """The values of a scan (…), as stored in its file, from blended outputs (…, channels)."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes of a scan.")

    @classmethod
    def options(cls):
        """The options of its command."""
        _, _, _, *parameters = inspect.signature(cls.apply).parameters.values()
        return parameters

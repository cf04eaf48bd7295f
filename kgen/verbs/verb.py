import inspect

from kgen import tasks


class Verb:
    """Something that a model does with the values of a file, as a command does it.

    A verb of one's own is a file with a subclass and its line in ``kgen.verbs.VERBS``. The arguments of
    ``apply`` after the values are the options of its command.

    Attributes:
        task: str, the name of the task that the model has to have.

    Example:
        >>> class Encode(Verb):
        ...     task = "latent"
        ...     def apply(self, model, values):
        ...         return {"codes": model.codes(**values)}
    """

    task = ""

    def check(self, model):
        """Raises where the model cannot do it, with the reason."""
        tasks.check_able(self.task, model, type(self).__name__.lower())

    def reads(self, model, **options):
        """The fields that the file has to hold: that of the values, and those of labels."""
        return ("x", *model.label_names)

    def completed(self, run, model, **options):
        """The options with what the run's training says where they say nothing."""
        return options

    def places(self, out):
        """The files that are written where ``out`` is asked for."""
        return [out]

    def apply(self, model, values):
        """Arrays by name, a row a value, made of a dict of values by field, in stored units."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes of values.")

    def field(self, model, name, **options):
        """The field of the array ``name``, where it can be drawn; else ``None``."""
        return

    def columns(self, model, name, **options):
        """The names of the columns of the array ``name`` in a table, where they have some; else ``None``."""
        field = self.field(model, name, **options)
        return field and field.columns

    def in_table(self, arrays):
        """Those of the arrays that a table holds."""
        return arrays

    def figure(self, model, values, arrays, **options):
        """A figure of its own; ``None`` where the first array is drawn."""
        return

    def names(self, model):
        """Arrays of names, of classes for example, that a .npz file keeps beside."""
        return {}

    def of_patches(self, model, values, **options):
        """What is made of patches (n, …, 1) of a scan, (n, …, channels), to be blended where they overlap."""
        name = type(self).__name__.lower()
        raise ValueError(
            f"{name} makes no scans of scans. Give it slices as pictures or in a .npz file."
        )

    def of_scan(self, model, blended, **options):
        """The values of a scan (…), as its file keeps them, of what is blended (…, channels)."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes of a scan.")

    @classmethod
    def options(cls):
        """The options of its command."""
        _, _, _, *parameters = inspect.signature(cls.apply).parameters.values()
        return parameters

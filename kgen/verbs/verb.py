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

    def check(self, model, data):
        """Raises where the model cannot do it, with the reason."""
        tasks.named(self.task, model, data)

    def reads(self, model, **options):
        """The field that the file holds, and those that it may hold besides."""
        return ("x",), ("y",)

    def apply(self, model, values):
        """Arrays by name made of a dict of values by field, in stored units."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it makes of values.")

    def field(self, model, name, **options):
        """The field of the array ``name``, where it can be drawn; else ``None``."""
        return

    @classmethod
    def options(cls):
        """The options of its command."""
        _, _, _, *parameters = inspect.signature(cls.apply).parameters.values()
        return parameters

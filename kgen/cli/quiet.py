"""TensorFlow's libraries write start-up notes past their own settings: commands keep them back."""

import contextlib
import importlib.util
import logging
import os
import re
import sys
import tempfile
from importlib.abc import MetaPathFinder

# Information alone; warnings, errors and whatever Python says are shown.
NOTE = re.compile(
    rb"I\d{4} |WARNING: All log messages before absl::InitializeLog|To enable the following"
)


class QuietImport(MetaPathFinder):
    """Has TensorFlow, whenever it is first imported, imported without its start-up notes.

    With ``TF_CPP_MIN_LOG_LEVEL`` below 3 TensorFlow says all that it has to say.

    Example:
        >>> sys.meta_path.insert(0, QuietImport())
    """

    def find_spec(self, name, path=None, target=None):
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            spec.loader.exec_module = _quietly(spec.loader.exec_module)
        return spec


def quieten():
    """Keeps TensorFlow's start-up notes from the terminal, unless the user has asked for them."""
    # Read by TensorFlow when it is imported.
    level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if level >= "3":
        logging.getLogger("tensorflow").addFilter(_is_of_use)
    if level >= "3" and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, QuietImport())


def _is_of_use(record):
    """Whether a record is more than the advice on graphs that are traced anew, as for each of several models."""
    return "tf.function retracing" not in str(record.msg)


def _quietly(load):
    def loaded(module):
        with notes_kept_back():
            load(module)

    return loaded


@contextlib.contextmanager
def notes_kept_back():
    """Shows what is written to the standard error within only at the end, and without notes."""
    with tempfile.TemporaryFile() as kept:
        sys.stderr.flush()
        shown = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            os.close(shown)
            kept.seek(0)
            os.write(2, b"".join(line for line in kept if not NOTE.match(line)))

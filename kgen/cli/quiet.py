"""Commands hide the start-up notes that TensorFlow's libraries write past their own settings."""

import contextlib
import importlib.util
import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# Information only: warnings, errors and the output of Python stay visible.
NOTE = re.compile(
    rb"I\d{4} |WARNING: All log messages before absl::InitializeLog|To enable the following"
)


class QuietImport(MetaPathFinder):
    """Hides TensorFlow's start-up notes whenever it is first imported.

    With ``TF_CPP_MIN_LOG_LEVEL`` below 3 nothing is hidden.

    Example:
        >>> import sys
        >>> sys.meta_path.insert(0, QuietImport())
        >>> import tensorflow
    """

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            loader: Any = spec.loader
            loader.exec_module = _quietly(loader.exec_module)
        return spec


def quieten() -> None:
    """Hides TensorFlow's start-up notes, unless the user has asked for them."""
    # TensorFlow reads the level when it is imported.
    level = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if level >= "3":
        logging.getLogger("tensorflow").addFilter(_is_of_use)
    if level >= "3" and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, QuietImport())


def _is_of_use(record):
    """False for the warning about retraced graphs: every further model traces its own."""
    return "tf.function retracing" not in str(record.msg)


def _quietly(load):
    def loaded(module):
        with notes_kept_back():
            load(module)

    return loaded


@contextlib.contextmanager
def notes_kept_back() -> Iterator[None]:
    """Holds back what is written to standard error; at the end prints it without notes."""
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

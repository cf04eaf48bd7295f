import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import keras

from kgen.types import Scalars


class Interrupt(keras.callbacks.Callback):
    """Ends ``fit`` after the batch in which Ctrl-C was pressed; pressed again, at once.

    A ``KeyboardInterrupt`` raised at any point is at times lost in compiled code.
    """

    asked = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def on_train_batch_end(self, batch: int, logs: Scalars | None = None) -> None:
        if self.asked:
            raise KeyboardInterrupt


@contextlib.contextmanager
def interruptible() -> Iterator[Interrupt]:
    """The callback by which Ctrl-C ends ``fit``; later errors become ``KeyboardInterrupt``."""
    interrupt = Interrupt()
    if (
        threading.current_thread() is not threading.main_thread()
    ):  # only it receives signals
        yield interrupt
        return
    before = signal.signal(signal.SIGINT, interrupt.ask)
    try:
        yield interrupt
    except Exception as error:
        if interrupt.asked:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)

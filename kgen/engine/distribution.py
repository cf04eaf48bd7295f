import contextlib
import random
from collections.abc import Iterator
from typing import Any

import keras

from kgen import checks
from kgen.engine import backend
from kgen.engine.callbacks import TrainingDiverged
from kgen.engine.model import GenerativeModel

agreed, process = backend.agreed, backend.process


def distribute(
    devices: int = 1,
    processes: int = 1,
    process_id: int | None = None,
    coordinator: str | None = None,
) -> contextlib.AbstractContextManager[Any]:
    """The scope in which a model trains on several devices; build, compile and fit it within.

    Every step splits its batch between all devices and adds up their gradients. The batch size must
    be a multiple of their number. A host's devices are its first GPUs. Without a GPU they are parts
    of its CPU, which is no faster but shows what several GPUs would do.

    With several processes (JAX only), each runs the same program with the same seed, and feeds
    ``fit`` its own part of every batch; see ``Split.batches(part=...)``. When one of them is lost,
    the others raise within a minute.

    Args:
        devices: int ≥ 1, devices of each process.
        processes: int ≥ 1, how many processes train together; each enters this scope before it
            computes anything.
        process_id: int from 0 to ``processes - 1``, the number of this process; ``None`` under
            SLURM, which knows.
        coordinator: str "HOST:PORT", a free port on the host of process 0; ``None`` under SLURM.

    Raises:
        ValueError: if a host has fewer devices, its CPU is already in use undivided, or several
            processes run without JAX.
        ConnectionError: raised from the scope, if another process was lost.

    Example:
        >>> with distribute(2):
        ...     model = kgen.VAE.from_shape((28, 28, 1))
        ...     model.compile()
        ...     model.fit(images, batch_size=256)
    """
    checks.check_sizes(devices=devices, processes=processes)
    if processes > 1:
        return _together(devices, processes, process_id, coordinator)
    return _scope(devices, 1) if devices > 1 else contextlib.nullcontext()


def _scope(devices, processes):
    found = backend.devices(devices)
    if len(found) < devices * processes:
        raise ValueError(
            f"devices={devices}, but there are {len(found)}: {', '.join(found)}. "
            "Ask for fewer, or, on a CPU, before anything else is computed."
        )
    return backend.scope(found)


@contextlib.contextmanager
def _together(devices, processes, process_id, coordinator):
    backend.connect(coordinator, processes, process_id)
    try:
        # Weights drawn from different seeds would not be the same weights.
        keras.utils.set_random_seed(backend.agreed(random.getrandbits(31)))
        with _scope(devices, processes):
            yield
        backend.meet()
    except TrainingDiverged:
        backend.meet()  # all processes see the same loss, and the first one may still be writing
        raise
    except BaseException as error:
        backend.leave_at_exit(130 if isinstance(error, KeyboardInterrupt) else 1)
        if backend.is_connection_lost(error):
            number, reason = process()[0], str(error).splitlines()[0]
            raise ConnectionError(
                f"Process {number} lost the others, start all of them again: {reason}"
            ) from error
        raise


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """The scope in which one of several processes saves, loads and computes without the others."""
    shared = keras.distribution.distribution() if process()[1] > 1 else None
    if shared is None:
        yield
        return
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(shared)


def own(model: GenerativeModel) -> GenerativeModel:
    """The model, or a copy that one process can use ``alone`` where several share its weights."""
    if process()[1] == 1:
        return model
    copy = type(model).from_config(model.get_config())
    copy.set_weights(model.get_weights())
    return copy

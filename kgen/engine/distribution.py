import contextlib

from kgen.engine import backend, checks


def distribute(count):
    """The scope in which a model, built, compiled and fitted within, trains on ``count`` devices of this host.

    Every step splits its batch between the devices and adds up their gradients. The devices are the first GPUs, or
    parts of the CPU where there is none, which gains no speed but shows what several GPUs would do.

    Args:
        count: int ≥ 1; 1 is the ordinary training.

    Raises:
        ValueError: if the host has fewer devices, or its CPU is in use undivided already.

    Example:
        >>> with distribute(2):
        ...     model = VAE.from_shape((28, 28, 1))
        ...     model.compile()
        ...     model.fit(images, batch_size=256)
    """
    checks.check_sizes(devices=count)
    if count == 1:
        return contextlib.nullcontext()
    found = backend.devices(count)
    if len(found) < count:
        raise ValueError(
            f"devices={count}, but there are {len(found)}: {', '.join(found)}. Ask for fewer, or, on a CPU, before "
            "anything else is computed."
        )
    return backend.scope(found[:count])

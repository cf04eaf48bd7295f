def pieces_of(count: int, size: int) -> list[slice]:
    """Consecutive ranges of ``size`` among ``count`` values; the last one may be smaller."""
    return [slice(at, min(at + size, count)) for at in range(0, count, size)]

"""How tiles are read: from memory, through a map of the file, or block by block."""

import re
from collections.abc import Sequence

from kgen.data.tiles.blocks import Blocks
from kgen.data.tiles.in_memory import InMemory
from kgen.data.tiles.layout import Section, byte_counts
from kgen.data.tiles.mapped import Mapped
from kgen.data.tiles.reader import Reader
from kgen.types import Location

MEMORY_OF_SOME = 2**27
UNITS = {"K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def memory_bytes(text: str | int, name: str = "memory") -> int:
    """``2GB``, ``512 MiB`` or a whole number of bytes as a number."""
    found = re.fullmatch(
        r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B?\s*", str(text), re.IGNORECASE
    )
    if isinstance(text, int) and text > 0:
        return text
    if not found or not float(found[1]):
        raise ValueError(
            f"{name}={text!r} is not a size above 0 with its unit, such as 512MB or 2GB."
        )
    unit = UNITS[found[2].upper()]
    return int(float(found[1]) * (1024 ** (len(str(unit)) // 3) if found[3] else unit))


def choose(path: Location, sections: Sequence[Section], memory: int) -> Reader:
    """The reader of these sections of a file within ``memory`` bytes."""
    total = sum(byte_counts(sections))
    if total <= memory:
        return InMemory(
            path, sections, f"{size(total)} fit the budget of {size(memory)}"
        )
    reason = f"{size(total)} exceed the budget of {size(memory)}"
    if all(section.offset is not None for section in sections):
        return Mapped(
            path, sections, f"{reason}; the pixels lie row after row in the file"
        )
    lying = (
        "lie in chunks"
        if any(section.chunks for section in sections)
        else "are no array of NumPy's in the file"
    )
    return Blocks(path, sections, memory, f"{reason}; the pixels {lying}")


def one_by_one(path: Location, sections: Sequence[Section]) -> Blocks:
    """The reader of some tiles that are needed once; it reads only these."""
    return Blocks(path, sections, MEMORY_OF_SOME, "few tiles are wanted")


def size(count: int) -> str:
    """A number of bytes in words."""
    unit = next(unit for unit in "TGMK" if count >= UNITS[unit] or unit == "K")
    return f"{count / UNITS[unit]:.3g} {unit}B"

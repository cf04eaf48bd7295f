"""What a file of sections holds, in a table and in its extremes."""

import math

import numpy as np

from kgen.checks import by, counted
from kgen.data.tiles.layout import byte_counts
from kgen.data.tiles.source import TileSource
from kgen.data.tiles.storage import size
from kgen.types import Array, Shape

STORED = "stored (sizes are height × width)"
MOST_DRAWN = 600  # pixels per side


def table(source: TileSource) -> str:
    """One line per group: images, sizes and pixels; then what training is standardised by."""
    lines = [
        f"{'group':12}{'images':>7}{'unpacked':>10}  {'smallest':12} {'largest':12} {'pixels':22} "
        f"{STORED}"
    ]
    lines += [_line(source, group) for group in source.groups]
    training = source.merged(source.training)
    return "\n".join([*lines, _range(source.training, training, source.test_group)])


def shapes(source: TileSource) -> dict[str, list[Shape]]:
    """The (height, width) of every image, by group."""
    found = {}
    for group in source.groups:
        found[group] = [section.shape for section in _of(source, group)]
    return found


def extremes(source: TileSource) -> dict[str, list[tuple[str, Array]]]:
    """The largest and smallest image of every group, drawn small: {group: [(name, pixels), …]}."""
    found = {}
    for group in source.groups:
        found[group] = [_drawn(source, section) for section in _ends(source, group)]
    return found


def _of(source, group):
    return [section for section in source.sections if section.group == group]


def _ends(source, group):
    in_order = sorted(_of(source, group), key=lambda section: -math.prod(section.shape))
    return in_order[:: max(1, len(in_order) - 1)]


def _drawn(source, section):
    step = max(1, max(section.shape) // MOST_DRAWN)
    every = slice(None, None, step)
    return f"{section.name}: {by(section.shape)}", source.pixels(section, every, every)


def _line(source, group):
    sections = _of(source, group)
    ends = _ends(source, group)
    largest, smallest = by(ends[0].shape), by(ends[-1].shape)
    found = source.merged(sections)
    pixels = f"{sections[0].dtype} {found.minimum:g} to {found.maximum:g}"
    stored = _all(map(_stored, sections))
    unpacked = size(sum(byte_counts(sections)))
    role = "  (kept for the test)" if group == source.test_group else ""
    return (
        f"{group:12}{len(sections):7}{unpacked:>10}  {smallest:12} {largest:12} "
        f"{pixels:22} {stored}{role}"
    )


def _range(sections, found, test_group):
    return (
        f"{counted(len(sections), 'training image')} (all but {test_group}): {found.count:,} "
        f"pixels from {found.minimum:g} to {found.maximum:g}, mean {found.mean:.4f}, standard "
        f"deviation {found.standard_deviation:.4f}"
    )


def _stored(section):
    if section.chunks is None:
        return "in one piece"
    return (
        f"chunks of {by(section.chunks[:2])}, {section.compression or 'not compressed'}"
    )


def _all(names):
    return " or ".join(np.unique(list(names)).tolist())

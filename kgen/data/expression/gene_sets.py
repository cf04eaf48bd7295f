"""Gene sets in GMT files: per line a name, a description and the genes, separated by tabs."""

from collections.abc import Mapping
from pathlib import Path

from kgen.checks import few
from kgen.data.listing import checked
from kgen.decoding import UTF, decoding
from kgen.names import filled
from kgen.types import Location, Names

GENES = 2  # the columns before the genes


def read_gmt(path: Location, genes: Names) -> dict[str, list[str]]:
    """The genes of every set by name, but only those among ``genes``.

    Raises:
        ValueError: if a line is no set, a name occurs twice, or no set has one of ``genes``.
    """
    path = checked(path, "gene sets", "file")
    with decoding(
        path,
        "a GMT file",
        "Each line needs a name, a description and genes, with tabs between them.",
    ):
        lines = path.read_text(UTF).splitlines()
    found: dict[str, set[str]] = {}
    for number, line in enumerate(lines, 1):
        name, *rest = map(str.strip, line.split("\t"))
        if not line.strip():
            continue
        _check_line(path, number, name, rest, found)
        found[name] = set(rest[1:]) - {""}
    return _shared(path, found, genes)


def write_gmt(path: Path, sets: Mapping[str, Names]) -> None:
    """Writes sets of genes by name."""
    lines = ("\t".join([name, "", *genes]) for name, genes in sets.items())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _check_line(path, number, name, rest, found):
    if len(rest) < GENES:
        raise ValueError(
            f"{path}: line {number} holds {len(rest) + 1} columns; a set of genes has a name, a "
            "description and genes, with tabs between them."
        )
    if name in found:
        raise ValueError(
            f"{path}: two sets are called {name!r}. Give each its own name."
        )


def _shared(path, found, genes):
    """The sets with the genes that are known; raises if there are none."""
    known = set(genes)
    shared = {name: sorted(own & known) for name, own in found.items()}
    if not any(shared.values()):
        first = sorted(set().union(*found.values()))
        raise ValueError(
            f"{path} has no gene in common with the model: its genes are {few(first) or 'none'}, "
            f"those of the model {few(list(genes))}. Give a file with names of the same kind."
        )
    return filled(shared)

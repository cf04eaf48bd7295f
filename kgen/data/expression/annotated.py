import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from kgen.checks import check_known, few
from kgen.data.delimited import check_there
from kgen.data.listing import checked
from kgen.decoding import decoding
from kgen.names import places
from kgen.types import Array, Location, Names

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix

RAW = "raw"  # the layer option that asks for raw.X
WAY = (
    "Reading .h5ad files needs anndata: pip install anndata, "
    'or pip install ".[anndata]" in the repository.'
)


class Annotated(NamedTuple):
    """The expression matrix of a .h5ad file, dense or sparse as stored, with facts about its rows.

    It reads as a ``Table`` of its genes and of the columns of obs.

    Args:
        path: of the file.
        matrix: array or sparse matrix (n, genes).
        genes: list of str.
        samples: str array (n,).
        known: dict from the name of each obs column to its values (n,), words for categories.

    Example:
        >>> cells = Annotated.of("cells.h5ad", "h5ad:cells.h5ad", layer="counts")
        >>> cells.chosen([0, 7]).shape[1]
        2
    """

    path: Path
    matrix: Any
    genes: list[str]
    samples: np.ndarray
    known: dict[str, Array]

    @classmethod
    def of(cls, path: Location, name: str, layer: str | None = None) -> Self:
        """X of a file, ``raw`` for raw.X, or a layer; raises if it is missing or genes repeat."""
        anndata, path = _library(), checked(path, name, "file")
        with decoding(path, "an .h5ad file"), warnings.catch_warnings():
            # anndata warns of where it keeps what older versions wrote.
            warnings.simplefilter("ignore", FutureWarning)
            stored = anndata.read_h5ad(path)
        part = _part(stored, layer, name)
        genes = part.var_names.astype(str)
        if not genes.is_unique:
            twice = genes[genes.duplicated()].unique().tolist()
            raise ValueError(
                f"{name}: several genes are called {few(twice)}. Give each its own name: "
                "adata.var_names_make_unique()."
            )
        matrix = part.X if layer in (None, RAW) else stored.layers[layer]
        if matrix is None:
            raise ValueError(
                f"{name}: X is empty. Give layer=NAME; there are {_layers(stored)}."
            )
        known = {str(column): _plain(values) for column, values in stored.obs.items()}
        return cls(
            path, matrix, genes.tolist(), stored.obs_names.to_numpy().astype(str), known
        )

    @property
    def columns(self) -> list[str]:
        """The genes, and the columns of obs."""
        return [*self.genes, *self.known]

    @property
    def words(self) -> list[str]:
        """The columns of obs that hold words."""
        names = []
        for name, values in self.known.items():
            if values.dtype.kind not in "iuf":
                names.append(name)
        return names

    def read(self, numbers: Names, words: Names = ()) -> tuple[Array, dict[str, Array]]:
        """Some genes as one array (n, genes), float32, and columns of obs as words by name."""
        check_there(self.path, numbers, self.genes)
        texts = {word: self.known[word].astype(str) for word in words}
        return self.chosen(places(self.genes, numbers)), texts

    def names(self, columns: Array) -> list[str]:
        """The names of the genes in some columns."""
        return np.array(self.genes)[columns].tolist()

    @property
    def measured(self) -> Array:
        """Which rows hold a value other than 0, (n,)."""
        return np.asarray(abs(self.matrix).sum(axis=1)).reshape(-1) != 0

    def rows(self, rows: Array) -> "Array | sparray | spmatrix":
        """Some rows, in a form from which dense slices of columns can be taken."""
        part = self.matrix[rows]
        return part.tocsc() if _is_sparse(part) else part

    def chosen(self, columns: Sequence[int] | Array) -> Array:
        """Some columns, dense, float32."""
        part = self.matrix[:, columns]
        return np.ascontiguousarray(
            part.toarray() if _is_sparse(part) else part, "float32"
        )


def _library():
    try:
        import anndata
    except ImportError as error:
        raise ImportError(WAY) from error
    return anndata


def _part(stored, layer, name):
    if layer == RAW and stored.raw is None:
        raise ValueError(
            f"{name}: layer='raw', and the file has no raw.X. Leave it out; there are "
            f"{_layers(stored)}."
        )
    if layer not in (None, RAW):
        check_known(f"layer of {name}", layer, [*stored.layers, RAW])
    return stored.raw if layer == RAW else stored


def _layers(stored):
    raw = [RAW] if stored.raw is not None else []
    return ", ".join([*stored.layers, *raw]) or "no layers"


def _plain(values):
    """A column as an array: numbers stay numbers, all else becomes words, empty where missing."""
    if values.dtype.kind in "iuf":
        return values.to_numpy()
    return values.astype(object).where(values.notna(), "").to_numpy().astype(str)


def _is_sparse(matrix):
    return hasattr(matrix, "toarray")

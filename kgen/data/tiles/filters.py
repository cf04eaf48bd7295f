"""The filters that pack the chunks of a data set, and which of them are not installed."""

import contextlib

import h5py
from h5py import h5z

with contextlib.suppress(ImportError):
    import hdf5plugin  # noqa: F401  makes its filters known to HDF5

# https://github.com/HDFGroup/hdf5_plugins/blob/master/docs/RegisteredFilterPlugins.md
REGISTERED = {
    307: "bzip2",
    32001: "Blosc",
    32004: "LZ4",
    32008: "bitshuffle",
    32013: "ZFP",
    32015: "Zstandard",
    32017: "SZ",
    32018: "FCIDECOMP",
    32024: "SZ3",
    32026: "Blosc2",
    32028: "SPERR",
}


def missing(dataset: h5py.Dataset) -> str:
    """The filters that some chunk was packed with and that HDF5 lacks, in words."""
    pipeline = dataset.id.get_create_plist()
    filters = list(map(pipeline.get_filter, range(pipeline.get_nfilters())))
    lacking = [place for place, (code, *_) in enumerate(filters) if not _readable(code)]
    skipped = _skipped(dataset) if lacking else 0
    names = []
    for place in lacking:
        if not skipped >> place & 1:
            names.append(_name(filters[place]))
    return " and ".join(names)


def _skipped(dataset):
    """The filters, as bits, that no chunk was packed with: optional filters may be skipped."""
    masks = []
    dataset.id.chunk_iter(lambda chunk: masks.append(chunk.filter_mask))
    skipped = -1
    for mask in masks:
        skipped &= mask
    return skipped


def _readable(code):
    return h5z.filter_avail(code) and bool(
        h5z.get_filter_info(code) & h5z.FILTER_CONFIG_DECODE_ENABLED
    )


def _name(stage):
    code, _, _, name = stage
    known = REGISTERED.get(code) or name.decode(errors="replace") or "without a name"
    return f"{known} ({code})"

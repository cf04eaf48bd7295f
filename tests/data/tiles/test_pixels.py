"""Stored types that are NumPy's bit for bit, and those that only HDF5 can read."""

import h5py
import numpy as np
import pytest
from h5py import h5d, h5s, h5t

from kgen.data import TileSource
from kgen.data.tiles import storage
from kgen.data.tiles.blocks import Blocks
from kgen.data.tiles.in_memory import InMemory
from kgen.data.tiles.layout import sections_of
from kgen.data.tiles.locations import numbers, whole
from kgen.data.tiles.mapped import Mapped

SHAPE, TILE = (40, 36), 8


def integer(base, size, precision=None, offset=0):
    """A type of ``size`` bytes, of which some bits hold the number."""
    made = base.copy()
    made.set_precision(min(precision or 8 * size, 8 * made.get_size()))
    made.set_size(size)
    made.set_precision(precision or 8 * size)
    made.set_offset(offset)
    return made


def floating(size, offset, *fields, bias):
    """A float format with sign, exponent and mantissa at these bits, from ``offset`` upwards."""
    made = h5t.IEEE_F64LE.copy()
    made.set_fields(*fields)
    made.set_ebias(bias)
    made.set_offset(offset)
    made.set_precision(fields[0] + 1 - offset)
    made.set_size(size)
    return made


def names(count):
    made = h5t.enum_create(h5t.STD_U8LE)
    for number in range(count):
        made.enum_insert(f"tissue {number}".encode(), number)
    return made


# The stored type; the NumPy type that h5py reads it as, or the next wider one; whether the file
# holds the very same bits.
TYPES = {
    "8 bits": (h5t.STD_U8LE, "u1", True),
    "16 bits": (h5t.STD_U16LE, "<u2", True),
    "16 bits, big-endian": (h5t.STD_U16BE, ">u2", True),
    "32 bits, big-endian": (h5t.STD_I32BE, ">i4", True),
    "64 bits": (h5t.STD_I64LE, "<i8", True),
    "12 of 16 bits": (integer(h5t.STD_U16LE, 2, 12), "<u2", False),
    "12 of 16 bits from the fifth": (integer(h5t.STD_U16LE, 2, 12, 4), "<u2", False),
    "signed, 12 of 16 bits from the fifth": (
        integer(h5t.STD_I16LE, 2, 12, 4),
        "<i2",
        False,
    ),
    "big-endian, 12 of 16 bits from the third": (
        integer(h5t.STD_U16BE, 2, 12, 2),
        ">u2",
        False,
    ),
    "10 of 32 bits from the tenth": (integer(h5t.STD_I32LE, 4, 10, 9), "<i4", False),
    "24 bits": (integer(h5t.STD_U32LE, 3), "u4", False),
    "24 bits, big-endian": (integer(h5t.STD_U32BE, 3), "u4", False),
    "24 bits, signed": (integer(h5t.STD_I32LE, 3), "i4", False),
    "20 of 24 bits from the fifth": (integer(h5t.STD_U32LE, 3, 20, 4), "u4", False),
    "40 bits": (integer(h5t.STD_U64LE, 5), "u8", False),
    "48 bits, signed": (integer(h5t.STD_I64BE, 6), "i8", False),
    "56 bits": (integer(h5t.STD_U64LE, 7), "u8", False),
    "a field of bits": (h5t.STD_B8LE, "u1", False),
    "names of tissues": (names(200), "u1", False),
    "half precision": (h5t.IEEE_F16LE, "<f2", True),
    "single precision, big-endian": (h5t.IEEE_F32BE, ">f4", True),
    "double precision": (h5t.IEEE_F64LE, "<f8", True),
    "bfloat16": (floating(2, 0, 15, 7, 8, 0, 7, bias=127), "<f4", False),
    "24-bit floats": (floating(3, 0, 23, 16, 7, 0, 16, bias=63), "<f4", False),
    "20-bit floats in 32 bits": (
        floating(4, 6, 25, 20, 5, 6, 14, bias=15),
        "<f4",
        False,
    ),
    "floats of another exponent": (
        floating(4, 0, 31, 20, 11, 0, 20, bias=1023),
        "<f8",
        False,
    ),
}
STORAGES = {
    "map": ({}, 100),
    "memory": ({}, "1MB"),
    "chunks": ({"chunks": (8, 8)}, 100),
}


def stored(path, kind, chunks=None):
    """A file of groups A, B and C whose images have this type, and the values that they hold."""
    random = np.random.default_rng(0)
    signed = "signed" in kind or "double" in kind
    values = {
        f"{group}/0": random.integers(-100 if signed else 0, 100, SHAPE)
        for group in "ABC"
    }
    with h5py.File(path, "w") as file:
        for name, image in values.items():
            create(file, name, TYPES[kind][0], image, chunks)
    return path, values


def create(file, name, kind, image, chunks):
    made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    if chunks:
        made.set_chunk(chunks)
    group = file.require_group(name.split("/")[0])
    dataset = h5d.create(
        group.id,
        name.split("/")[1].encode(),
        kind,
        h5s.create_simple(image.shape),
        made,
    )
    # Bits have no conversion from numbers.
    bits = kind.get_class() in (h5t.BITFIELD, h5t.ENUM)
    memory = (
        kind
        if bits
        else h5t.NATIVE_DOUBLE
        if kind.get_class() == h5t.FLOAT
        else h5t.NATIVE_INT64
    )
    dtype = "u1" if bits else "f8" if kind.get_class() == h5t.FLOAT else "i8"
    dataset.write(h5s.ALL, h5s.ALL, image.astype(dtype), mtype=memory)


@pytest.mark.parametrize("way", STORAGES)
@pytest.mark.parametrize("kind", TYPES)
def test_tiles_hold_the_stored_values_whatever_their_type(tmp_path, kind, way):
    options, memory = STORAGES[way]
    path, values = stored(tmp_path / "a.h5", kind, **options)
    _, dtype, same = TYPES[kind]
    reader = storage.choose(path, sections_of(path), storage.memory_bytes(memory))
    where = whole(reader.sections, TILE).at(numbers(0, 0, 0, 60))
    for tile, section, row, column in zip(
        reader.tiles(where, TILE), *where, strict=True
    ):
        image = values[reader.sections[section].path]
        np.testing.assert_array_equal(
            tile, image[row : row + TILE, column : column + TILE]
        )
    assert reader.dtype == dtype
    assert (
        type(reader)
        is {"map": Mapped if same else Blocks, "memory": InMemory, "chunks": Blocks}[
            way
        ]
    )


@pytest.mark.parametrize("kind", TYPES)
def test_statistics_and_single_tiles_are_of_the_stored_values(
    tmp_path, kind, monkeypatch
):
    monkeypatch.setenv("KGEN_CACHE", str(tmp_path))
    path, values = stored(tmp_path / "a.h5", kind)
    source = TileSource(path, "C", TILE)
    training = np.stack([values["A/0"], values["B/0"]])
    np.testing.assert_allclose(
        [source.mean, source.standard_deviation],
        [training.mean(), training.std()],
        rtol=1e-12,
    )
    expected = (values["B/0"][3:11, 5:13] - training.mean()) / training.std()
    np.testing.assert_allclose(
        source["B", 0, 3, 5, TILE][..., 0], expected, rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("block", [0, 512, 2048])
def test_a_map_begins_behind_a_block_of_the_user(tmp_path, block):
    image = np.random.default_rng(0).integers(0, 60_000, SHAPE).astype("uint16")
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=block) as file:
        file["A/0"] = image
    reader = storage.choose(tmp_path / "a.h5", sections_of(tmp_path / "a.h5"), 100)
    where = whole(reader.sections, SHAPE[1]).at(np.zeros(1))
    assert type(reader) is Mapped
    np.testing.assert_array_equal(reader.tiles(where, SHAPE[1])[0], image[: SHAPE[1]])


UNREADABLE = {
    "72 bits": integer(h5t.STD_U64LE, 9, 72),
    "128 bits": integer(h5t.STD_U64LE, 16),
    "a time": h5t.UNIX_D32LE,
    "three bytes per pixel": h5t.array_create(h5t.STD_U8LE, (3,)),
    "quadruple precision": h5t.py_create(np.dtype("longdouble")),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_types_that_numpy_lacks_are_told_with_their_image(tmp_path, kind):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        h5d.create(
            file.create_group("A").id, b"0", UNREADABLE[kind], h5s.create_simple(SHAPE)
        )
    with pytest.raises(
        ValueError,
        match="a.h5: A/0: pixels of .*, not whole or floating-point numbers of up to 8 bytes",
    ):
        sections_of(tmp_path / "a.h5")

"""Files that cannot be opened or unpacked: messages name the file, the reason and the remedy."""

import errno
import os
import subprocess
import sys

import h5py
import numpy as np
import pytest
from h5py import h5d, h5p, h5s, h5t, h5z

from kgen.data.tiles.layout import sections_of
from tests.data.tiles.files import pixels, write

IMAGE = np.arange(600, dtype="uint8").reshape(20, 30)
WRITER = """
import h5py, os, signal, sys
file = h5py.File(sys.argv[1], "w", libver="latest")
file.create_dataset("A/0", (20, 30), "u1", maxshape=(None, 30), chunks=(10, 30))[:] = 7
if sys.argv[2] == "swmr":
    file.swmr_mode = True
file.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("mode", ["swmr", "alone"])
def test_a_file_whose_writer_was_killed_is_not_called_damaged(tmp_path, mode):
    subprocess.run([sys.executable, "-c", WRITER, tmp_path / "a.h5", mode], check=False)
    with pytest.raises(
        ValueError, match="a.h5 is marked as open for writing.*h5clear -s FILE"
    ) as told:
        sections_of(tmp_path / "a.h5")
    assert "damaged" not in str(told.value)


def test_a_file_system_without_locks_is_told(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(
            errno.ENOLCK,
            "Unable to synchronously open file (unable to lock file, errno = 37)",
        )

    path = write(tmp_path / "a.h5", pixels())
    monkeypatch.setattr(h5py, "File", refuse)
    with pytest.raises(
        ValueError, match="a.h5 cannot be locked.*HDF5_USE_FILE_LOCKING=FALSE"
    ):
        sections_of(path)


def filtered(path, code, mask, flag=h5z.FLAG_OPTIONAL):
    """A file whose second image passed, by its masks, a filter that may not be installed."""
    made = h5p.create(h5p.DATASET_CREATE)
    made.set_chunk((10, 15))
    made.set_filter(code, flag, (1, 2))
    with h5py.File(path, "w") as file:
        file["A/0"] = IMAGE
        dataset = h5d.create(
            file["A"].id, b"1", h5t.STD_U8LE, h5s.create_simple(IMAGE.shape), made
        )
        for row, column in ((0, 0), (0, 15), (10, 0), (10, 15)):
            chunk = IMAGE[row : row + 10, column : column + 15].tobytes()
            dataset.write_direct_chunk((row, column), chunk, mask)
    return path


# The numbers 256 to 511 are reserved for tests, so that nobody has such a filter.
@pytest.mark.parametrize("code", range(256, 512, 85))
def test_a_missing_filter_is_named_with_its_image(tmp_path, code):
    path = filtered(tmp_path / "a.h5", code, mask=0)
    expected = (
        rf"a.h5: A/1: packed by the filter .*\({code}\), not installed; "
        r"pip install hdf5plugin.*skip=A/1[.]$"
    )
    with pytest.raises(ValueError, match=expected):
        sections_of(path)
    assert [section.path for section in sections_of(path, ["A/1"])] == ["A/0"]


def test_registered_filters_have_their_names(tmp_path, monkeypatch):
    monkeypatch.setattr(h5z, "filter_avail", lambda _: False)
    path = filtered(tmp_path / "a.h5", 32001, mask=0)
    with pytest.raises(ValueError, match=r"A/1: packed by the filter Blosc \(32001\)"):
        sections_of(path)


def test_chunks_that_a_missing_filter_passed_over_are_read(tmp_path):
    path = filtered(tmp_path / "a.h5", 256, mask=1)
    assert [section.path for section in sections_of(path)] == ["A/0", "A/1"]
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["A/1"][:], IMAGE)


def test_what_is_no_file_is_told_with_what_it_is(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(ValueError, match="pipe.h5 is a pipe or a device"):
        sections_of(tmp_path / "pipe.h5")
    with pytest.raises(
        IsADirectoryError,
        match="is a folder, not an HDF5 file. Pictures in it are read as folder:",
    ):
        sections_of(tmp_path)
    write(tmp_path / "b.h5", pixels())
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(
        IsADirectoryError,
        match="is a folder, not an HDF5 file. It holds b.h5: give one of them",
    ):
        sections_of(tmp_path)


def test_a_name_that_is_no_utf8_is_not_called_damage(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file[b"\xff\xfe/0"] = IMAGE
    with pytest.raises(ValueError, match="holds a name that is not UTF-8") as told:
        sections_of(tmp_path / "a.h5")
    assert "damaged" not in str(told.value) and "a.h5" in str(told.value)


def test_damage_is_told_with_the_image_that_it_hit(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    with h5py.File(path) as file:
        header = h5py.h5o.get_info(file["B/1"].id).addr
    with path.open("r+b") as file:
        file.seek(header)
        file.write(b"\xff" * 16)
    with pytest.raises(
        ValueError, match="a.h5: B/1 cannot be read: it is damaged or cut off"
    ):
        sections_of(path)

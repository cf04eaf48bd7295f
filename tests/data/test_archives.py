"""Arrays of .npz files: only the requested ones are unpacked, and damaged ones are named."""

import io
import zipfile
from unittest import mock

import numpy as np
import pytest

from kgen import data
from kgen.data.archive import Archive, npy
from kgen.decoding import Undecodable

X = np.random.default_rng(0).random((60, 8, 8), dtype="float32")


def stored(values):
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


def header(shape, descr="<f4"):
    """A .npy file of this shape without its values."""
    content = io.BytesIO()
    npy.write_array_header_1_0(
        content, {"shape": shape, "fortran_order": False, "descr": descr}
    )
    return content.getvalue()


def archive(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return f"npz:{path}"


def damaged(name):
    """A function that makes the bytes of a good archive those of a bad one."""
    # where a local header holds its flags and its method; 8 and 10 in the directory
    encrypted, method = 6, 8

    def patched(content, local, value):
        content = bytearray(content)
        for sign, place in ((b"PK\x03\x04", local), (b"PK\x01\x02", local + 2)):
            content[content.index(sign) + place] = value
        return bytes(content)

    return {
        "cut off": lambda content: content[: len(content) // 2],
        "flipped": lambda content: (
            content[:100] + bytes([content[100] ^ 255]) + content[101:]
        ),
        "encrypted": lambda content: patched(content, encrypted, 1),
        "an unknown method": lambda content: patched(content, method, 77),
        "text": lambda content: b"a,b\n1,2\n",
        "nothing": lambda content: b"",
    }[name]


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
@pytest.mark.parametrize(
    "harm", ["cut off", "flipped", "encrypted", "an unknown method", "text", "nothing"]
)
def test_damaged_archives_are_told_by_name(harm, method, tmp_path):
    name = archive(tmp_path / "x.npz", {"x.npy": stored(X)}, method)
    content = (tmp_path / "x.npz").read_bytes()
    assert data.load(name).image_shape == (8, 8, 1)
    (tmp_path / "x.npz").write_bytes(damaged(harm)(content))
    with pytest.raises(
        Undecodable, match=r"x.npz cannot be read as .*Write plain arrays with np.savez"
    ):
        data.load(name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            header((2**40, 64)),
            "its header says .1099511627776, 64. of float32, "
            "281474976710656 bytes, where there are 0",
        ),
        (header((60, 8, 9)) + bytes(60 * 64 * 4), "17280 bytes, where there are 15360"),
        (header((60, 8, 7)) + bytes(60 * 64 * 4), "13440 bytes, where there are 15360"),
        (b"no array", "magic string"),
        (b"", "expected 8 bytes"),
        (b"\x93NUMPY\x09\x00", "version"),
        (stored(X)[:40], "."),
        (header((60,), "|O"), "Object arrays"),
        (stored(np.array([{}] * 60)), "Object arrays"),
    ],
)
def test_arrays_that_are_not_what_their_header_says_are_refused(
    content, said, tmp_path
):
    name = archive(tmp_path / "x.npz", {"x.npy": content})
    with pytest.raises(Undecodable, match=f"cannot be read as its array 'x' .*{said}"):
        data.load(name)


def test_what_nobody_asked_for_is_not_unpacked(tmp_path):
    members = {
        "x.npy": stored(X),
        "bomb.npy": header((2**40,)),
        "notes.txt": b"not read",
        "__MACOSX/._x.npy": b"",
    }
    name = archive(tmp_path / "x.npz", members)
    read = []
    unpack = npy.read_array
    with mock.patch.object(
        npy,
        "read_array",
        lambda *given, **options: read.append(1) or unpack(*given, **options),
    ):
        dataset = data.load(name, skip="bomb")
    assert list(dataset.fields) == ["x"] and read == [1]
    with pytest.raises(Undecodable, match="'bomb'"):
        data.load(name)


def test_two_arrays_of_one_name_are_refused(tmp_path):
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(tmp_path / "x.npz", "w") as file,
    ):
        file.writestr("x.npy", stored(X))
        file.writestr("x.npy", stored(1 - X))
    with pytest.raises(Undecodable, match="two arrays of one name"):
        data.load(f"npz:{tmp_path / 'x.npz'}")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["float32", ">f8", "uint8", "bool"])
def test_arrays_are_those_that_numpy_reads(dtype, order, tmp_path):
    values = np.asarray(X > 0.5 if dtype == "bool" else 100 * X, dtype, order=order)
    np.savez(tmp_path / "x.npz", x=values, empty=np.zeros((0, 3)), one=np.float32(3))
    found = Archive(tmp_path / "x.npz", "mine")
    with np.load(tmp_path / "x.npz") as right:
        assert list(found) == right.files
        for name in right.files:
            np.testing.assert_array_equal(found[name], right[name])
            assert found[name].dtype == right[name].dtype


# ---- names of classes ----------------------------------------------------------------------------


def labelled(path, names, **arrays):
    np.savez(path, x=X, y=np.arange(60) % 2, class_names=np.array(names), **arrays)
    return f"npz:{path}"


def test_classes_have_the_names_that_the_file_gives_them(tmp_path):
    dataset = data.load(labelled(tmp_path / "x.npz", ["no dementia", "mild", "severe"]))
    assert dataset.class_names == ["no dementia", "mild", "severe"] and list(
        dataset.fields
    ) == [
        "x",
        "y",
    ]
    np.testing.assert_array_equal(np.bincount(dataset.train.labels) > 0, [True, True])


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["one"], "the classes are 0 to 0"),
        (["a", "b", "a"], "hold one twice. Name each once"),
    ],
)
def test_names_that_do_not_fit_the_labels_are_refused(names, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        data.load(labelled(tmp_path / "x.npz", names))


def test_labels_of_a_test_that_are_no_whole_numbers_are_refused(tmp_path):
    np.savez(
        tmp_path / "x.npz",
        x=X,
        y=np.arange(60) % 2,
        x_test=X[:4],
        y_test=np.array([0.0, 1.0, 0.5, 1.0]),
    )
    with pytest.raises(ValueError, match="not class labels"):
        data.load(f"npz:{tmp_path / 'x.npz'}")


# ---- the right source ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("cells.npz", "Did you mean npz:{root}/cells.npz"),
        ("genes.csv", "Did you mean csv:{root}/genes.csv"),
        ("genes.tsv", "Did you mean tsv:{root}/genes.tsv"),
        ("brain.h5", "Did you mean hdf5:{root}/brain.h5"),
        ("photos", "Did you mean folder:{root}/photos"),
        ("npz:genes.csv", "is read as csv:{root}/genes.csv"),
        ("csv:genes.tsv", "is read as tsv:{root}/genes.tsv"),
        ("csv:cells.npz", "is read as npz:{root}/cells.npz"),
        ("npz:brain.h5", "is read as hdf5:{root}/brain.h5"),
        ("folder:cells.npz", "is read as npz:{root}/cells.npz"),
        ("npz:photos", "pictures in it are read as folder:{root}/photos"),
        ("csv:photos", "pictures in it are read as folder:{root}/photos"),
        ("folder:a.png", "is a file, where a folder of pictures is needed"),
        ("pairs:a.png", "is a file, where a folder of pictures is needed"),
        ("unpaired:a.png", "is a file, where a folder of pictures is needed"),
    ],
)
def test_a_path_under_no_or_another_source_comes_with_the_right_one(
    given, said, tmp_path
):
    (tmp_path / "photos").mkdir()
    (tmp_path / "a.png").write_bytes(b"")
    *source, path = given.split(":")
    with pytest.raises((ValueError, OSError)) as error:
        data.load(":".join([*source, f"{tmp_path}/{path}"]))
    assert said.format(root=tmp_path) in str(error.value)


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"PK\x03\x04" + bytes(500),
        b"a\n" + b"9" * 200_000,
        b"a;b\xff\n1,2,3\n",
        b"a\n1\n2,3\n",
    ],
)
def test_no_table_is_told_with_the_name_of_the_file(content, kind, tmp_path):
    (tmp_path / f"a.{kind}").write_bytes(content)
    with pytest.raises(ValueError, match=rf"a\.{kind}"):
        data.load(f"{kind}:{tmp_path}/a.{kind}")

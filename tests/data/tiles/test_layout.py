import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest

from kgen.data import TileSource
from kgen.data.tiles.layout import sections_of
from tests.data.tiles.files import pixels, write

ROOT = Path(__file__).parents[3]
IMAGE = np.arange(600, dtype="uint8").reshape(20, 30)


def build(path, fill):
    with h5py.File(path, "w") as file:
        file["A/0"] = IMAGE
        fill(file, path)
    return path


def elsewhere(path):
    with h5py.File(path.with_name("other.h5"), "w") as other:
        other["B/0"] = IMAGE


def external_link(file, path):
    elsewhere(path)
    file["A/1"] = h5py.ExternalLink("other.h5", "B/0")


def external_group(file, path):
    elsewhere(path)
    file["B"] = h5py.ExternalLink("other.h5", "B")


def dangling(file, path):
    file["A/1"] = h5py.SoftLink("/nowhere/0")


def virtual(file, path):
    elsewhere(path)
    layout = h5py.VirtualLayout((20, 30), "uint8")
    layout[:] = h5py.VirtualSource("other.h5", "B/0", (20, 30))
    file.create_virtual_dataset("A/1", layout)


def external_storage(file, path):
    raw = path.with_name("raw.bin")
    raw.write_bytes(bytes(600))
    file.create_dataset("A/1", (20, 30), "uint8", external=[(str(raw), 0, 600)])


def soft_to_external(file, path):
    external_link(file, path)
    file["C/0"] = h5py.SoftLink("/A/1")


def ring(file, path):
    file["A/1"], file["A/2"] = h5py.SoftLink("/A/2"), h5py.SoftLink("/A/1")


def of(name, value):
    return lambda file, _: file.update({name: value})


NOT_GREY = "not one grey image"
ELSEWHERE = "what lies in other files may change or be missing elsewhere"
WRONG = {
    "too shallow": (
        of("top", IMAGE),
        r"top of shape \(20, 30\): outside any group",
        "top",
    ),
    "a type": (
        of("notes", np.dtype("uint8")),
        "notes is a datatype: outside any group",
        "notes",
    ),
    "too deep": (of("A/x/0", IMAGE), "A/x is a group: one level too deep", "A/x"),
    "empty group": (
        lambda file, _: file.create_group("E"),
        "E: the group is empty",
        "E",
    ),
    "colour": (
        of("A/1", np.zeros((9, 9, 3), "uint8")),
        r"A/1 of shape \(9, 9, 3\): colour, where tiles are grey",
        "A/1",
    ),
    "volume": (
        of("A/1", np.zeros((5, 9, 9), "uint8")),
        rf"A/1 of shape \(5, 9, 9\): {NOT_GREY}",
        "A/1",
    ),
    "scalar": (of("A/1", 3.0), rf"A/1 of shape \(\): {NOT_GREY}", "A/1"),
    "no pixels": (
        of("A/1", np.zeros((0, 30), "uint8")),
        rf"A/1 of shape \(0, 30\): {NOT_GREY}",
        "A/1",
    ),
    "no space": (
        of("A/1", h5py.Empty("uint8")),
        f"A/1 of shape None: {NOT_GREY}",
        "A/1",
    ),
    "words": (
        of("A/1", np.full((3, 3), b"x")),
        "A/1: pixels of .S1, not whole or floating",
        "A/1",
    ),
    "complex": (
        of("A/1", np.ones((3, 3), complex)),
        "A/1: pixels of complex128, not whole or floating",
        "A/1",
    ),
    "yes and no": (
        of("A/1", np.ones((3, 3), bool)),
        "A/1: pixels of bool, not whole or floating",
        "A/1",
    ),
    "external link": (
        external_link,
        f"A/1 is a link to 'other.h5': {ELSEWHERE}",
        "A/1",
    ),
    "external group": (external_group, f"B is a link to 'other.h5': {ELSEWHERE}", "B"),
    "link to a link": (
        soft_to_external,
        f"A/1 is .*, C/0 is a link to '/A/1', beyond .*: {ELSEWHERE}",
        "A/1,C",
    ),
    "dangling link": (
        dangling,
        "A/1 is a link to '/nowhere/0': it leads nowhere in this file",
        "A/1",
    ),
    "ring of links": (
        ring,
        "A/1 is a link to '/A/2', A/2 is a link to '/A/1': it leads nowhere",
        "A/1,A/2",
    ),
    "dangling group": (
        of("Z", h5py.SoftLink("/nowhere")),
        "Z is a link to '/nowhere': it leads nowhere",
        "Z",
    ),
    "group in itself": (
        lambda file, _: file.update({"Z": file["/"]}),
        "Z/A is a group, Z/Z is a group: one level",
        "Z",
    ),
    "virtual": (virtual, "A/1: its pixels lie in other files", "A/1"),
    "external storage": (external_storage, "A/1: its pixels lie in other files", "A/1"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_another_structure_is_told_with_what_was_found_and_can_be_skipped(
    tmp_path, kind
):
    fill, message, skip = WRONG[kind]
    path = build(tmp_path / "a.h5", fill)
    with pytest.raises(ValueError, match=f"a.h5: {message}.*skip={skip}[.]$"):
        sections_of(path)
    assert [section.path for section in sections_of(path, skip.split(","))] == ["A/0"]


def test_all_faults_are_told_at_once_by_kind(tmp_path):
    def fill(file, path):
        for number in range(7):
            file[f"colour/{number}"] = np.zeros((9, 8 + number, 3), "uint8")
        file["A/9"] = np.ones((3, 3), complex)
        dangling(file, path)

    path = build(tmp_path / "a.h5", fill)
    with pytest.raises(ValueError) as told:
        sections_of(path)
    assert re.search(
        r"colour/4 of shape \(9, 12, 3\) and 2 more: colour, where tiles are grey",
        str(told.value),
    )
    assert "A/1 is a link" in str(told.value) and "A/9: pixels of complex128" in str(
        told.value
    )
    assert str(told.value).endswith("skip=A/1,A/9,colour.")


SAME = {
    "soft link to an image": ({"C/0": h5py.SoftLink("/A/0")}, ["C"]),
    "hard link to an image": ({"C/0": "A/0"}, ["C"]),
    "soft link to a group": ({"C": h5py.SoftLink("/A")}, ["C"]),
    "hard link to a group": ({"C": "A"}, ["C"]),
    "soft link to a soft link": (
        {"C": h5py.SoftLink("/D"), "D": h5py.SoftLink("/A")},
        ["C", "D"],
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_an_image_of_two_names_is_refused_as_it_may_be_trained_on_and_tested_on(
    tmp_path, kind
):
    def fill(file, _):
        for name, target in names.items():
            file[name] = file[target] if isinstance(target, str) else target

    names, skip = SAME[kind]
    path = build(tmp_path / "a.h5", fill)
    with pytest.raises(
        ValueError,
        match=f"C/0 is A/0.*one image of two names.*skip={','.join(skip)}[.]$",
    ):
        sections_of(path)
    assert [section.path for section in sections_of(path, skip)] == ["A/0"]


@pytest.mark.parametrize(
    "options",
    [{}, {"chunks": (5, 7), "compression": "gzip"}],
    ids=["contiguous", "gzip"],
)
@pytest.mark.parametrize("place", ["B/7", "C/7"])
def test_a_copy_of_an_image_is_refused(tmp_path, place, options):
    path = write(tmp_path / "a.h5", pixels())
    with h5py.File(path, "r+") as file:
        file.create_dataset(place, data=file["A/1"][:], **options)
    with pytest.raises(
        ValueError,
        match=f"a.h5: {place} is a copy of A/1: .*trained on and tested on.*skip={place}[.]$",
    ):
        TileSource(path, tile_size=16)
    assert len(TileSource(path, tile_size=16, skip=[place]).sections) == 5


def test_images_of_the_same_statistics_are_no_copies(tmp_path):
    images = pixels()
    path = write(
        tmp_path / "a.h5",
        {**images, "C/7": images["A/1"][::-1], "C/8": images["A/1"][:, ::-1]},
    )
    assert len(TileSource(path, tile_size=16).sections) == 7


def test_what_is_no_hdf5_file_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="No file '.*nothing.h5'"):
        sections_of(tmp_path / "nothing.h5")
    (tmp_path / "text.h5").write_text("words")
    with pytest.raises(ValueError, match="is not an HDF5 file"):
        sections_of(tmp_path / "text.h5")
    with h5py.File(tmp_path / "empty.h5", "w"):
        pass
    with pytest.raises(ValueError, match="is empty. Expected groups"):
        sections_of(tmp_path / "empty.h5")


def test_a_file_that_was_cut_off_is_told(tmp_path):
    path = write(tmp_path / "a.h5", pixels())
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(
        ValueError, match="a.h5 cannot be read: it is damaged or cut off .*Copy it anew"
    ):
        sections_of(path)


def test_links_to_where_no_image_is_looked_for_and_a_last_axis_of_one_are_taken(
    tmp_path,
):
    def fill(file, _):
        file["store/deep/0"] = IMAGE + 1
        file["A/1"] = h5py.SoftLink("/store/deep/0")
        file["A/2"] = IMAGE[..., None]

    path = build(tmp_path / "a.h5", fill)
    assert [
        (section.path, section.shape) for section in sections_of(path, ["store"])
    ] == [(f"A/{number}", (20, 30)) for number in range(3)]


def test_what_is_skipped_is_not_looked_at(tmp_path):
    def fill(file, path):
        file["notes"] = np.dtype("uint8")  # a type kept in the file
        file["A/colour"] = np.zeros((9, 9, 3), "uint8")
        file["meta/table"] = np.zeros(3)

    path = build(tmp_path / "a.h5", fill)
    with pytest.raises(
        ValueError, match="notes is a datatype: outside any group.*skip=notes"
    ):
        sections_of(path, ["meta", "A/colour"])
    assert [
        section.path for section in sections_of(path, ["meta", "A/colour", "notes"])
    ] == ["A/0"]
    for name in ("nothing", "A/nothing", "notes/0"):
        with pytest.raises(
            ValueError, match=f"skip='{name}' is no group and no GROUP/IMAGE"
        ):
            sections_of(path, [name])


def test_a_file_that_another_program_writes_to_is_told_apart_from_a_damaged_one(
    tmp_path,
):
    path = write(tmp_path / "a.h5", pixels())
    code = (
        "import h5py, sys; file = h5py.File(sys.argv[1], 'r+'); "
        "print('open', flush=True); sys.stdin.read()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        writer.stdout.readline()
        with pytest.raises(ValueError, match="is open for writing in another program"):
            sections_of(path)
    finally:
        writer.communicate()


DAMAGE = textwrap.dedent("""
    import shutil, sys
    import numpy as np
    from kgen.data.tiles import statistics
    from kgen.data.tiles.layout import sections_of
    from kgen.data.tiles.locations import numbers, whole
    from kgen.data.tiles import storage

    source, folder, first, last = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
    whole_file = np.frombuffer(open(source, "rb").read(), "uint8")
    for seed in range(first, last):
        print(seed, end=" ", flush=True)
        random, damaged = np.random.default_rng(seed), whole_file.copy()
        count = random.integers(1, 40)
        reach = len(damaged) if seed % 3 else 4000  # where most of the structure is
        damaged[random.integers(0, reach, count)] = random.integers(0, 256, count)
        path = f"{folder}/{seed}.h5"
        open(path, "wb").write(damaged[: random.integers(1, len(damaged)) if seed % 5 == 0 \
else None].tobytes())
        try:
            sections = sections_of(path)
            statistics.measure(path, sections)
            for memory in (10**6, 100):
                reader = storage.choose(path, sections, memory)
                reader.tiles(whole(sections, 8).at(numbers(0, 0, 0, 50)), 8)
            print("read", flush=True)
        except ValueError as error:
            print("refused:", str(error).splitlines()[0][:150], flush=True)
""")


@pytest.mark.parametrize(
    "options",
    [{}, {"chunks": (16, 16), "compression": "gzip"}],
    ids=["contiguous", "gzip"],
)
def test_damaged_files_are_read_or_refused_with_a_message(tmp_path, options):
    path = write(tmp_path / "a.h5", pixels(), **options)
    (tmp_path / "fuzz.py").write_text(DAMAGE)
    command = [sys.executable, "fuzz.py", str(path), str(tmp_path), "0", "120"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    assert (
        len(lines) == 120
        and sum("refused" in line for line in lines) > 10
        and sum("read" in line for line in lines) > 10
    )

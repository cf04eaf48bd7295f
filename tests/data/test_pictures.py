"""Picture files as cameras, microscopes, painters and attackers leave them."""

import os
import struct
import weakref
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps, PngImagePlugin

from kgen import data
from kgen.data.listing import SUFFIXES
from kgen.data.pictures import FORMATS, read_pictures
from kgen.decoding import Undecodable

RANDOM = np.random.default_rng(0)
COLOURS = RANDOM.integers(0, 256, (9, 9, 4), dtype="uint8")
GREYS = np.arange(81, dtype="uint8").reshape(9, 9)


def photographs(root, pixels, mode=None, count=6, suffix=".png", **options):
    root.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture = Image.fromarray(np.roll(pixels, number, axis=0))
        (picture.convert(mode) if mode else picture).save(
            root / f"{number}{suffix}", **options
        )


def sources(tmp_path, kind):
    """The picture folders of a source of this kind, one or two of them, and the source's name."""
    rooms = {"folder": ["."], "pairs": ["a", "b"], "unpaired": ["a", "b"]}[kind]
    return [tmp_path / room for room in rooms], f"{kind}:{tmp_path}"


# ---- channels ------------------------------------------------------------------------------------


def opaque(pixels):
    return np.concatenate(
        [pixels[..., :3], np.full_like(pixels[..., :1], 255)], axis=-1
    )


@pytest.mark.parametrize("kind", ["folder", "pairs", "unpaired"])
def test_transparency_is_kept_as_arrays_keep_it(kind, tmp_path):
    folders, name = sources(tmp_path, kind)
    for folder in folders:
        photographs(folder, COLOURS)
    dataset = data.load(name)
    shapes = {field.shape for field in dataset.fields.values()}
    assert shapes == {(9, 9, 4)}
    if kind == "folder":
        np.savez(
            tmp_path / "x.npz",
            x=np.stack([np.roll(COLOURS, n, axis=0) for n in range(6)]),
        )
        same = data.load(f"npz:{tmp_path / 'x.npz'}")
        np.testing.assert_array_equal(dataset.train["x"], same.train["x"])


def grey_with_transparency():
    return Image.merge("LA", [Image.fromarray(GREYS), Image.fromarray(GREYS)])


def painted_greys():
    return Image.fromarray(GREYS).convert("P")  # its palette holds greys alone


def painted_colours():
    return Image.fromarray(COLOURS[..., :3]).quantize(8)


def palette_with_a_hole():
    picture = painted_greys()
    picture.info["transparency"] = bytes([0, *[255] * 255])
    return picture


@pytest.mark.parametrize(
    ("make", "channels"),
    [
        (lambda: Image.fromarray(GREYS), 1),
        (lambda: Image.fromarray(GREYS > 40), 1),
        (painted_greys, 1),
        (painted_colours, 3),
        (palette_with_a_hole, 4),
        (grey_with_transparency, 4),
        (
            lambda: Image.merge(
                "LA", [Image.fromarray(GREYS), Image.fromarray(np.full_like(GREYS, 255))]
            ),
            1,
        ),
        (lambda: Image.fromarray(COLOURS[..., :3]), 3),
        (lambda: Image.fromarray(opaque(COLOURS)), 3),
        (lambda: Image.fromarray(COLOURS), 4),
        (lambda: Image.fromarray(GREYS.astype("uint16") * 500), 1),
    ],
    ids=["grey", "bits", "grey-palette", "palette", "palette-hole", "grey-alpha", "grey-opaque",
         "colour", "opaque", "alpha", "16-bits"],
)  # fmt: skip
def test_a_picture_has_the_fewest_channels_that_hold_it(make, channels, tmp_path):
    picture = make()
    picture.save(tmp_path / "a.png")
    pixels, notes = read_pictures([tmp_path / "a.png"], "mine")
    wide = picture.mode.startswith("I")
    assert (
        pixels.shape == (1, 9, 9, channels)
        and pixels.dtype == ("uint16" if wide else "uint8")
        and notes == ()
    )
    right = (
        np.asarray(Image.open(tmp_path / "a.png").convert("RGBA"))
        if not wide
        else np.asarray(picture)[..., None]
    )
    np.testing.assert_array_equal(
        pixels[0], right[..., [3] if channels == 2 else slice(channels)]
    )
    if channels == 4:
        assert pixels[..., 3].min() < 255


def test_grey_pictures_among_transparent_ones_are_opaque(tmp_path):
    Image.fromarray(GREYS).save(tmp_path / "a.png")
    Image.fromarray(COLOURS).save(tmp_path / "b.png")
    pixels, _ = read_pictures(sorted(tmp_path.iterdir()), "mine")
    np.testing.assert_array_equal(
        pixels[0], opaque(np.repeat(GREYS[..., None], 3, axis=-1))
    )
    np.testing.assert_array_equal(pixels[1], COLOURS)


def test_16_bits_asked_for_with_transparency_are_opaque(tmp_path):
    Image.fromarray(GREYS.astype("uint16")).save(tmp_path / "a.png")
    pixels, _ = read_pictures([tmp_path / "a.png"], "mine", channels=4)
    assert (
        pixels.shape[-1] == 4
        and (pixels[..., 3] == 65535).all()
        and (pixels[0, ..., 0] == GREYS).all()
    )


def test_what_is_transparent_lends_no_colour_to_its_neighbours(tmp_path):
    # black behind transparency on the left, white on the right
    pixels = np.zeros((16, 16, 4), "uint8")
    pixels[:, 8:] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    small, _ = read_pictures([tmp_path / "a.png"], "mine", size="8x9", fit="stretch")
    seen = small[0][small[0, ..., 3] > 8]
    assert len(seen) and seen[:, :3].min() > 240 and small[0, 0, 0, 3] == 0


@pytest.mark.parametrize("values", [(0, 70_000), (-5, 10)])
def test_whole_numbers_beyond_16_bits_are_refused_instead_of_wrapped(values, tmp_path):
    Image.fromarray(np.resize(np.array(values, "int32"), (9, 9))).save(
        tmp_path / "a.tif"
    )
    with pytest.raises(
        ValueError, match=r"a.tif holds grey values from .* beyond 16 bits .*npz:FILE"
    ):
        read_pictures([tmp_path / "a.tif"], "mine")


def test_colours_of_16_bits_that_are_halved_are_told(tmp_path):
    rows = b"".join(b"\0" + RANDOM.bytes(9 * 6) for _ in range(9))
    header = struct.pack(">IIBBBBB", 9, 9, 16, 2, 0, 0, 0)
    (tmp_path / "a.png").write_bytes(
        png(chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND"))
    )
    pixels, notes = read_pictures([tmp_path / "a.png"], "mine")
    assert pixels.shape == (1, 9, 9, 3) and notes == (
        "1 colour picture of 16 bits is read with 8; npz:FILE keeps 16 and floats.",
    )


# ---- turned by a camera --------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_square_photographs_are_turned_as_their_camera_says(
    orientation, suffix, tmp_path
):
    upright = np.zeros((16, 16), "uint8")
    # no turn and no mirror leaves it as it is
    upright[:8, :8], upright[:8, 8:] = (250, 120)
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.T,
        6: np.rot90(upright), 7: upright[::-1, ::-1].T, 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(
        tmp_path / f"a{suffix}", exif=exif
    )
    pixels, _ = read_pictures([tmp_path / f"a{suffix}"], "mine")
    np.testing.assert_allclose(pixels[0, ..., 0].astype(int), upright, atol=12)


# ---- formats -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_is_read(suffix, tmp_path):
    photographs(tmp_path, np.full((9, 9), 77, "uint8"), suffix=suffix)
    dataset = data.load(f"folder:{tmp_path}")
    assert dataset.image_shape == (9, 9, 1) and set(np.unique(dataset.train["x"])) == {
        77
    }


def test_a_photograph_with_a_second_one_inside_is_read(tmp_path):
    first, second = (
        Image.fromarray(np.full((9, 9, 3), grey, "uint8")) for grey in (200, 5)
    )
    first.save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[second])
    pixels, _ = read_pictures([tmp_path / "a.jpg"], "mine")
    assert abs(int(pixels.mean()) - 200) < 3


def written(kind):
    """A function that writes a picture of a format, or of its kind of harm, to a path."""

    def write(path):
        small = Image.fromarray(np.full((9, 9), 9, "uint8"))
        if kind == "EPS":
            path.write_bytes(
                b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n"
            )
        elif kind == "pages":
            small.save(path, format="TIFF", save_all=True, append_images=[small])
        elif kind == "frames":
            small.save(
                path,
                format="PNG",
                save_all=True,
                append_images=[Image.fromarray(np.eye(9, dtype="uint8"))],
            )
        elif kind == "floats":
            Image.fromarray(np.eye(9, dtype="float32")).save(path, format="TIFF")
        else:
            small.convert("RGB" if kind != "GIF" else "L").save(path, format=kind)

    return write


def chunk(kind, content=b""):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def header(width, height, bits=8, colour=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))


ROWS = chunk(b"IDAT", zlib.compress(bytes(10 * 9)))
BOMB = chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(2**22)))
HARMS = {
    "nothing": b"",
    "no picture": b"no picture",
    "cut off": png(header(9, 9), ROWS)[:44],
    "without pixels": png(header(9, 9), chunk(b"IEND")),
    "a wrong checksum": png(header(9, 9)[:-1] + b"\0", ROWS, chunk(b"IEND")),
    "a broken chunk": png(header(9, 9), chunk(b"IDAT", b"no zlib"), chunk(b"IEND")),
    "a chunk without an end": png(header(9, 9), struct.pack(">I", 2**31) + b"IDAT"),
    "too many pixels": png(header(20_000, 20_000), ROWS, chunk(b"IEND")),
    "no pixel": png(header(0, 9), ROWS, chunk(b"IEND")),
    "text that grows": png(header(9, 9), BOMB, ROWS, chunk(b"IEND")),
    "odd bits": png(header(9, 9, bits=7), ROWS, chunk(b"IEND")),
    **dict.fromkeys(("EPS", "GIF", "PPM", "PDF", "pages", "frames", "floats")),
}


@pytest.mark.parametrize("kind", ["folder", "pairs", "unpaired"])
@pytest.mark.parametrize("harm", HARMS)
def test_whatever_a_decoder_raises_is_one_error_with_the_name_of_the_file(
    harm, kind, tmp_path
):
    folders, name = sources(tmp_path, kind)
    for folder in folders:
        photographs(folder, GREYS)
    path = folders[0] / "3.png"
    path.unlink()
    (
        written(harm)
        if HARMS[harm] is None
        else lambda path: path.write_bytes(HARMS[harm])
    )(path)
    with pytest.raises(
        Undecodable,
        match=r"3.png cannot be read as an image \(PNG, JPEG, BMP or TIFF\) \(.+\)\. Rem",
    ):
        data.load(name)


def test_no_format_is_left_to_another_program():
    assert set(FORMATS) == {"PNG", "JPEG", "BMP", "TIFF"}  # EPS goes to Ghostscript


def test_a_text_of_a_picture_is_no_harm(tmp_path):
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "a cell")
    Image.fromarray(GREYS).save(tmp_path / "a.png", pnginfo=told)
    np.testing.assert_array_equal(
        read_pictures([tmp_path / "a.png"], "mine")[0][0, ..., 0], GREYS
    )


# ---- what else lies in folders -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "pairs", "unpaired"])
def test_litter_is_left_aside_and_told(kind, tmp_path):
    folders, name = sources(tmp_path, kind)
    for folder in folders:
        photographs(folder, GREYS)
        for litter in ("._0.png", ".DS_Store", "Thumbs.db", "notes.txt"):
            (folder / litter).write_bytes(b"litter")
        os.mkfifo(folder / "pipe.png")  # opening it would wait for ever
        (folder / "link.png").symlink_to(folder / "gone.png")
    if kind == "folder":
        (tmp_path / "__MACOSX").mkdir()
        (tmp_path / "__MACOSX" / "0.png").write_bytes(b"litter")
    dataset = data.load(name)
    assert sum(map(len, (dataset.train, dataset.validation, dataset.test))) == 6
    count = 6 * len(folders) + (kind == "folder")
    assert str(dataset).count("Left aside") == 1
    assert f"Left aside, as no PNG, JPEG, BMP or TIFF pictures: {count} (" in str(
        dataset
    )
    assert "._0.png" in str(dataset) or ".DS_Store" in str(dataset)


@pytest.mark.parametrize("kind", ["folder", "pairs", "unpaired"])
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["IM1.dcm", "IM2.dcm"], "but 2 .dcm files"),
        (["a.gif", "b.GIF", "c.txt"], "but 2 .gif files, 1 .txt file"),
        (["IM0001"], "but 1 suffixless file"),
        ([".DS_Store"], "Remove it or fill it|Expected are"),
    ],
)
def test_folders_of_other_files_name_their_suffixes(names, said, kind, tmp_path):
    folders, name = sources(tmp_path, kind)
    for folder in folders:
        folder.mkdir(exist_ok=True)
        for file in names:
            (folder / file).write_bytes(b"something")
    with pytest.raises(
        ValueError, match=f"holds no PNG, JPEG, BMP or TIFF pictures.*({said})"
    ):
        data.load(name)


def test_pictures_beside_classes_are_refused(tmp_path):
    photographs(tmp_path / "cat", GREYS)
    photographs(tmp_path, GREYS, count=2)
    with pytest.raises(
        ValueError,
        match="beside the folders of .* there are 2 pictures, such as 0.png, 1.png",
    ):
        data.load(f"folder:{tmp_path}")


def test_photographs_are_brought_to_their_size_one_by_one(tmp_path, monkeypatch):
    photographs(tmp_path, np.full((90, 90), 9, "uint8"), count=8)
    alive, most = [], []
    turned = ImageOps.exif_transpose

    def counted(picture):
        picture = turned(picture)
        alive.append(weakref.ref(picture))
        most.append(sum(reference() is not None for reference in alive))
        return picture

    monkeypatch.setattr(ImageOps, "exif_transpose", counted)
    assert data.load(f"folder:{tmp_path}", size="8").image_shape == (8, 8, 1)
    assert len(most) == 8 and max(most) <= 2

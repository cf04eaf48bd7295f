from kgen.data.data import Data
from kgen.data.folder import checked_folder, subfolders
from kgen.data.naming import registered
from kgen.data.pictures import files_in, read_pictures
from kgen.data.subjects import subjects_of
from kgen.fields import Image

KINDS = "image", "mask"


def read(
    argument, name, size: str | None = None, channels: int | None = None, fit: str = "crop",
    y: str = "image", subject: str | None = None,
):  # fmt: skip
    """Pairs of images: two folders with the same file names, in alphabetical order the fields x and y.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own unless given.
        channels: of x, and of y unless that is a mask: 1, 3 or 4.
        fit: how images come to their size: crop, pad or stretch.
        y: what the second folder holds: image or mask.
        subject: what of a file's name, a regular expression, says whose it is: no subject is in two splits.
    """
    first, second = two_folders(argument, name)
    files = _partners(name, first, second)
    if y not in KINDS:
        raise ValueError(f"y={y!r} is not known. The second folder holds image or mask.")
    x, notes = read_pictures(files[0], name, size, channels, fit)
    other, more = read_pictures(files[1], name, size, 1 if y == "mask" else channels, fit, y == "mask")
    values = {"x": x, "y": other}
    fields = {"x": Image.of(x, f"{name}: x"), "y": registered(f"{name}: y", other, y)}
    told = f"x: {first.name} · y: {second.name}"
    facts = subjects_of(files[0], subject, name)
    return Data.from_arrays(name, values, fields, facts=facts, notes=(told, *notes, *more))


def two_folders(argument, name):
    """The two folders within a folder; raises where there are not two, or one is empty."""
    folders = subfolders(checked_folder(argument, name))
    if len(folders) != 2:
        found = ", ".join(folder.name for folder in folders) or "none"
        raise ValueError(f"{name}: two folders of images are expected in {argument}; there are {found}.")
    for folder in folders:
        if not files_in(folder):
            raise ValueError(f"{name}: the folder {folder.name!r} holds no PNG or JPEG image; fill it.")
    return folders


def _partners(name, *folders):
    """The files of both folders in the same order; raises, and lists them, where some stand alone."""
    stems = [{file.stem: file for file in files_in(folder)} for folder in folders]
    for folder, found in zip(folders, stems, strict=True):
        if len(found) < len(files_in(folder)):
            raise ValueError(f"{name}: two images in {folder.name!r} differ in their suffix only. Rename one.")
    alone = [
        f"{folder.name}/{stems[number][stem].name}"
        for number, folder in enumerate(folders)
        for stem in sorted(stems[number].keys() - stems[1 - number].keys())
    ]
    if alone:
        raise ValueError(
            f"{name}: {len(alone)} images have no partner in the other folder: {', '.join(alone)}. "
            "Add their partners, or remove them."
        )
    return [[part[stem] for stem in sorted(stems[0])] for part in stems]

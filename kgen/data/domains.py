from kgen.data.data import Data
from kgen.data.pairs import two_folders
from kgen.data.pictures import files_in, read_pictures
from kgen.data.subjects import SUBJECT, subjects_of
from kgen.fields import Image

FIELDS = "a", "b"


def read(
    argument, name, size: str | None = None, channels: int | None = None, fit: str = "crop",
    subject: str | None = None,
):  # fmt: skip
    """Images of two domains of which none belongs to one of the other: two folders, the fields a and b.

    Args:
        size: pixels of all images, 64 or 48x64 (height x width); their own unless given.
        channels: 1 for grey, 3 for colour, 4 with transparency; grey if all of a domain are, unless given.
        fit: how images come to their size: crop, pad or stretch.
        subject: what of a file's name, a regular expression, says whose it is: no subject is in two splits.
    """
    values, fields, subjects, notes = {}, {}, {}, []
    for field, folder in zip(FIELDS, two_folders(argument, name), strict=True):
        files = files_in(folder)
        values[field], done = read_pictures(files, name, size, channels, fit)
        if subject:
            subjects[field] = subjects_of(files, subject, name)[SUBJECT]
        fields[field] = Image.of(values[field], f"{name}: {field}")
        notes += [f"{field}: {folder.name}", *done]
    return Data.from_domains(name, values, fields, tuple(notes), subjects)

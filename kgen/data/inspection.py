"""What a folder of pictures or a .npz file holds, told from the heads of its files."""

from collections import Counter

from PIL import Image

from kgen.data.archive import Archive
from kgen.data.listing import KNOWN, listed, notes_aside, told_instead
from kgen.data.official import split_folders
from kgen.data.pictures import FORMATS
from kgen.decoding import reason

HEAD = f"{'folder':28}{'pictures':>10}  {'smallest':12}{'largest':12}colours"
NAMED = 3  # files in a message


def arrays_told(path):
    """A line an array of a .npz file: its name, shape and type."""
    archive = Archive(path, str(path))
    return "\n".join(f"{name:28}{'×'.join(map(str, shape)):>20}  {dtype}" for name, shape, dtype in archive.heads())


def pictures_told(root):
    """A line a folder of pictures and what lies beside or cannot be read, and how many sizes there are."""
    folders = [inner for split in split_folders(root, str(root)).values() for inner in listed(split).folders or [split]]
    if not any(listed(folder).pictures for folder in folders):
        told = "".join(told_instead(listed(folder), "") for folder in folders[:1])
        raise ValueError(f"{root} holds no {KNOWN} pictures{told}")
    heads, broken = _heads(folders)
    lines = [_line(folder.relative_to(root), heads[folder]) for folder in folders]
    aside = notes_aside([path for folder in {*folders, root} for path in listed(folder).others])
    return "\n".join([HEAD, *lines, *aside, *_broken(broken)]), _sizes(heads)


def _heads(folders):
    """The size and mode of every picture by its folder, and the files that are none with the reason."""
    heads, broken = {}, {}
    for folder in folders:
        heads[folder] = []
        for path in listed(folder).pictures:
            try:
                with Image.open(path, formats=FORMATS) as picture:
                    heads[folder].append((picture.height, picture.width, picture.mode))
            except Exception as error:
                broken[path] = reason(error, path)
    return heads, broken


def _line(folder, heads):
    if not heads:
        return f"{folder!s:28}{0:>10}"
    sizes = sorted({head[:2] for head in heads}, key=lambda size: size[0] * size[1])
    smallest, largest = ("×".join(map(str, size)) for size in (sizes[0], sizes[-1]))
    modes = ", ".join(f"{count} {mode}" for mode, count in Counter(head[2] for head in heads).most_common())
    return f"{folder!s:28}{len(heads):>10}  {smallest:12}{largest:12}{modes}"


def _broken(broken):
    few = [f"{path.name} ({told})" for path, told in list(broken.items())[:NAMED]]
    return [f"{len(broken)} cannot be read: {', '.join(few)}"] if broken else []


def _sizes(heads):
    """How many sizes there are."""
    return len({head[:2] for part in heads.values() for head in part})

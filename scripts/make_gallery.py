"""Makes the pictures of docs/gallery.yaml that are not there yet, and writes docs/gallery.md.

The commands of a model run in FOLDER, one after another. Data are made once, and a run that
FOLDER holds is not trained again. To draw a model anew, remove its picture and its run.

Example:
    python scripts/make_gallery.py runs/gallery
    python scripts/make_gallery.py runs/gallery --models unet pix2pix
"""

import argparse
import contextlib
import shlex
from itertools import groupby
from pathlib import Path

from kgen.cli.main import kgen
from kgen.models import MODELS

import yaml
from PIL import Image

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ENTRIES = DOCS / "gallery.yaml"
WIDTH = 840  # pixels of a page's column
COLOURS = 256  # with fewer, rare classes of a mask take the colour of others
# the word of a command that names the folder that it makes
MAKES = {"data": 4, "train": -1}
LINKS = {"arXiv:": "https://arxiv.org/abs/", "doi:": "https://doi.org/"}
HEAD = """# Gallery

Each model with its paper, its picture, the commands that train it, and its numbers.
[All models](models.md) lists them in one table.

The commands make the picture, unless the text says otherwise. Most trainings are small. The numbers
are those of the command below them, which may train longer and on more data.
[BENCHMARKS.md](../BENCHMARKS.md) has all numbers, with the machines that measured them.
"""


def page(entries):
    """The text of docs/gallery.md."""
    families = [(key, list(names)) for key, names in groupby(MODELS, family)]
    titles = entries["families"]
    index = [
        f"- {titles[key]}: {', '.join(map(anchor, names))}" for key, names in families
    ]
    parts = [HEAD, "\n".join(index)]
    for key, names in families:
        parts.append(f"\n## {titles[key]}")
        parts += [section(name, entries["models"][name]) for name in names]
    return "\n".join(parts) + "\n"


def family(name):
    """The folder of a model's page."""
    return MODELS[name].module.split(".")[0]


def anchor(name):
    """A link to the section of a model."""
    return f"[`{name}`](#{name})"


def section(name, entry):
    """The section of one model."""
    summary = MODELS[name].summary
    numbers = "\n".join(f"- {number}" for number in entry["numbers"])
    measured = " and ".join(f"`{command}`" for command in entry["measured"])
    return f"""
### `{name}`

{summary[0].upper()}{summary[1:]}: [{entry["paper"]}]({link(name, entry)}).

![{name}: {entry["shows"]}]({picture(name, entry).relative_to(DOCS).as_posix()})

{entry["caption"].strip()}

```
{entry["commands"].strip()}
```

{numbers}

Measured by {measured}.{more(entry)}"""


def link(name, entry):
    """The address of a paper, from its identifier where the registry has one."""
    paper = MODELS[name].paper
    found = [
        paper.replace(start, address)
        for start, address in LINKS.items()
        if start in paper
    ]
    return entry.get("link") or found[0]


def more(entry):
    """A link to the page on the same subject, if there is one."""
    if "page" not in entry:
        return ""
    return f" More: [{entry['page'].replace('_', ' ')}]({entry['page']}.md)."


def picture(name, entry):
    """The file of a picture: one of the documents as it is, or one that is cut for the gallery."""
    source = ROOT / entry["picture"]
    whole = source.is_relative_to(DOCS) and "box" not in entry
    return source if whole else DOCS / "images" / "gallery" / f"{name}.png"


def make(name, entry, folder):
    """Trains a model, unless a picture of it is at hand, and cuts its picture."""
    source = ROOT / entry["picture"]
    if not source.is_relative_to(DOCS):
        source = folder / entry["picture"]
        run(entry["commands"], folder)
    cut(source, entry.get("box"), picture(name, entry))


def run(commands, folder):
    """Runs commands of kgen in a folder, without those that made a folder of it before."""
    for command in commands.replace("\\\n", " ").splitlines():
        words = shlex.split(command, comments=True)
        made = MAKES.get(words[1])
        if made is None or not (folder / words[made]).exists():
            with contextlib.chdir(folder):
                kgen.main(words[1:], standalone_mode=False)


def cut(source, box, target):
    """A part of a picture, no wider than a page, in few colours."""
    with Image.open(source) as image:
        part = image.convert("RGB").crop(box)
    part.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    part.quantize(COLOURS).save(target, optimize=True)


def parsed(known):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where data and runs go")
    parser.add_argument(
        "--models", nargs="+", choices=known, default=list(known), metavar="MODEL"
    )
    return parser.parse_args()


def main():
    entries = yaml.safe_load(ENTRIES.read_text())
    arguments = parsed(MODELS)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.models:
        if not picture(name, entries["models"][name]).exists():
            make(name, entries["models"][name], arguments.folder)
    (DOCS / "gallery.md").write_text(page(entries))


if __name__ == "__main__":
    main()

"""The files of the site: the documents of the repository, and one page of the API per room."""

import ast
from pathlib import Path

from griffe import Extension
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "*.md",
    "docs/**/*.md",
    "docs/images/**/*.png",
    "notebooks/*.ipynb",
    "scripts/*.py",
)
DEFINITIONS = ast.ClassDef, ast.FunctionDef


class Examples(Extension):
    """Shows the ``Example:`` of a docstring as code: griffe knows only ``Examples:``."""

    def on_object(self, *, obj, **_):
        if obj.docstring:
            obj.docstring.value = obj.docstring.value.replace(
                "\nExample:\n", "\nExamples:\n"
            )


def on_config(config):
    """Lists the pages of the API in the navigation."""
    config.nav.append({"API": [{f"kgen.{room}": page(room)} for room in rooms()]})
    return config


def on_files(files, config):
    """The documents under the paths that their links name, and the API."""
    theme = [file for file in files if file.src_dir != config.docs_dir]
    return Files([*theme, *documents(config), *references(config)])


def documents(config):
    where = str(ROOT), config.site_dir, config.use_directory_urls
    paths = [path for pattern in DOCUMENTS for path in ROOT.glob(pattern)]
    return [File(path.relative_to(ROOT).as_posix(), *where) for path in sorted(paths)]


def references(config):
    return [
        File.generated(config, page(room), content=reference(room)) for room in rooms()
    ]


def rooms():
    return sorted(path.parent.name for path in ROOT.glob("kgen/*/__init__.py"))


def page(room):
    return f"api/{room}.md"


def reference(room):
    """The page of a room: its modules that define something public."""
    modules = [
        path for path in sorted(ROOT.glob(f"kgen/{room}/**/*.py")) if is_public(path)
    ]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules]
    return "\n\n".join([f"# kgen.{room}", *(f"::: {name}" for name in names)])


def is_public(path):
    defined = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, DEFINITIONS)
    ]
    documented = [node for node in defined if ast.get_docstring(node)]
    return path.stem != "__init__" and any(
        not node.name.startswith("_") for node in documented
    )

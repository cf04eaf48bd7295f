"""Commands in documents, help texts and docstrings are valid; what Python imports exists."""

import argparse
import ast
import os
import re
import runpy
import shlex
import sys
from pathlib import Path

import click
import pytest

from kgen import data
from kgen.cli.configuration import configuration
from kgen.cli.main import COMMANDS, kgen
from kgen.experiments import building
from kgen.runs.run import Run
from kgen.search import Space
from kgen.search.hypermodel import GenerativeHyperModel
from tests.test_contributing import blocks

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "BENCHMARKS.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = "kgen ", "python benchmarks/", "python scripts/", "pytest ", "make "
BEFORE = re.compile(r"^(\w+=\S+ |srun (-\S+ )*|\$\(BIN\)/)+")
OF_READERS = "MODEL", "hinge-gan"  # models that stand for others, or that a reader adds
GIVEN = (
    "model",
    "dataset",
    "data",
    "epochs",
    "batch_size",
    "learning_rates",
    "seed",
    "binarisation",
    "precision",
)


def of_document(name):
    """Commands of a document, in blocks of their own and within its sentences."""
    text = (ROOT / name).read_text()
    shells = [body for kind, body in FENCED.findall(text) if not kind]
    return commands(
        "\n".join([*shells, *re.findall(r"`([^`\n]+)`", FENCED.sub("", text))])
    )


def of_help(name):
    """Commands of a help text."""
    return commands(kgen.get_command(None, name).get_help(click.Context(kgen)))


def of_docstring(path):
    """Commands of a script's docstring."""
    return commands(ast.get_docstring(ast.parse(path.read_text())) or "")


def of_makefile():
    """Commands of the Makefile."""
    return commands((ROOT / "Makefile").read_text().replace("$(DATASET)", "digits"))


def commands(text):
    """Lines that begin with a program of this repository, without prefixes and comments."""
    lines = re.sub(r"\s#.*", "", re.sub(r"\\\n\s*", "", text))
    pieces = [
        BEFORE.sub("", piece.strip()).rstrip(".") for piece in re.split(r"[\n;]", lines)
    ]
    return {
        piece for piece in pieces if piece.startswith(PROGRAMS) and "…" not in piece
    }


ALL = set.union(
    *map(of_document, DOCUMENTS),
    *map(of_help, COMMANDS),
    *map(of_docstring, [*ROOT.glob("benchmarks/*.py"), *ROOT.glob("scripts/*.py")]),
    of_makefile(),
)


def of_program(program):
    return sorted(command for command in ALL if command.startswith(program))


@pytest.mark.parametrize("command", of_program("kgen "))
def test_the_command_line_takes_it(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files_of_documents(tmp_path)
    context = parsed(kgen, shlex.split(command)[1:])
    if context and context.params.get("model", "MODEL") not in OF_READERS:
        check_training(context)


def write_files_of_documents(folder):
    """Writes the files that commands expect."""
    (space,) = [
        body
        for kind, body in FENCED.findall((ROOT / "docs/tuning.md").read_text())
        if kind == "yaml"
    ]
    (folder / "space.yaml").write_text(space)


def parsed(group, words):
    """The context of a command, with its options; ``None`` for a bare name or a call for help."""
    name, *arguments = words
    if name == "--help":
        return None
    command = group.get_command(None, name)
    assert command, f"there is no command {name}"
    if isinstance(command, click.Group) and arguments:
        return parsed(command, arguments)
    spoken_of = not arguments or arguments[-1] in ("--help", "--resume")
    return None if spoken_of else command.make_context(name, arguments)


def check_training(context):
    """Raises if the model or the data set rejects its options, or a search its space."""
    given = {
        name: context.params[name]
        for name in GIVEN
        if context.params.get(name) not in (None, (), {})
    }
    if "model" not in given or given["model"].startswith("sklearn:"):
        return
    config = configuration(None, given, context.params["options"])
    data.parsed_options(config.dataset, config.data)
    building.asked(config)
    if "space" in context.params:
        file = context.params["file"]
        space = Space.of_file(file) if file else Space.of_texts(context.params["space"])
        GenerativeHyperModel(config.replaced(dataset="digits"), space)


class Parsed(Exception):
    """Ends a script after it has parsed its arguments."""


@pytest.mark.parametrize("command", of_program("python "))
def test_the_script_takes_it(command, monkeypatch):
    _, path, *arguments = shlex.split(command)
    if re.search(
        r"^(import torch|from peers import)", (ROOT / path).read_text(), re.MULTILINE
    ):
        pytest.importorskip(
            "torch",
            reason="it is imported before the arguments are read: make .venv/bench",
        )
    read = argparse.ArgumentParser.parse_args

    def parse_args(self):
        raise Parsed(read(self))

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_args)
    monkeypatch.setattr(Run, "open", Path)
    monkeypatch.setattr(sys, "argv", [path, *arguments])
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "tensorflow"))
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    with pytest.raises(Parsed):
        runpy.run_path(str(ROOT / path), run_name="__main__")


@pytest.mark.parametrize("command", of_program("pytest "))
def test_the_tests_are_there(command):
    paths = [word for word in shlex.split(command) if word.startswith("tests")]
    assert paths
    assert all((ROOT / path).exists() for path in paths)


@pytest.mark.parametrize("command", of_program("make "))
def test_the_target_is_there(command):
    assert re.search(
        rf"^{command.removeprefix('make ')}:",
        (ROOT / "Makefile").read_text(),
        re.MULTILINE,
    )


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if blocks(name)])
def test_what_the_python_of_a_document_imports_is_there(document):
    trees = [
        ast.parse(block) for block in blocks(document) if not block.startswith("    ")
    ]
    assert trees
    for tree in trees:
        imports = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        exec(compile(ast.Module(imports, []), document, "exec"), {})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "KERAS_BACKEND=jax kgen train vae \\\n  --run a   # comment",
            {"kgen train vae --run a"},
        ),
        ("kgen models; kgen datasets", {"kgen models", "kgen datasets"}),
        ("srun -K --x=1 kgen test a", {"kgen test a"}),
        ("\t$(BIN)/python benchmarks/x.py", {"python benchmarks/x.py"}),
        ("kgen tune … --run a", set()),
    ],
)
def test_commands_are_found(text, found):
    assert commands(text) == found


@pytest.mark.parametrize(
    "command",
    [
        "train vae --test-group B20",
        "train vae --dataset digits --set bta=1",
        "tune vae --dataset digits bta=1,2",
        "tests a",
    ],
)
def test_a_command_that_does_not_run_is_seen(command):
    with pytest.raises((click.UsageError, ValueError)):
        check_training(parsed(kgen, command.split()))

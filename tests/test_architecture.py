"""The rules that keep the rooms of the package apart, checked on the source code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kgen.models import MODELS
from kgen.verbs import VERBS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kgen"
LEVELS = [
    {"cli", "app"},
    {"search", "explorer"},
    {"experiments"},
    {"callbacks", "verbs"},
    {"tasks", "runs", "pretrained"},
    {"models", "data", "metrics", "latent", "plots", "interpret"},
    {"networks", "abilities"},
    {"layers", "losses", "likelihoods", "engine"},
    {"fields"},
    {"checks", "console", "decoding", "reading", "types"},
]
# These work on anything that encodes, decodes or generates.
KNOW_NO_MODEL = {"data", "metrics", "latent", "plots", "tasks", "verbs", "callbacks"}
BACKENDS = {"tensorflow", "jax", "torch"}


def level(room):
    return next(number for number, rooms in enumerate(LEVELS) if room in rooms)


def sources():
    return [path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE]


def imported(path):
    """The modules that a file imports anywhere in it, with names from packages spelled out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path):
    return path.relative_to(PACKAGE).parts[0]


def violations(path):
    here = room_of(path)
    for module in imported(path):
        parts = module.split(".")
        if parts[0] != "kgen" or len(parts) == 1 or parts[1] == here or parts[1].startswith("_"):
            continue
        if level(parts[1]) < level(here) or (here in KNOW_NO_MODEL and parts[1] == "models"):
            yield f"{path.relative_to(ROOT)} imports {module}"


def test_imports_run_downwards():
    assert [line for path in sources() for line in violations(path)] == []


def test_the_check_sees_an_upward_import(tmp_path, monkeypatch):
    (tmp_path / "losses").mkdir()
    bad = tmp_path / "losses" / "bad.py"
    bad.write_text("from kgen import models\n")
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    assert list(violations(bad)) == ["losses/bad.py imports kgen.models"]


def test_only_the_engine_the_data_and_the_callbacks_name_a_backend():
    named = {
        room_of(path)
        for path in sources()
        for module in imported(path)
        if module.split(".")[0] in BACKENDS
    }
    assert named <= {"engine", "data", "callbacks"}  # TensorBoard is written by TensorFlow


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_one_page(name):
    path = PACKAGE / "models" / f"{MODELS[name].module.replace('.', '/')}.py"
    source = path.read_text()
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    assert [cls.name for cls in classes if not cls.name.startswith("_")] == [
        MODELS[name].class_name
    ]
    assert source.count("\n") <= 140
    steps = [
        node for cls in classes for node in cls.body if getattr(node, "name", "") == "train_step"
    ]
    assert all(step.end_lineno - step.lineno + 1 < 15 for step in steps)


HELPED = (
    "train", "test", "evaluate", "card", "compare", "generate", "restyle", "data",
    "data check", "data inspect", "data synthesize", "data synthesize brains",
    "data synthesize lesions", "data synthesize histology",
    "data synthesize tiles", "data synthesize expression", "data synthesize drug-response",
    "latent", "explore", "explain", *VERBS,
)  # fmt: skip


@pytest.mark.parametrize(
    "command", ["--help", *(f"{name} --help" for name in HELPED), "models", "datasets"]
)
def test_help_and_lists_import_no_framework(command):
    code = (
        "import sys; from kgen.cli.main import kgen\n"
        f"kgen.main({command.split()!r}, standalone_mode=False)\n"
        "print(sorted({'keras', 'tensorflow', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.splitlines()[-1] == "[]"
    assert "Example:" in shown or "help" not in command


ABOVE = {
    "cli",
    "app",
    "search",
    "experiments",
    "callbacks",
    "verbs",
    "tasks",
    "runs",
    "metrics",
    "latent",
    "plots",
}
PROBES = {
    "a probe": r"\bhasattr\(|\bgetattr\([^()]*,[^()]*,|except[^\n]*AttributeError",
    "a class's name": r"__class__\.__name__ *(==|in)|type\(\w+\)\.__name__ *(==|in)",
    "the kind of a model": r"isinstance\(\w*model\w*, (?!keras\.Model)(?!self\.needs)",
    "the number of classes": r"\b(if|or|and|not) [^\n]*\bnum_classes\b",
    "a configuration by its keys": r"config\[[\"\']",
    "a data set's name": r"dataset\S* == |dataset\S*\.startswith\(",
}
FLAG = r"(?<![\w-])--[a-z]"


def found(pattern, rooms=None, beside=()):
    """Lines of source code that match a pattern."""
    for path in sources():
        if (rooms is None or room_of(path) in rooms) and room_of(path) not in beside:
            lines = path.read_text().splitlines()
            yield from (
                f"{path.relative_to(ROOT)}: {line.strip()}"
                for line in lines
                if re.search(pattern, line)
            )


@pytest.mark.parametrize("probe", PROBES)
def test_nobody_above_the_models_asks_what_a_model_or_a_data_set_is(probe):
    assert list(found(PROBES[probe], ABOVE)) == []


def test_only_the_command_line_spells_flags():
    assert list(found(FLAG, beside={"cli"})) == []


@pytest.mark.parametrize(
    "line", ["hasattr(model, 'x')", 'getattr(a, "b", None)', "if model.num_classes:", 'config["a"]']
)
def test_the_check_sees_a_probe(line):
    assert any(re.search(pattern, line) for pattern in PROBES.values())

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
    {"checks", "console", "decoding", "former_names", "names", "reading", "types"},
]
# These work on anything that encodes, decodes or generates.
KNOW_NO_MODEL = {"data", "metrics", "latent", "plots", "tasks", "verbs", "callbacks"}
LONGEST_PAGE, LONGEST_STEP = 190, 17  # lines, as CONTRIBUTING.md says
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
        if (
            parts[0] != "kgen"
            or len(parts) == 1
            or parts[1] == here
            or parts[1].startswith("_")
        ):
            continue
        if level(parts[1]) < level(here) or (
            here in KNOW_NO_MODEL and parts[1] == "models"
        ):
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
    # TensorBoard is written by TensorFlow
    assert named <= {"engine", "data", "callbacks"}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_one_page(name):
    path = PACKAGE / "models" / f"{MODELS[name].module.replace('.', '/')}.py"
    source = path.read_text()
    classes = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)
    ]
    assert [cls.name for cls in classes if not cls.name.startswith("_")] == [
        MODELS[name].class_name
    ]
    assert source.count("\n") <= LONGEST_PAGE, f"lines of {path.name}"
    steps = [
        node
        for cls in classes
        for node in cls.body
        if getattr(node, "name", "") == "train_step"
    ]
    assert all(step.end_lineno - step.lineno < LONGEST_STEP for step in steps)


HELPED = (
    "train", "test", "evaluate", "card", "compare", "generate", "restyle", "data",
    "data check", "data inspect", "data synthesize", "data synthesize arteries",
    "data synthesize brains", "data synthesize lesions", "data synthesize histology",
    "data synthesize retina",
    "data synthesize tiles", "data synthesize expression", "data synthesize drug-response",
    "latent", "explore", "explain", *VERBS,
)  # fmt: skip


COMMANDS = ["--help", *(f"{name} --help" for name in HELPED), "models", "datasets"]
# One process shows all, as what a command imports stays.
SHOWN = """
import sys
from kgen.cli.main import kgen
for command in sys.argv[1:]:
    print("$$", command)
    kgen.main(command.split(), standalone_mode=False)
    print("imported", sorted({"keras", "tensorflow", "matplotlib", "sklearn"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def shown():
    """What each command prints, and what was imported by then."""
    done = [sys.executable, "-c", SHOWN, *COMMANDS]
    text = subprocess.run(done, capture_output=True, text=True, check=True).stdout
    parts = re.split(r"^\$\$ (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_and_lists_import_no_framework(command, shown):
    *_, last = shown[command].splitlines()
    assert last == "imported []"
    assert "Example:" in shown[command] or "help" not in command


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
    "line",
    [
        "hasattr(model, 'x')",
        'getattr(a, "b", None)',
        "if model.num_classes:",
        'config["a"]',
    ],
)
def test_the_check_sees_a_probe(line):
    assert any(re.search(pattern, line) for pattern in PROBES.values())


def public_functions(body):
    """The functions and methods that anyone may call."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not re.match("_(?!_)", node.name):
            yield node


def without_types(path):
    """The parameters of public functions in a file that say no type."""
    for function in public_functions(ast.parse(path.read_text()).body):
        own = function.args
        every = [*own.posonlyargs, *own.args, *own.kwonlyargs, own.vararg, own.kwarg]
        for parameter in filter(None, every):
            if parameter.annotation is None and parameter.arg not in ("self", "cls"):
                yield f"{path.name}: {parameter.arg} of {function.name}"


def test_every_public_parameter_has_a_type():
    found = [line for path in PACKAGE.rglob("*.py") for line in without_types(path)]
    assert not found, "without a type: " + "; ".join(found)


def test_the_check_sees_a_parameter_without_a_type(tmp_path):
    file = tmp_path / "open.py"
    file.write_text(
        "class A:\n    def b(self, c, d: int, **e): ...\n    def _f(self, g): ...\n"
    )
    assert [*without_types(file)] == ["open.py: c of b", "open.py: e of b"]

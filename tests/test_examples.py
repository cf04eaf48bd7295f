"""Every example of a docstring and of a document runs, and prints what it says that it prints."""

import ast
import contextlib
import doctest
import functools
import importlib
import inspect
import sys
from pathlib import Path
from typing import NamedTuple

import keras
import pytest
import tensorflow as tf

from kgen import latent, models
from kgen.engine import GenerativeModel, backend
from tests import example_files, examples
from tests.test_contributing import blocks

ROOT = Path(__file__).parents[1]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FEW = 12  # values of a training step
SIZES = {"width": 4, "discriminator_width": 4, "critic_width": 4, "blocks": 1}
OPTIONAL = {"kgen.engine.fused": "jax", "kgen.explorer.notebook": "anywidget"}
# A page that needs a second host, and one that needs a run on volumes of brains.
NOT_HERE = {"docs/scaling.md", "docs/age.md"}


class Example(NamedTuple):
    """The docstring with an example of a module, a class or a function."""

    module: str
    name: str
    text: str


def examples_of(path):
    """The examples in a file of the package."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(
        ".__init__"
    )
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node) or ""
            if ">>>" in text:
                yield Example(module, getattr(node, "name", ""), text)


PAGES = [
    path for path in sorted((ROOT / "kgen").rglob("*.py")) if ">>>" in path.read_text()
]
EXAMPLES = [one for path in PAGES for one in examples_of(path)]
DOCUMENTS = [
    "README.md",
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
]
TAUGHT = [name for name in DOCUMENTS if blocks(name) and name not in NOT_HERE]


# ---- a world in which examples cost nothing ------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The working directory of all examples; a file is written once."""
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(autouse=True)
def quick(folder, monkeypatch):
    """Small models that take one step, as plain Python, on a few values."""
    monkeypatch.chdir(folder)
    # Classifiers of one step must not be taken for trained ones by other tests.
    monkeypatch.setenv("KGEN_CACHE", str(folder / "cache"))
    monkeypatch.setattr(keras.Model, "fit", of_one_step(keras.Model.fit))
    for cls in {entry.load() for entry in models.MODELS.values()}:
        monkeypatch.setattr(cls, "from_fields", narrow(cls.from_fields.__func__))
    monkeypatch.delitem(latent.PROJECTIONS, "umap")  # compiles for half a minute
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(autouse=True)
def two_devices(monkeypatch):
    """A stand-in for a second device; tests/engine divides batches among real ones."""
    monkeypatch.setattr(backend, "devices", lambda count: ["CPU"] * count)
    monkeypatch.setattr(backend, "scope", lambda devices: contextlib.nullcontext())


def of_one_step(fit):
    """``keras.Model.fit`` that takes one step, of the last epoch."""

    def fitted(self, *args, **options):
        given = inspect.signature(fit).bind(self, *args, **options).arguments
        given |= given.pop("kwargs", {})
        last = given.get("epochs", 1) - 1
        if isinstance(self, GenerativeModel):
            self.epochs_trained = last
        return fit(**{**given, **shortened(given), "initial_epoch": last, "verbose": 0})

    return fitted


def shortened(given):
    """The arguments of ``fit`` for a few values, or one batch of a stream."""
    if isinstance(given["x"], tf.data.Dataset):
        return {"steps_per_epoch": 1, "validation_steps": 1}
    arrays = {name: given[name] for name in ("x", "y") if given.get(name) is not None}
    return keras.tree.map_structure(lambda array: array[:FEW], arrays)


def narrow(from_fields):
    """``from_fields`` of small networks, unless the caller says how large."""
    known = inspect.signature(from_fields).parameters

    @functools.wraps(from_fields)
    def built(cls, *values, **options):
        sizes = {name: size for name, size in SIZES.items() if name in known}
        return from_fields(cls, *values, **{**sizes, **options})

    return classmethod(built)


# ---- docstrings ----------------------------------------------------------------------------------


class Written(doctest.OutputChecker):
    """Compares an output with the written one; where none is written, any will do."""

    def check_output(self, want, got, optionflags):
        return not want or super().check_output(want, got, optionflags)


def failures(text, names):
    """What doctest reports of a text."""
    test = doctest.DocTestParser().get_doctest(text, names, "example", None, 0)
    told = []
    doctest.DocTestRunner(Written(), False, FLAGS).run(test, out=told.append)
    return "".join(told)


def namespace(example):
    """What a reader of the page knows: the names of the module and the room, and small things."""
    module = importlib.import_module(example.module)
    room = importlib.import_module(".".join(example.module.split(".")[:2]))
    known = {name: getattr(room, name) for name in getattr(room, "__all__", ())}
    own = {name: value for name, value in vars(module).items() if is_of(value, module)}
    return examples.named(example.module, used(example.text)) | known | own


def is_of(value, module):
    """Whether a module defines a value."""
    return getattr(value, "__module__", None) == module.__name__


def used(text):
    """The names in an example."""
    parts = doctest.DocTestParser().get_examples(text)
    return names_in("".join(part.source for part in parts))


def names_in(source):
    return {
        node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)
    }


def prepare(text):
    """Writes the files that an example names."""
    for name in example_files.named_in(text):
        example_files.needed(name)


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda one: f"{one.module}.{one.name}"
)
def test_the_example_of_a_docstring_runs(example):
    if extra := OPTIONAL.get(example.module):
        pytest.importorskip(extra, reason=f"the example needs {extra}")
    prepare(example.text)
    if told := failures(example.text, namespace(example)):
        pytest.fail(told, pytrace=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (">>> 1 + 1\n2", ""),
        (">>> 1 + 1", ""),
        (">>> 1 + 1\n3", "Expected:\n    3\nGot:\n    2"),
        (">>> unheard_of", "NameError"),
    ],
)
def test_a_wrong_example_is_seen(text, told):
    assert told in failures(text, {}) and bool(told) == bool(failures(text, {}))


# ---- models, whose pages show how they are used --------------------------------------------------


@pytest.mark.parametrize("name", models.MODELS)
def test_every_model_has_an_example(name):
    cls = models.MODELS[name].load()
    assert cls.__name__ in {
        one.name for one in EXAMPLES if one.module == cls.__module__
    }


# ---- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("document", TAUGHT)
def test_the_python_of_a_document_runs(document):
    source = "\n".join(blocks(document))
    prepare(source)
    names = examples.named(document, names_in(source))
    for block in blocks(document):
        exec(compile(block, document, "exec"), names)

"""The distribution keras-kgen beside another project, kgen, that installs a package kgen too."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OTHER = "Kgen 1.1.0 (Constants for seawater.)"
COMMAND = "import sys, keras_kgen; sys.argv = ['kgen', '--version']; keras_kgen.main()"
# The entry points: the command, and the first import of README.
WAYS = {
    "command": COMMAND,
    "models": "from kgen.models import MODELS",
    "data": "from kgen import data",
}


def install_own(folder):
    """Mimics what pip installs of this repository, as far as it matters here."""
    shutil.copytree(
        ROOT / "kgen",
        folder / "kgen",
        ignore=shutil.ignore_patterns("__pycache__"),
        dirs_exist_ok=True,
    )
    shutil.copy(ROOT / "keras_kgen.py", folder)


def install_other(
    folder, first_page=True, record="kgen/__init__.py,,\n", name="kgen-1.1.0.dist-info"
):
    """The same for the other project."""
    if first_page:
        (folder / "kgen").mkdir(parents=True, exist_ok=True)
        (folder / "kgen/__init__.py").write_text("__version__ = '1.1.0'\n")
    (folder / name).mkdir(parents=True)
    (folder / name / "METADATA").write_text(
        "Name: Kgen\nVersion: 1.1.0\nSummary: Constants for seawater.\n"
    )
    (folder / name / "RECORD").write_text(record)


def run(code, *folders):
    """Runs code in a process of its own, which finds packages in these folders first."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))}
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=folders[0]
    )


@pytest.mark.parametrize("way", WAYS)
def test_alone_it_says_nothing(way, tmp_path):
    install_own(tmp_path)
    done = run(WAYS[way], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("way", WAYS)
def test_overwritten_it_says_by_what_and_what_to_do(way, tmp_path):
    install_own(tmp_path)
    install_other(tmp_path)
    done = run(WAYS[way], tmp_path)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert (
        f"{tmp_path / 'kgen'} is not the package kgen of keras-kgen" in last
        and OTHER in last
    )
    assert (
        "`pip uninstall kgen`" in last
        and "`pip install --force-reinstall --no-deps .`" in last
    )


@pytest.mark.parametrize("way", WAYS)
def test_left_in_pieces_by_the_removal_of_the_other_it_says_so(way, tmp_path):
    install_own(tmp_path)
    (tmp_path / "kgen/__init__.py").unlink()
    done = run(WAYS[way], tmp_path)
    assert done.returncode == 1
    assert (
        "is not the package kgen of keras-kgen, or not all of it. To use" in done.stderr
    )


def test_the_command_says_which_package_comes_first_on_the_path(tmp_path):
    install_other(tmp_path / "first")
    install_own(tmp_path / "second")
    done = run(COMMAND, tmp_path / "first", tmp_path / "second")
    assert done.returncode == 1
    assert (
        done.stderr.startswith(f"Error: {tmp_path / 'first/kgen'} is not")
        and OTHER in done.stderr
    )


@pytest.mark.parametrize(
    "place", [".", "second"], ids=["overwriting it", "before it on the path"]
)
@pytest.mark.parametrize("way", WAYS)
def test_it_runs_and_warns_once_of_the_other(way, place, tmp_path):
    install_other(tmp_path / place)
    install_own(tmp_path)
    done = run(WAYS[way], tmp_path, tmp_path / "second")
    assert done.returncode == 0
    assert (
        done.stderr.count(
            "UserWarning: Another project installs a package kgen as keras-kgen does"
        )
        == 1
    )
    assert f"{OTHER} in {tmp_path / place}" in done.stderr


@pytest.mark.parametrize(
    "found",
    [
        {
            "record": "__editable___kgen_0_1_0_finder.py,,\n"
        },  # a repository of the former name, which has no such file
        {"record": "kgenomics/__init__.py,,\n"},
        {"name": "kgenomics-1.1.0.dist-info"},
    ],
)
def test_others_that_install_no_package_kgen_are_not_told_of(found, tmp_path):
    install_own(tmp_path)
    install_other(tmp_path, first_page=False, **found)
    done = run(WAYS["models"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_distribution_and_its_command_are_those_that_setup_names():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["metadata"]["name"] == "keras-kgen"
    assert setup["options"]["py_modules"] == "keras_kgen"
    assert setup["options.entry_points"]["console_scripts"].split() == [
        "kgen",
        "=",
        "keras_kgen:main",
    ]


def test_no_document_or_message_installs_the_other_project():
    texts = {
        path: path.read_text()
        for folder in ("kgen", "docs", "benchmarks")
        for path in written(ROOT / folder)
    }
    texts |= {
        path: path.read_text()
        for path in (ROOT / "README.md", ROOT / "Makefile", ROOT / "BENCHMARKS.md")
    }
    lines = [
        line
        for text in texts.values()
        for line in text.splitlines()
        if "pip install" in line
    ]
    assert len(lines) >= 4
    assert [
        line
        for line in lines
        if "kgen" in line.split("pip install")[1].replace("keras-kgen", "")
    ] == []


def written(folder):
    return [path for path in folder.rglob("*") if path.suffix in (".py", ".md")]

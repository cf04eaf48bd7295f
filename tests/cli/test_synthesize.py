"""Data of known truth from the command line, and what the next command makes of it."""

import re
import shlex

import numpy as np
import pytest

from kgen.cli import synthesize
from kgen.data.phantoms.rows import read_rows
from tests.cli.test_cli import kgen


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder whose name has a space, and what was shown."""
    folder = tmp_path_factory.mktemp("data") / "my brains"
    options = "--subjects", 12, "--size", 32, "--ct", "--misaligned", 4
    return folder, kgen("data", "synthesize", "brains", folder, *options)


@pytest.mark.whole
def test_brains_come_with_ceilings_and_an_overview(written):
    folder, shown = written
    assert "accuracy of who sees latent variables and age: 0.894" in shown
    assert re.search(r"on the areas measured: \d\.\d{3}", shown)
    assert (
        re.search(r"control: ventricle area mm² [\d,]+", shown)
        and "disease: ventricle" in shown
    )
    assert (folder / "overview.png").stat().st_size > 10_000


def test_cts_are_misaligned_by_so_many_millimetres(written):
    folder, _ = written
    for row in read_rows(folder / "table.csv"):
        assert 0 < np.hypot(float(row["ct_right_mm"]), float(row["ct_front_mm"])) <= 4


def test_cts_that_are_not_written_cannot_be_misaligned(tmp_path):
    shown = kgen(
        "data", "synthesize", "brains", tmp_path / "off", "--misaligned", 4, code=1
    )
    assert "Error: misaligned=4.0 moves CTs, and none are written" in shown


def test_the_next_commands_read_what_was_written(written):
    _, shown = written
    commands = [
        line.partition("kgen ")[2]
        for line in shown.splitlines()
        if "kgen train" in line
    ]
    assert len(commands) == 2
    for command in commands:
        words = shlex.split(command)
        source, *options = words[words.index("--dataset") + 1 :]
        assert f"{source}: no fault." in kgen("data", "check", source, *options)


def test_patches_come_with_what_can_be_read_of_them(tmp_path):
    shown = kgen(
        "data", "synthesize", "histology", tmp_path / "my twin", "--patches", 80
    )
    found = [
        float(number) for number in re.findall(r"AUROC of who .*: (\d\.\d{3})", shown)
    ]
    assert len(found) == 2 and found[0] > found[1] > 0.5
    assert (tmp_path / "my twin" / "overview.png").stat().st_size > 10_000
    looked = kgen("data", "inspect", tmp_path / "my twin")
    assert "train: 80 patches of 4 slides, 50.0% with a tumour in the centre" in looked
    assert f"--dataset pcam:'{tmp_path / 'my twin'}'" in looked
    words = shlex.split(shown.splitlines()[-1].partition("kgen ")[2])
    assert words[2:6] == [
        "--dataset",
        f"pcam:{tmp_path / 'my twin'}",
        "--data",
        "size=64",
    ]
    assert f"{words[3]}: no fault." in kgen("data", "check", words[3], *words[4:8])


def test_retinas_come_with_two_ways_to_train_on_them(tmp_path):
    folder = tmp_path / "my eyes"
    shown = kgen("data", "synthesize", "retina", folder, "--subjects", 60, "--size", 32)
    counts = map(
        int, re.search(r"normal \((\d+) pictures\), new \((\d+)\)", shown).groups()
    )
    assert sum(counts) == 60
    assert (folder / "overview.png").stat().st_size > 10_000
    commands = [
        line.partition("kgen ")[2]
        for line in shown.splitlines()
        if "kgen train" in line
    ]
    sources = [shlex.split(command)[3] for command in commands]
    assert sources == [f"npz:{folder / 'retina.npz'}", f"folder:{folder / 'normal'}"]
    for source in sources:
        assert f"{source}: no fault." in kgen("data", "check", source)


def test_arteries_come_with_the_means_of_their_branches(tmp_path):
    shown = kgen(
        "data", "synthesize", "arteries", tmp_path / "my hearts", "--vessels", 30
    )
    assert re.search(
        r"RCA: length 1\d\d, tortuosity \d.*curvature 0\.0\d+.*stenosed", shown
    )
    assert (tmp_path / "my hearts" / "overview.png").stat().st_size > 10_000
    words = shlex.split(shown.splitlines()[-1].partition("kgen ")[2])
    assert words[3] == f"centrelines:{tmp_path / 'my hearts' / 'vessels'}"
    assert f"{words[3]}: no fault." in kgen("data", "check", words[3], *words[4:])


@pytest.mark.parametrize("kind", synthesize.command.commands)
def test_every_kind_has_help_and_an_example_of_its_own(kind):
    shown = kgen("data", "synthesize", kind, "--help")
    assert f"kgen data synthesize {kind} " in shown
    assert ("--compression" in shown) == (kind == "tiles")

"""The course's scripts, run as they stand, on the data that needs no download."""

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[1] / "scripts"


def script(name, *arguments):
    done = subprocess.run([sys.executable, SCRIPTS / name, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_train_then_test(tmp_path):
    run = tmp_path / "run"
    assert "Next: python scripts/test_cvaecgan_mnist.py" in script(
        "train_cvaecgan_mnist.py", run, "--epochs", 1, "--dataset", "digits"
    )
    shown = script("test_cvaecgan_mnist.py", run)
    assert "of the 450 test images" in shown and "are read as the class asked for" in shown
    for picture in ("test_reconstructions.png", "test_classes.png", "test_styles.png"):
        assert (run / picture).stat().st_size > 0


def test_all_models_are_compared_and_a_second_call_trains_nothing_anew(tmp_path):
    arguments = tmp_path, "--models", "cvae", "gan", "--epochs", 1, "--dataset", "digits"
    shown = script("compare_mnist.py", *arguments)
    assert "| cvae | " in shown and "| gan | " in shown and "| real | – | " in shown
    saved = [(tmp_path / name / "model.keras").stat().st_mtime for name in ("cvae", "gan")]
    assert "Epoch" not in script("compare_mnist.py", *arguments)
    assert saved == [(tmp_path / name / "model.keras").stat().st_mtime for name in ("cvae", "gan")]
    for name in ("comparison.md", "comparison.csv", "comparison.png", "overview.md", "overview.png"):
        assert (tmp_path / "comparison" / name).stat().st_size > 0

"""The command line, run as its users run it."""

import contextlib
import csv
import inspect
import io
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from unittest import mock

import keras
import numpy as np
import pytest
from PIL import Image

from kgen.cli.main import main
from kgen.cli.quiet import NOTE
from kgen.engine.options import options_of
from kgen.models import MODELS
from kgen.runs.run import Run

pytestmark = pytest.mark.whole

DIGITS = ["--dataset", "digits"]
RATES = ["--learning-rate", "discriminator=1e-5", "--learning-rate", "3e-3"]
SMALL_GAN = ["train", "gan", *DIGITS, "--batch-size", 256, "--set", "width=4"]
SMALL = ["--batch-size", "256", "--set", "width=4", "--set", "discriminator_width=4"]


def command(*arguments):
    return [
        sys.executable,
        "-c",
        "from kgen.cli.main import main; main()",
        *map(str, arguments),
    ]


def kgen(*arguments, code=0, cwd="."):
    """The output of a command, run within this process to save its start-up time."""
    shown = io.StringIO()
    everywhere = (
        contextlib.redirect_stdout(shown),
        contextlib.redirect_stderr(shown),
        contextlib.chdir(cwd),
    )
    with (
        mock.patch.object(sys, "argv", ["kgen", *map(str, arguments)]),
        contextlib.ExitStack() as stack,
    ):
        for place in everywhere:
            stack.enter_context(place)
        with pytest.raises(SystemExit) as stop:
            main()
    assert (stop.value.code or 0) == code, shown.getvalue()
    return shown.getvalue()


def kgen_process(*arguments, code=0, **options):
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=300, **options
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert code == 0 or "Traceback" not in done.stderr
    assert not [
        line for line in done.stderr.splitlines() if NOTE.match(line.encode())
    ], done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of two epochs on the digits."""
    path = tmp_path_factory.mktemp("runs") / "small"
    shown = kgen_process(
        "train",
        "cvae-cgan",
        "--dataset",
        "digits",
        "--epochs",
        2,
        *SMALL,
        "--run",
        path,
    )
    (path / "shown.txt").write_text(shown)
    return path


@pytest.fixture(scope="module")
def gan_run(tmp_path_factory):
    """A GAN of two epochs whose players have rates of their own."""
    path = tmp_path_factory.mktemp("runs") / "gan"
    kgen(*SMALL_GAN, *RATES, "--epochs", 2, "--run", path)
    return path


@pytest.fixture(scope="module")
def vae_run(tmp_path_factory):
    """A VAE of one epoch, for tests that train copies of it on."""
    path = tmp_path_factory.mktemp("runs") / "vae"
    small = ("--batch-size", 256, "--set", "width=4")
    kgen("train", "vae", *DIGITS, "--epochs", 1, *small, "--eager", "--run", path)
    return path


def history(path):
    with (path / "history.csv").open() as file:
        return list(csv.DictReader(file))


def everything(path):
    """All numbers of a saved model: weights, seeds, both optimizers."""
    model = Run.open(path).model()
    optimizers = [
        variable
        for optimizer in model.optimizers.values()
        for variable in optimizer.variables
    ]
    return [
        keras.ops.convert_to_numpy(variable)
        for variable in [*model.variables, *optimizers]
    ]


def assert_same_run(one, other):
    assert history(one) == history(other)
    assert (one / "health.csv").read_text() == (other / "health.csv").read_text()
    for first, second in zip(everything(one), everything(other), strict=True):
        np.testing.assert_array_equal(first, second)


def test_train_leaves_the_documented_run_and_names_its_files(run):
    shown = (run / "shown.txt").read_text()
    for name in (
        "history.csv",
        "metrics.json",
        "model.keras",
        "best.keras",
        "curves.png",
        "grid.png",
        "style.png",
    ):
        assert (run / name).stat().st_size > 0 and f"{run}/{name}" in shown
    assert sorted(p.name for p in (run / "samples").iterdir()) == [
        "epoch_0001.png",
        "epoch_0002.png",
    ]
    assert Image.open(run / "samples.gif").n_frames == 2
    config = json.loads((run / "config.json").read_text())
    assert config["format_version"] == 2 and config["options"] == {
        "width": 4,
        "discriminator_width": 4,
    }
    assert [row["epoch"] for row in history(run)] == [
        "1",
        "2",
    ] and "val_loss" in history(run)[0]
    assert "Health: too early to judge" in shown
    assert (
        shown.rstrip().endswith(f"All on one page: {run / 'report.html'}")
        and "\r" not in shown
    )
    lines = [line.split() for line in shown.splitlines()]
    assert [
        cells[0] for cells in lines if cells[-4:] == ["too", "early", "to", "judge"]
    ] == [
        "1/2",
        "2/2",
    ]
    diagnostics = Run.open(run).health
    assert [row["epoch"] for row in diagnostics] == [1, 2]
    assert {
        "diversity",
        "discriminator_accuracy",
        "active_units",
        "generator_gradient_norm",
    } <= set(diagnostics[0])


def test_test_writes_the_numbers_it_prints(run, few_resamples):
    shown = kgen("test", run)
    scores = json.loads((run / "metrics.json").read_text())["evaluation"]["scores"]
    lines = [line.split() for line in shown.splitlines() if line]
    for name in (
        "accuracy",
        "reconstruction_mse",
        "sharpness",
        "evaluation_classifier_accuracy",
    ):
        (cells,) = [
            cells for cells in lines if cells[0] == name and cells[1] in ("↑", "↓", "≈")
        ]
        assert cells[2] == f"{scores[name]['value']:.4g}"
    read = scores["evaluation_classifier_accuracy"]
    assert 0 <= read["value"] <= 1 < 100 * read["real"]
    assert (
        "share of samples that show the class asked for" in " ".join(shown.split())
        and "elbo" not in shown
    )
    assert shown.rstrip().endswith(f"All on one page: {run / 'report.html'}")
    assert f">{read['value']:.4g}<" in (run / "report.html").read_text()
    (cells,) = [
        cells for cells in lines if cells[0] == "evaluation_classifier_accuracy"
    ]
    assert f"{read['judge']:.4g}" in cells
    for name in ("test_reconstructions.png", "test_confusion.png"):
        assert (run / name).exists() and f"{run / name}" in shown


def test_generate_is_repeatable_and_writes_both_kinds(run, tmp_path):
    for name in ("a.npz", "b.npz"):
        kgen(
            "generate",
            run,
            "--label",
            3,
            "--count",
            5,
            "--seed",
            1,
            "--out",
            tmp_path / name,
        )
    first, second = (np.load(tmp_path / name) for name in ("a.npz", "b.npz"))
    np.testing.assert_array_equal(first["x"], second["x"])
    assert first["x"].shape == (5, 8, 8, 1) and first["y"].tolist() == [3] * 5
    kgen("generate", run, "--count", 7, "--out", tmp_path / "all.png")
    assert Image.open(tmp_path / "all.png").size[0] > 100


def test_a_model_without_an_encoder_draws_samples_and_its_last_epoch_is_its_best(
    gan_run, tmp_path
):
    best, last = gan_run / "best.keras", gan_run / "model.keras"
    assert best.read_bytes() == last.read_bytes()
    assert sorted(p.name for p in (gan_run / "samples").iterdir()) == [
        "epoch_0001.png",
        "epoch_0002.png",
    ]
    shown = kgen("test", gan_run)
    assert (
        "sharpness ≈" in shown
        and "reconstruction" not in shown.partition("Left out")[0]
    )
    kgen("generate", gan_run, "--count", 5, "--out", tmp_path / "five.npz")
    assert np.load(tmp_path / "five.npz")["x"].shape == (5, 8, 8, 1)


def test_learning_rates_are_set_player_by_player_and_kept(gan_run, tmp_path):
    optimizers = Run.open(gan_run).model().optimizers
    found = {
        player: float(optimizer.learning_rate)
        for player, optimizer in optimizers.items()
    }
    assert found == pytest.approx({"discriminator": 1e-5, "generator": 3e-3})
    shown = kgen(
        "train", "--resume", gan_run, "--epochs", 3, "--learning-rate", "1e-3", code=2
    )
    assert "only --epochs may grow" in shown
    for wrong in ("0", "generator=-1", "nan", "inf"):
        assert f"'{wrong}' is not [PLAYER=]RATE with a number" in kgen(
            *SMALL_GAN, "--learning-rate", wrong, code=2
        )
    assert "'fast' is not a valid float" in kgen(
        *SMALL_GAN, "--learning-rate", "generator=fast", code=2
    )
    critic = ("--learning-rate", "critic=1e-4")
    shown = kgen(*SMALL_GAN, *critic, "--run", tmp_path / "other", code=1)
    assert (
        "GAN has no player 'critic', but discriminator, generator" in shown
        and not (tmp_path / "other").exists()
    )


@pytest.mark.parametrize(
    ("rates", "said", "code"),
    [
        ({"all": 0}, "learning rate of all=0 is not a finite number above 0", 1),
        (1e-3, "learning_rates=0.001 is not a dict of names and values", 2),
    ],
)
def test_rates_of_a_config_are_checked_like_those_of_the_command_line(
    rates, said, code, tmp_path
):
    file = tmp_path / "config.json"
    file.write_text(
        json.dumps({"model": "vae", "dataset": "digits", "learning_rates": rates})
    )
    assert said in kgen("train", "--config", file, "--run", tmp_path / "run", code=code)
    assert not (tmp_path / "run").exists()


def test_config_starts_a_run_like_another(run, tmp_path):
    kgen("train", "--config", run / "config.json", "--run", tmp_path / "again")
    assert_same_run(run, tmp_path / "again")


def killed_after(path, rows, number, *arguments):
    """Starts a training and sends it a signal once its history has so many rows."""

    def listen():  # a test run in the background hands down an ignored Ctrl-C
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command(*arguments), preexec_fn=listen, **pipes)
    deadline = time.monotonic() + 240
    while process.poll() is None and time.monotonic() < deadline:
        if (path / "history.csv").exists() and len(history(path)) >= rows:
            process.send_signal(number)
            break
        time.sleep(0.02)
    return process.communicate(timeout=120)[0], process.returncode


def test_killed_and_resumed_equals_not_having_stopped(tmp_path):
    small = ["--batch-size", 256, "--set", "width=4", "--seed", 5]
    options = ["train", "cvae", *DIGITS, "--epochs", 6, *small]
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    kgen(*options, "--run", straight)
    killed_after(killed, 3, signal.SIGKILL, *options, "--run", killed)
    assert 3 <= len(history(killed)) < 6
    kgen("train", "--resume", killed)
    assert_same_run(straight, killed)


def test_interrupt_saves_and_prints_the_command_that_continues(tmp_path):
    path = tmp_path / "run"
    options = [
        "train",
        "vae",
        *DIGITS,
        "--epochs",
        500,
        "--batch-size",
        256,
        "--set",
        "width=4",
    ]
    shown, code = killed_after(path, 2, signal.SIGINT, *options, "--run", path)
    assert (
        code == 130
        and f"kgen train --resume {path}" in shown
        and "Traceback" not in shown
    )
    assert int(Run.open(path).model().epochs_trained) == len(history(path))
    assert (path / "curves.png").exists()


def test_resume_takes_more_epochs_and_nothing_else(run, tmp_path):
    for changed in (
        ["--seed", 3],
        ["--latent-dim", 8],
        ["--set", "beta=2"],
        ["--dataset", "mnist"],
        ["vae"],
    ):
        shown = kgen("train", *changed, "--resume", run, code=2)
        assert "only --epochs may grow" in shown
    assert "can only grow" in kgen("train", "--resume", run, "--epochs", 1, code=1)


def test_resume_finds_nothing_left_to_do_or_something_missing(run, tmp_path):
    assert "has finished its 2 epochs. Give more of them" in kgen(
        "train", "--resume", run, code=1
    )
    copy = shutil.copytree(run, tmp_path / "copy")
    (copy / "history.csv").unlink()
    shown = kgen("train", "--resume", copy, "--epochs", 3, code=1)
    assert "history.csv holds 0 of the 2 epochs" in shown
    (copy / "config.json").write_text("{")
    assert "config.json cannot be read as JSON" in kgen("test", copy, code=1)


def test_a_report_that_failed_is_written_by_the_next_resume(vae_run, tmp_path):
    copy = shutil.copytree(vae_run, tmp_path / "copy")
    more = ["train", "--resume", copy, "--epochs", 2, "--eager"]
    with mock.patch(
        "kgen.experiments.training.write_report",
        side_effect=OSError("No space left on device"),
    ):
        assert "No space left" in kgen(*more, code=1)
    kgen(*more)
    assert (
        json.loads((copy / "metrics.json").read_text())["epoch"] == 2
        and (copy / "samples.gif").exists()
    )


def test_other_data_under_the_old_name_are_refused(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (2, 60, 8, 8), dtype="uint8")
    y = np.arange(60) % 2
    small = ("--epochs", 1, "--batch-size", 16, "--set", "width=4")
    np.savez(tmp_path / "cells.npz", x=x[0], y=y)
    kgen(
        "train",
        "vae",
        "--dataset",
        "npz:cells.npz",
        *small,
        "--run",
        "run",
        cwd=tmp_path,
    )
    np.savez(tmp_path / "cells.npz", x=x[1], y=y)
    assert "not the data that run was trained on" in kgen(
        "test", "run", code=1, cwd=tmp_path
    )


def test_a_config_of_another_kind_is_refused(tmp_path):
    for text, message in (
        (
            '{"batchsize": 7}',
            "config.json: unknown key 'batchsize'. Did you mean batch_size",
        ),
        (
            '{"modell": "vae", "dataset": "digits"}',
            "unknown key 'modell'. Did you mean model",
        ),
        (
            '{"model": "vae", "dataset": "digits", "epochs": "many"}',
            "epochs='many' is not a whole number",
        ),
        ("[1]", "is not a JSON object"),
    ):
        (tmp_path / "config.json").write_text(text)
        assert message in kgen("train", "--config", tmp_path / "config.json", code=2)


def test_precision_belongs_to_the_run(tmp_path):
    path = tmp_path / "run"
    small = ("--batch-size", 256, "--set", "width=4", "--precision", "bfloat16")
    kgen("train", "vae", "--dataset", "digits", "--epochs", 1, *small, "--run", path)
    assert Run.open(path).model().encoder.layers[-1].compute_dtype == "float32"
    assert Run.open(path).model().encoder.layers[1].compute_dtype == "bfloat16"
    assert "precision=float32 differs from bfloat16" in kgen(
        "train", "--resume", path, "--epochs", 2, "--precision", "float32", code=2
    )


@pytest.mark.slow
def test_a_run_of_two_devices_goes_on_with_one(tmp_path):
    small = ["--batch-size", 256, "--set", "width=4", "--devices", 2]
    kgen_process(
        "train", "cvae", *DIGITS, "--epochs", 1, *small, "--run", tmp_path / "run"
    )
    kgen_process("train", "--resume", tmp_path / "run", "--epochs", 2)
    assert [row["epoch"] for row in history(tmp_path / "run")] == ["1", "2"]


@contextlib.contextmanager
def full_disk():
    """No file may grow beyond 30,000 bytes meanwhile; Python itself ignores the signal of it."""
    room, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))


def test_a_full_disk_keeps_the_last_good_epoch(vae_run, tmp_path):
    path = shutil.copytree(vae_run, tmp_path / "run")
    before = (path / "model.keras").read_bytes()
    with full_disk():
        shown = kgen("train", "--resume", path, "--epochs", 2, code=1)
    assert "Error:" in shown and (path / "model.keras").read_bytes() == before
    kgen("train", "--resume", path, "--epochs", 2)
    assert len(history(path)) == 2


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["train", "cvae-gan", "--dataset", "digits"], "Did you mean cvae-cgan", 1),
        (["train", "vae", "--dataset", "digit"], "Did you mean digits", 1),
        (
            ["train", "vae", *DIGITS, "--set", "betta=1"],
            "vae has no option 'betta'. Did you mean beta",
            1,
        ),
        (["train", "vae", *DIGITS, "--set", "beta"], "is not NAME=VALUE", 2),
        (
            ["train", "vae", *DIGITS, "--set", "beta=-1"],
            "beta=-1 is not a number in",
            1,
        ),
        (
            ["train", "vae", *DIGITS, "--devices", "3"],
            "batch_size=128 cannot be divided among 3",
            1,
        ),
        (
            ["train", "vae", *DIGITS, "--processes", "2", "--process-id", "0"],
            "go together",
            2,
        ),
        (
            [
                "train",
                "vae",
                *DIGITS,
                "--processes",
                "2",
                "--process-id",
                "2",
                "--coordinator",
                "here:1",
            ],
            "process_id=2 is not one of the processes 0 to 1",
            1,
        ),
        (
            [
                "train",
                "vae",
                *DIGITS,
                "--processes",
                "2",
                "--process-id",
                "0",
                "--coordinator",
                "here",
            ],
            "coordinator='here' is not HOST:PORT",
            1,
        ),
        (
            [
                "train",
                "vae",
                *DIGITS,
                "--processes",
                "2",
                "--process-id",
                "0",
                "--coordinator",
                "here:1",
            ],
            "processes=2 needs JAX",
            1,
        ),
        (
            ["train", "vae", *DIGITS, "--steps-per-execution", "50"],
            "times steps_per_execution=50 is larger than",
            1,
        ),
        (
            ["train", "vae", *DIGITS, "--batch-size", "5000"],
            "larger than the 1,212 training values",
            1,
        ),
        (["train", "vae"], "--dataset NAME", 2),
        (["train"], "a MODEL", 2),
        (["test", "nowhere"], "not a run directory", 1),
    ],
)
def test_bad_input_is_one_clear_message(arguments, message, code, tmp_path):
    assert message in kgen(*arguments, code=code, cwd=tmp_path)


def test_a_run_directory_in_use_or_in_the_way_is_refused(run, tmp_path):
    train = ["train", "vae", *DIGITS, "--run"]
    assert (
        f"{run} exists and is not empty. Choose another directory, or resume it"
        in kgen(*train, run, code=1)
    )
    (tmp_path / "file").write_text("")
    assert "Choose another directory" in kgen(*train, tmp_path / "file", code=1)


def test_a_directory_that_cannot_be_written_is_refused():
    shown = kgen("train", "vae", "--dataset", "digits", "--run", "/proc/kgen", code=1)
    assert "/proc/kgen cannot be written" in shown


def test_a_damaged_or_foreign_model_is_named(run, tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    (path / "config.json").write_text((run / "config.json").read_text())
    assert "no epoch of this run was finished" in kgen("test", path, code=1)
    (path / "model.keras").write_bytes((run / "model.keras").read_bytes()[:5000])
    (path / "best.keras").write_bytes((run / "best.keras").read_bytes())
    assert "best.keras of the same run may be sound" in kgen("test", path, code=1)
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps({**config, "model": "vae"}))
    (path / "model.keras").write_bytes((run / "model.keras").read_bytes())
    assert "holds a CVAECGAN, but config.json says VAE" in kgen(
        "generate", path, code=1
    )
    (path / "config.json").write_text(json.dumps({**config, "format_version": 9}))
    assert "format_version 9" in kgen("test", path, code=1)


def test_generate_refuses_what_it_cannot_draw(run, tmp_path):
    assert "the classes are 0 to 9" in kgen("generate", run, "--label", 10, code=1)
    assert "should end in .png" in kgen(
        "generate", run, "--out", tmp_path / "a.jpg", code=2
    )


def test_lists_name_every_model_and_data_set():
    assert all(name in kgen("models") for name in MODELS)
    assert all(
        name in kgen("datasets")
        for name in ("digits", "mnist", "tfds:NAME", "npz:FILE", "folder:DIR")
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_told_with_all_its_options(name):
    shown = kgen("models", name)
    assert shown.startswith(inspect.getdoc(MODELS[name].load()).splitlines()[0])
    told = dict(
        line.split() for line in shown.partition("suits the data):\n")[2].splitlines()
    )
    options = options_of(MODELS[name].load())
    assert told == {
        option: "–" if value is None else str(value)
        for option, value in options.items()
    }

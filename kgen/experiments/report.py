from kgen import plots, tasks
from kgen.tasks.faults import faults_so_far

LAST_OF_REPORT = "samples.gif"
MOST_FRAMES = 100


def write_report(run, model, dataset):
    """Draws what a run reached and writes its last numbers; every file is named in ``files``."""
    history, config = run.history[: model.epochs_trained], run.config
    title = f"{config.model} on {config.dataset}, {len(history)} epochs"
    applying = tasks.applying(model, dataset)
    _remove_tested(run)
    run.write_json("metrics.json", history[-1])
    run.save_figure(plots.curves(history, title, _signs(run, history)), "curves.png")
    for task in applying:
        for name, figure in task.figures(model, dataset).items():
            run.save_figure(figure, name)
    _write_film(run)


def _remove_tested(run):
    # Pictures of an earlier test are of an earlier model.
    for task in tasks.every():
        for name in task.files:
            (run.path / name).unlink(missing_ok=True)


def _write_film(run):
    pictures = sorted((run.path / "samples").glob("epoch_*.png"))
    shown = pictures[:: max(1, len(pictures) // MOST_FRAMES)] or [run.path / "curves.png"]
    with run.writing(LAST_OF_REPORT) as temporary:
        plots.animate(shown, temporary)


def _signs(run, history):
    # With the names of the faults that each epoch showed; a run of the first versions has signs of no or few epochs.
    rows = [row for row in run.health if row["epoch"] <= len(history)]
    return list(zip(rows, faults_so_far(rows), strict=True))


def files():
    """What each file of a run shows."""
    drawn = {name: meaning for task in tasks.every() for name, meaning in task.files.items()}
    return {**FILES, **drawn, **FILMS}


FILES = {
    "config.json": "what was asked for; rebuilds the run",
    "environment.json": "the versions it ran with",
    "history.csv": "every scalar of every epoch",
    "health.csv": "signs of how well the training goes: gradients, and of a game its balance and diversity",
    "metrics.json": "the last epoch's numbers, and those of kgen test and kgen evaluate",
    "model.keras": "the model after the last epoch, with its optimizers",
    "best.keras": "the model of the epoch with the best validation loss; of a GAN, the last",
    "curves.png": "every scalar over the epochs, and the signs of health",
}
FILMS = {
    "samples.gif": "what there is to see of the model over the epochs",
    "samples": "the same as pictures, one an epoch",
}

"""What the files of a run are."""

from kgen import tasks

PAGE = "report.html"
FILES = {
    PAGE: "pictures, numbers and configuration on one page, to open in a browser",
    "config.json": "what was asked for; rebuilds the run",
    "environment.json": "the versions it ran with",
    "history.csv": "every scalar of every epoch",
    "health.csv": "signs of how well the training goes: gradients, and of a game its balance and diversity",
    "metrics.json": "the last epoch's numbers, and those of kgen test and kgen evaluate",
    "model.keras": "the model after the last epoch, with its optimizers",
    "best.keras": "the model of the epoch with the best validation loss; of a GAN, the last",
    "curves.png": "every scalar over the epochs, what belongs together in a panel, and the signs of health",
}
FILMS = {
    "samples.gif": "what there is to see of the model over the epochs",
    "samples": "the same as pictures, one an epoch",
}


def files():
    """What each file of a run shows."""
    drawn = {name: meaning for task in tasks.every() for name, meaning in task.files.items()}
    return {**FILES, **drawn, **FILMS}


def present(run):
    """The same of the files that a run has."""
    return {name: meaning for name, meaning in files().items() if (run.path / name).exists()}

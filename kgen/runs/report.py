import numpy as np

from kgen import latent, plots
from kgen.runs.faults import faults_so_far

LAST_OF_REPORT = "samples.gif"


def write_report(run, model, dataset):
    """Draws what a run reached and writes its last numbers; every file is named in ``FILES``."""
    history, config = run.history[: model.epochs_trained], run.config
    title = f"{config['model']} on {config['dataset']}, {len(history)} epochs"
    # Of an earlier test, and so of an earlier model.
    (run.path / "test_reconstructions.png").unlink(missing_ok=True)
    run.write_json("metrics.json", history[-1])
    run.save_figure(plots.curves(history, title, _signs(run, history)), "curves.png")
    columns = np.arange(min(10, len(dataset.class_names)))
    names = [dataset.class_names[column] for column in columns] if model.num_classes else ()
    x = model.fields["x"]
    samples = latent.class_samples(model, 10, seed=1, classes=columns)
    title = "a class a column, one z a row" if model.num_classes else "samples"
    run.save_figure(plots.grid(samples, title, names, field=x), "grid.png")
    if model.num_classes:
        styles = np.swapaxes(latent.class_samples(model, 10, seed=2, classes=columns), 0, 1)
        run.save_figure(plots.grid(styles, "a style (z) a column", rows=names, field=x), "style.png")
    pictures = sorted((run.path / "samples").glob("epoch_*.png"))
    with run.writing(LAST_OF_REPORT) as temporary:
        plots.animate(pictures[:: max(1, len(pictures) // 100)] or [run.path / "grid.png"], temporary)


def _signs(run, history):
    # With the names of the faults that each epoch showed; a run of the first versions has signs of no or few epochs.
    rows = [row for row in run.health if row["epoch"] <= len(history)]
    return list(zip(rows, faults_so_far(rows), strict=True))


FILES = {
    "config.json": "what was asked for; rebuilds the run",
    "environment.json": "the versions it ran with",
    "history.csv": "every scalar of every epoch",
    "health.csv": "signs of how well the training goes: gradients, and of a game its balance and diversity",
    "metrics.json": "the last epoch's numbers, and those of kgen test",
    "model.keras": "the model after the last epoch, with its optimizers",
    "best.keras": "the model of the epoch with the best validation loss; of a GAN, the last",
    "curves.png": "every scalar over the epochs, and the signs of health",
    "grid.png": "samples; with labels, a class a column",
    "style.png": "samples, a style a column, a class a row",
    "samples.gif": "samples, and reconstructions if it makes any, over the epochs",
    "samples": "the same as pictures, one an epoch",
    "test_reconstructions.png": "test values over their reconstructions",
}

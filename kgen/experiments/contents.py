"""What the files of a run are."""

from typing import TYPE_CHECKING

from kgen import tasks

if TYPE_CHECKING:
    from kgen.runs.run import Run

PAGE, LATENT, EXPLANATIONS = "report.html", "latent", "explanations"
FILES = {
    PAGE: "pictures, numbers and configuration on one page, to open in a browser",
    "config.json": "what was asked for; rebuilds the run",
    "environment.json": "the versions it ran with",
    "history.csv": "every scalar of every epoch",
    "health.csv": "diagnostics of the training: gradients, and of a game its balance and diversity",
    "metrics.json": "the last epoch's numbers, and those of kgen test and kgen evaluate",
    "card.md": "the model card: data, split, numbers with intervals, limits",
    "card.json": "the same for programs",
    "model.keras": "the model after the last epoch, with its optimizers",
    "best.keras": "the model of the epoch with the best validation loss; of a GAN, the last",
    "curves.png": "every scalar over the epochs, what belongs together in a panel, "
    "and the diagnostics",
}
FILMS = {
    "samples.gif": "what there is to see of the model over the epochs",
    "samples": "the same as pictures, at most 60",
}
LATENT_FILES = {  # in the folder; those of tiles, vectors and vessels come last
    "samples.png": "values decoded from the prior",
    "manifold.png": "two units run through the prior's quantiles, the others stay at 0",
    "traversals.png": "one unit runs a row, from -3 to 3, the most active first",
    "traversals.gif": "the same as a film, all units at once",
    "styles.png": "one style per row through all classes",
    "reconstructions.png": "test values, and what is decoded from their latents",
    "walks.png": "from one test value to another, on a straight line and on an arc",
    "walk_map.png": "the same ways among the latents of the test values",
    "concepts.png": "test values moved along each concept, and along a random direction",
    "map_pca.png": "the latents on a plane by PCA, in colours of classes where there are any",
    "map_tsne.png": "the same by t-SNE, which keeps neighbours together",
    "map_umap.png": "the same by UMAP",
    "map_values.png": "test values where their latents lie",
    "real_and_drawn.png": "latents of test values and of samples on one plane",
    "outliers.png": "test values whose latents lie farthest from their class",
    "sample_walks.png": "from one sample to another, on an arc",
    "inversions.png": "samples and test values, and the nearest that the generator can draw",
    "numbers.json": "the numbers",
    "interpolation.png": "lines between two tiles, within a section and between sections",
    "places_pca.png": "the latents on a plane by image, by place and by type of island if known",
    "places_umap.png": "the same by UMAP, by place",
    "section.png": "a whole section, its reconstruction, their difference",
    "section_reconstructed.png": "the reconstruction in full size",
    "clusters.png": "tiles of each cluster of the latents",
    "covariates_tsne.png": "latents and values on planes by t-SNE, in colours of covariates",
    "covariates_umap.png": "the same by UMAP, a covariate a picture",
    "heat_map.png": "latents, clustered, under bars of the covariates",
    "features.png": "how well the features that tell most tell each level of a covariate",
    "features.csv": "the same of every feature, with p-values times the number of features",
    "genes.csv": "the columns beyond 2.5 standard deviations of the weights of each feature",
    "gene_sets.csv": "sets of genes among these, with p-values of Benjamini and Hochberg",
    "arithmetic.png": "which columns move where the mean latent vector of one group gives way "
    "to that of another",
    "arithmetic.csv": "the same as a table",
    "profiles.csv": "the values that belong to a feature as it runs from -3 to 3",
    "columns.png": "how much of the variance of each column reconstructions hold",
    "columns.csv": "the same as a table",
    "vessel_walks.png": "from one test vessel to another, through the latents nearest to both",
    "vessel_walks.gif": "the same as a film",
    "attributes.png": "a vessel moved along length, tortuosity, curvature, radius and narrowing",
    "attributes.csv": "how well the latents tell each of them, and how far a step moves it",
}

EXPLANATION_FILES = {
    "comparison.png": "what within values speaks for the model's answer, by several methods",
    "curves.png": "the answer while the points that a map gives most are taken away, or put in",
    "cascades.png": "how alike maps stay while the network forgets layer by layer what it learnt",
    "maps.npz": "the explained values x, and the maps of each method",
    "numbers.json": "the numbers",
}


def files() -> dict[str, str]:
    """What each file of a run shows."""
    drawn: dict[str, str] = {}
    for task in tasks.every():
        drawn |= task.files
    return {**FILES, **drawn, **FILMS, **in_folders()}


def in_folders() -> dict[str, str]:
    """The files in folders of a run, with what each shows: the model at the time of writing."""
    folders = {LATENT: LATENT_FILES, EXPLANATIONS: EXPLANATION_FILES}
    found: dict[str, str] = {}
    for folder, own in folders.items():
        for name, meaning in own.items():
            found[f"{folder}/{name}"] = meaning
    return found


def present(run: "Run") -> dict[str, str]:
    """The files that a run has, with what each shows."""
    found = {}
    for name, meaning in files().items():
        if (run.path / name).exists():
            found[name] = meaning
    return found

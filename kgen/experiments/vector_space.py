"""The latent space of a run on vectors with named numbers, such as genes."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import r2_score

from kgen import latent, plots
from kgen.checks import few
from kgen.data.expression.gene_sets import read_gmt
from kgen.experiments.contents import LATENT
from kgen.experiments.latent_space import COUNT, STEPS, LatentSpace
from kgen.names import numbered, without
from kgen.runs.run import Run
from kgen.tasks.study import some
from kgen.types import Location

MOST_LEVELS, SHOWN_COVARIATES, FEATURES = 20, 4, 12
COMPONENTS = 50  # principal components of raw values, before neighbours are searched
WEIGHED = 200  # training latents, around which the decoder is almost linear
MASKED = 0.1  # share of the numbers that are masked and imputed
ALIKE = 0.05  # corrected p below which a feature counts as separating a group


class VectorSpace(LatentSpace):
    """The meaning of a model's latents of vectors: groups, features, and the columns behind them.

    A feature is a latent variable. Covariates are the classes, and the facts of the data that have
    2 to 20 levels.

    Args:
        run: ``kgen.runs.run.Run`` of a model that generates.
        count: int, test values that are encoded, drawn at random.
        sets: path of a GMT file of sets of columns, or ``None``.

    Raises:
        ValueError: if the model does not generate, or the sets have no column of the data.

    Example:
        >>> from kgen.runs.run import Run
        >>> space = VectorSpace(Run.open("runs/tissues"), sets="tissues/modules.gmt")
        >>> space.heat_map()  # one of the pictures; space.write() draws all
    """

    def __init__(self, run: Run, count: int = COUNT, sets: Location | None = None):
        super().__init__(run, count)
        self.names = self.field.names
        self.sets = None if sets is None else read_gmt(sets, self.names)
        self.trained = some(self.data.train, count)
        self.covariates = self._covariates(self.test)

    def maps_by_covariate(self) -> None:
        """The latents and the values themselves in two dimensions, by covariate."""
        groups = dict([*self.covariates.items()][:SHOWN_COVARIATES]) or {
            "split": self._names
        }
        values = self.field.scaled(self.test["x"])
        components = min(COMPONENTS, *values.shape)
        raw = PCA(components, random_state=0).fit_transform(values)
        for name, projection in latent.PROJECTIONS.items():
            if name == "pca" or (points := self._found(name)) is None:
                continue
            planes = {
                f"{name} of latents": points,
                f"{name} of values": projection(raw),
            }
            self._save(plots.map_grid(planes, groups), f"covariates_{name}")

    def heat_map(self) -> None:
        """The latents of each value, clustered, under bars of the covariates."""
        names = numbered("feature ", range(self.latents.shape[1]))
        title = "latents, clustered; one value per column"
        self._save(
            plots.clustered(self.latents, self.covariates, names, title), "heat_map"
        )

    def features(self) -> dict[str, float]:
        """How well each feature separates each level of a covariate from the other levels."""
        found, rows, best, telling = {}, [], {}, set()
        for key in self._covariates_and_levels():
            found[key] = one = latent.telling(
                self.latents, self.covariates[key[0]] == key[1]
            )
            rows += _rows_of(key[0], key[1], one)
            best[f"auroc_of_{' '.join(key)}"] = float(_sided(one.auroc).max())
            telling |= {*np.flatnonzero(one.corrected < ALIKE)}
        self.run.write_rows(f"{LATENT}/features.csv", rows)
        self._save(self._telling_map(found), "features")
        return {**best, "features_that_tell_a_covariate": len(telling)}

    def genes(self) -> dict[str, int]:
        """The columns of the largest weights in each feature, and the given sets that hold them."""
        weights = self._weights
        tails, rows = list(_tails_of(weights)), []
        for unit, tail, places in tails:
            key = {"feature": unit, "tail": tail}
            for place in places:
                weight = float(weights[unit, place])
                rows.append({**key, "column": self.names[place], "weight": weight})
        empty = dict.fromkeys(("feature", "tail", "column", "weight"))
        self.run.write_rows(f"{LATENT}/genes.csv", rows or [empty])
        return {
            "columns_in_tails": len(rows),
            **(self._enriched(tails) if self.sets else {}),
        }

    def arithmetic(self) -> dict[str, float]:
        """How columns change if one group's mean latent is subtracted and another's added."""
        panels, rows, numbers = {}, [], {}
        trained = self.model.latents(
            self.trained["x"], self.model.asked(self.trained.labels)
        )
        for covariate, groups in self._covariates(self.trained).items():
            first, second = _two_largest(groups)
            if not (self.covariates.get(covariate, groups[:0]) == first).any():
                continue
            told, seen = self._moved(trained, covariate, groups, first, second)
            panels[f"{covariate}: {first} to {second}"] = seen, told
            key = {"covariate": covariate, "from": first, "to": second}
            for name, *pair in zip(
                self.names, told.tolist(), seen.tolist(), strict=True
            ):
                rows.append(
                    {**key, "column": name, "change": pair[0], "difference": pair[1]}
                )
            numbers[f"change_correlation_of_{covariate}"] = float(
                np.corrcoef(told, seen)[0, 1]
            )
        if not panels:
            print(
                "No arithmetic: no two levels are frequent in both splits.", flush=True
            )
            return {}
        self.run.write_rows(f"{LATENT}/arithmetic.csv", rows)
        self._save(plots.changes(panels, self.names), "arithmetic")
        return numbers

    def profiles(self) -> None:
        """A table of the decoded values while one feature varies and the others stay fixed."""
        start, label = next(self._starts())
        units = self.units[:FEATURES]
        values = self._decoded(latent.traversals(start, units, steps=STEPS), label)
        rows = []
        places = np.linspace(-3.0, 3.0, STEPS).tolist()
        for unit, run in zip(units, values, strict=True):
            for place, row in zip(places, run.tolist(), strict=True):
                columns = dict(zip(self.names, row, strict=True))
                rows.append({"feature": int(unit), "place": place, **columns})
        self.run.write_rows(f"{LATENT}/profiles.csv", rows)

    def reconstruction_by_column(self) -> dict[str, float]:
        """The share of each column's variance in test values that reconstructions explain."""
        again = self.model.reconstruct(self.test["x"], self._asked(slice(None)))
        shares = r2_score(self.test["x"], again, multioutput="raw_values")
        pairs = zip(self.names, shares.tolist(), strict=True)
        rows = [{"column": name, "r_squared": share} for name, share in pairs]
        self.run.write_rows(f"{LATENT}/columns.csv", rows)
        figure = plots.spread(
            shares.clip(-1.0),
            "reconstruction of test values, a column each",
            "R², at least −1",
        )
        self._save(figure, "columns")
        return {"median_r_squared_of_columns": float(np.median(shares))}

    def imputation(self) -> dict[str, float]:
        """The error of imputed numbers of test values, beside that of the training mean."""
        values = self.test["x"]
        missing = np.random.default_rng(0).random(values.shape) < MASKED
        means = np.broadcast_to(self.data.train["x"].mean(axis=0), values.shape)
        filled = latent.imputed(
            self.model,
            np.where(missing, means, values),
            missing,
            self._asked(slice(None)),
        )

        def error(found):
            apart = self.field.scaled(found) - self.field.scaled(values)
            return float(np.sqrt(np.mean(apart[missing] ** 2)))

        return {
            "imputation_error": error(filled),
            "imputation_error_of_the_mean": error(means),
        }

    # ---- pieces ----------------------------------------------------------------------------------

    def _parts(self):
        yield from super()._parts()
        if not self.encodes:
            return
        yield from (self.maps_by_covariate, self.heat_map)
        if self.covariates:
            yield from (self.features, self.arithmetic)
        yield from (
            self.genes,
            self.profiles,
            self.reconstruction_by_column,
            self.imputation,
        )

    def _covariates(self, split):
        """The groups of each covariate by name; prints covariates of one or too many levels."""
        told = {}
        if split.labels is not None:
            told["class"] = np.array(self.data.class_names)[split.labels]
        for name, values in split.facts.items():
            told[name] = np.asarray(values).astype(str)
        kept = {name: groups for name, groups in told.items() if _is_covariate(groups)}
        lacking = without(told, kept)
        if lacking:
            print(
                f"No covariates, of one level or of more than {MOST_LEVELS}: {few(lacking)}.",
                flush=True,
            )
        return kept

    @property
    def _weights(self):
        part = some(self.data.train, WEIGHED)
        labels = self.model.asked(part.labels)
        return latent.decoder_weights(
            self.model, self.model.latents(part["x"], labels), labels
        )

    def _moved(self, trained, covariate, groups, first, second):
        """The mean change of the first group's test values, and the groups' gap in training."""
        shift = latent.shift_between(trained, groups, first, second)
        here = self.covariates[covariate] == first
        told = latent.moved(
            self.model, self.latents[here], shift, self._asked(here)
        ).mean(axis=0)
        x = self.trained["x"]
        gap = x[groups == second].mean(axis=0) - x[groups == first].mean(axis=0)
        return told, gap

    def _telling_map(self, found):
        """A heat map of AUROC: groups as rows, the features that separate them best as columns."""
        table = np.stack([one.auroc for one in found.values()])
        best = _best_of_each(_sided(table))[:FEATURES]
        rows = list(map(" ".join, found))
        title = "AUROC of a feature for a group against all others"
        return plots.heat_map(
            rows,
            list(map(str, best)),
            table[:, best].round(2),
            ("", "feature"),
            title,
        )

    def _enriched(self, tails):
        """Writes the sets over-represented in each tail; returns how many features have one."""
        rows = []
        for unit, tail, places in tails:
            chosen = [self.names[place] for place in places]
            found = latent.enriched(chosen, self.sets, self.names)
            for one in found:
                rows.append(_row(unit, tail, one))
        self.run.write_rows(f"{LATENT}/gene_sets.csv", rows)
        holding = {row["feature"] for row in rows if row["adjusted_p"] < ALIKE}
        return {"features_with_a_gene_set": len(holding)}

    def _covariates_and_levels(self):
        for covariate, groups in self.covariates.items():
            for level in _levels(groups):
                yield covariate, level


def _is_covariate(groups):
    return len(_levels(groups)) >= 2 and len(np.unique(groups)) <= MOST_LEVELS


def _levels(groups):
    """The levels that are frequent enough to be separated, without the unnamed one."""
    levels, counts = np.unique(groups, return_counts=True)
    enough = (counts >= latent.FEWEST) & (len(groups) - counts >= latent.FEWEST)
    return [str(level) for level in levels[enough] if level]


def _tails_of(weights):
    """Yields each feature, the name of a tail of its weights, and the columns there."""
    for unit, row in enumerate(weights):
        high, low = latent.tails(row)
        yield unit, "high", high
        yield unit, "low", low


def _two_largest(groups):
    levels, counts = np.unique(groups[groups != ""], return_counts=True)
    first, second = levels[np.sort(np.argsort(-counts, kind="stable")[:2])]
    return str(first), str(second)


def _sided(auroc):
    """AUROC of the better side: a feature that is low in a group separates it too."""
    return np.maximum(auroc, 1.0 - auroc)


def _best_of_each(table):
    """The column indices of a table: the best of each row, then the second best, and so on."""
    order = np.argsort(-table, axis=1, kind="stable")
    return list(dict.fromkeys(order.T.ravel().tolist()))


def _rows_of(covariate, level, one):
    columns = zip(one.auroc, one.p, one.corrected, strict=True)
    for unit, (auroc, p, corrected) in enumerate(columns):
        yield {
            "covariate": covariate, "level": level, "feature": unit,
            "auroc": float(auroc), "p": float(p), "corrected_p": float(corrected),
        }  # fmt: skip


def _row(unit, tail, one):
    return {
        "feature": unit, "tail": tail, "set": one.name, "size": one.size, "found": one.found,
        "expected": round(one.expected, 4), "p": one.p, "adjusted_p": one.adjusted,
        "genes": " ".join(one.genes),
    }  # fmt: skip

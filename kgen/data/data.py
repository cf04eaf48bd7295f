import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, cast

import numpy as np

from kgen import checks
from kgen.data.ages import AGE, brackets_of, of_ages
from kgen.data.anomalies import marked
from kgen.data.columns_kept import with_most_varying, without_constant
from kgen.data.counts import counts_told
from kgen.data.dividing import TEST, VALIDATION, parts_of, parts_of_domains, told
from kgen.data.faults import LEAST_OF_A_CLASS, check_none
from kgen.data.fold import Fold
from kgen.data.masks import check_masks, check_trained
from kgen.data.shares import USUAL, Shares
from kgen.data.split import Split, binary
from kgen.data.subjects import SUBJECT, told_apart
from kgen.data.unpaired import UnpairedSplit
from kgen.fields import Field, Image, Label
from kgen.names import mapped, selected, told_by_name, without
from kgen.types import Array, Arrays, Shape

LEAST = 5  # values that can be divided into three splits
BINARISATIONS = "none", "static", "dynamic"


@dataclass(frozen=True)
class Data:
    """Named fields in three splits; the test split is never seen in training.

    Args:
        name: str, as given to ``kgen.data.load``.
        train: ``Split``, or ``UnpairedSplit``.
        validation: the same, taken from the training values.
        test: the same; the official test values if there are any.
        notes: tuple of str, what was done to the values; shown before a training.
        factor_names: tuple of str, one per column of the fact ``factors``.
        drawn: how pixels were drawn as 0 or 1, as in ``binarised``.
        spacing: tuple of floats > 0, millimetres per pixel along each axis of x, if known.
        anatomy: str, what the images show, such as ``brain``, if the user or the file says it.

    Example:
        >>> from kgen.fields import Vector
        >>> table = np.random.default_rng(0).random((100, 5))
        >>> dataset = Data.from_arrays("mine", {"x": table}, {"x": Vector.of(table, "x")})
        >>> len(dataset.train), len(dataset.validation), len(dataset.test)
        (76, 9, 15)
    """

    name: str
    train: Split | UnpairedSplit
    validation: Split | UnpairedSplit
    test: Split | UnpairedSplit
    notes: tuple[str, ...] = ()
    factor_names: tuple[str, ...] = ()
    drawn: str = "none"
    spacing: tuple[float, ...] | None = None
    anatomy: str | None = None

    @classmethod
    def from_arrays(
        cls, name: str, values: Arrays, fields: Mapping[str, Field], test: Arrays | None = None,
        facts: Arrays | None = None, test_facts: Arrays | None = None, notes: Sequence[str] = (),
        in_place: bool = False, drop_constant: bool = False, validation: Arrays | None = None,
        validation_facts: Arrays | None = None, parts: Sequence[Array] | None = None,
        fold: Fold | None = None, most_varying: int | None = None, shares: Shares = USUAL,
    ) -> Self:  # fmt: skip
        """Three splits of stored values, with the fields fitted to the training values alone.

        Validation and test values are taken from ``values`` unless they are given. They are drawn
        at random, with the same proportion of every class. With a fact ``subject``, no subject is
        in two splits. With a fact ``age``, every bracket of ten years is divided in the same
        proportions too.

        Args:
            name: str.
            values: dict from a field's name to an array (n, …).
            fields: dict from the same names to their fields, of ``Field.of``.
            test: dict of arrays like ``values``, kept for the test.
            facts: dict from a name to an array (n, …).
            test_facts: the same of the test values.
            notes: tuple of str.
            in_place: bool, whether the arrays may be reordered, so that no value is copied.
            drop_constant: bool, leaves out the columns of x that have one value in training.
            validation: dict of arrays like ``values``, kept for the validation.
            validation_facts: the same as ``facts`` of the validation values.
            parts: arrays of indices of the training values, and of the validation and the test
                values that are not given; drawn by default.
            fold: ``Fold``, the part of all subjects that is the test; by default ``shares.test``
                of the values, 15 %.
            most_varying: int, the number of columns of x to keep: those with the greatest median
                absolute deviation in training.
            shares: ``Shares``, the test's share of all values, and the validation's of the rest.

        Raises:
            ValueError: for values that a field refuses, arrays of different lengths, too few
                values, ages that cannot be years of people, or classes of masks that training
                lacks or that a single mask of ten or more holds.
        """
        whole = _checked(name, values, facts, fields)
        _check_ages(name, facts, validation_facts, test_facts)
        given = {VALIDATION: (validation, validation_facts), TEST: (test, test_facts)}
        missing = [split for split, (values, _) in given.items() if values is None]
        official = {}
        for split in without(given, missing):
            official[split] = _checked(name, *given[split], fields, f"_{split}")
        check_masks(name, fields, _by_ends(whole, official))
        indices = parts or parts_of(name, whole, missing, fold, shares)
        train, *taken = _cut(whole, indices) if in_place else map(whole.subset, indices)
        kept = {**official, **dict(zip(missing, taken, strict=True))}
        splits: Sequence[Split] = train, kept[VALIDATION], kept[TEST]
        told_of_masks = check_trained(name, fields, splits)
        division = _division_told(name, splits, missing, not parts, fold, shares)
        notes = *notes, *told_of_masks, *division
        if drop_constant:
            fields, splits, notes = without_constant(name, fields, splits, notes)
        if most_varying:
            fields, splits, notes = with_most_varying(
                name, fields, splits, notes, most_varying
            )
        fitted = _fitted(name, fields, splits[0].values)
        train, held, tested = (replace(part, fields=fitted) for part in splits)
        return cls(name, train, held, tested, tuple(notes))

    @classmethod
    def from_domains(
        cls,
        name: str,
        values: Arrays,
        fields: Mapping[str, Field],
        notes: Sequence[str] = (),
        subjects: Arrays | None = None,
        **official: Arrays | None,
    ) -> Self:
        """Three splits of unpaired domains; each is divided on its own, or all by ``subjects``.

        Official splits are ``validation`` and ``test``, dicts of arrays like ``values``.
        """
        missing = [split for split in (VALIDATION, TEST) if official.get(split) is None]
        divided = parts_of_domains(name, subjects, missing) if subjects else {}
        domains = {}
        for field in values:
            kept = mapped(_alone, official, field)
            alone = _alone(values, field), _alone(fields, field)
            domains[field] = cls.from_arrays(
                name, *alone, parts=divided.get(field), **kept
            )
        train = _unpaired(domains, "train")
        held, tested = _unpaired(domains, VALIDATION), _unpaired(domains, TEST)
        alike = next(iter(domains.values())).notes
        return cls(name, train, held, tested, (*notes, *alike))

    @property
    def fields(self) -> Mapping[str, Field]:
        """The field of every name."""
        return self.train.fields

    @property
    def source(self) -> None:
        """The file of large images that tiles are cut from; ``None`` for other data."""
        return None

    @property
    def classes(self) -> Label | None:
        """The field of the labels, or ``None`` if the data set has no classes."""
        field = self.fields.get("y")
        return field if isinstance(field, Label) else None

    @property
    def class_names(self) -> list[str]:
        """The names of the classes; empty if there are none."""
        return self.classes.class_names if self.classes else []

    @property
    def num_classes(self) -> int | None:
        """How many classes there are, or ``None``."""
        return self.classes.num_classes if self.classes else None

    @property
    def image_shape(self) -> Shape:
        """The shape of one value of x."""
        return self.fields["x"].shape

    def binarised(self, kind: str) -> Self:
        """A copy with pixels of 0 and 1; the brightness of a pixel is the probability of 1.

        ``static`` draws the pixels once. ``dynamic`` draws training images anew in every batch;
        validation and test images are still drawn once, so that two evaluations agree.
        """
        if kind not in BINARISATIONS:
            known = ", ".join(BINARISATIONS)
            raise ValueError(
                f"binarisation={kind!r} is not known. Choose one of {known}."
            )
        if kind == "none":
            return self
        self._check_shades(kind)
        # Unpaired splits have no field x, which the check refuses.
        train, held = cast(Split, self.train), cast(Split, self.validation)
        tested = cast(Split, self.test)
        dynamic = binary(replace(train, grey=self.fields["x"]))
        train = dynamic if kind == "dynamic" else train.drawn(0)
        return replace(
            self,
            train=train,
            validation=held.drawn(1),
            test=tested.drawn(2),
            drawn=kind,
        )

    def on_validation(self) -> Self:
        """A copy whose test split is the validation split."""
        return replace(self, test=self.validation)

    def oversampled(self) -> Self:
        """A copy that repeats training values of rare age brackets until all are equally large.

        The statistics of the fields do not change, nor do validation and test.
        """
        brackets = brackets_of(self.train.facts)
        if brackets is None:
            raise ValueError(
                f"oversample=true repeats rare age brackets; {self.name} has no ages. Leave it out."
            )
        groups = [np.flatnonzero(brackets == one) for one in np.unique(brackets)]
        most = max(map(len, groups))
        repeated = [np.resize(rows, most) for rows in groups]
        train = self.train.subset(np.sort(np.concatenate(repeated)))
        note = (
            f"training: each of {len(groups)} age brackets has {checks.counted(most, 'value')}, "
            "rare ones repeated"
        )
        return replace(self, train=train, notes=(*self.notes, note))

    def _check_shades(self, kind):
        x = self.fields.get("x")
        if not isinstance(x, Image) or x.standardised:
            told = f"{x}, which have none" if x else "no field x"
            raise ValueError(
                f"binarisation={kind!r} draws pixels between black and white 0 or 1; {self.name} "
                f"has {told}. Leave it out."
            )

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the training values: equal for equal data, whatever its name."""
        digest = hashlib.sha256()
        signatures = [field.signature for field in self.fields.values()]
        digest.update(" ".join(signatures).encode())
        for name in self.fields:
            array = self.train[name]
            digest.update(f"{array.shape} {array.dtype}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()[:16]

    def __str__(self) -> str:
        sizes = f"{len(self.train):,} train, {len(self.validation):,} validation"
        sizes += f", {len(self.test):,} test"
        head = f"{self.name}: {told_by_name(self.fields)} · {sizes}"
        return "\n".join([head, *self.notes])


def _by_ends(whole, official):
    """The whole and the official splits by what the names of their arrays end with."""
    return {"": whole, **{f"_{split}": part for split, part in official.items()}}


def _division_told(name, splits, missing, drawn, fold, shares):
    """The notes on who is in which split."""
    whole = splits[0]
    ages = AGE in whole.facts
    first = [str(fold)] if fold else []
    if SUBJECT in whole.facts:
        return [*first, told_apart(name, *splits), *counts_told(splits)]
    counts = counts_told(splits) if ages else ()
    division = (
        [told(missing, whole.labels is not None, ages, fold, shares)] if drawn else []
    )
    return [*first, *division, *counts]


def _unpaired(domains, part):
    """One split of all domains."""
    return UnpairedSplit(
        {field: getattr(data, part) for field, data in domains.items()}
    )


def _alone(values, field):
    """The values of one field alone; ``None`` without values."""
    return values and {field: values[field]}


def _cut(split, parts):
    """Cuts a split into its parts, after reordering its arrays in place to make them contiguous."""
    order = np.concatenate(parts)
    ends = np.cumsum([0, *map(len, parts)])
    for values in (*split.values.values(), *split.facts.values()):
        rearrange(values, order)
    return [split.subset(slice(*pair)) for pair in itertools.pairwise(ends)]


def rearrange(values: Array, order: Array) -> None:
    """Puts ``values[order[i]]`` at each i, in place, one value aside at a time."""
    if (order == np.arange(len(order))).all():
        return  # an array that is mapped from a file is not written to
    order = order.tolist()
    for start in range(len(order)):
        if order[start] is None:
            continue
        aside, place = values[start].copy(), start
        while order[place] != start:
            source = order[place]
            values[place], order[place] = values[source], None
            place = source
        values[place], order[place] = aside, None


def _checked(name, values, facts, fields, suffix=""):
    """A split of values that passed every check of their fields."""
    stored, named = {}, {}
    for field in fields:
        part = stored[field] = fields[field].stored(values[field])
        fields[field].check(part, f"{name}: {field}{suffix}")
        named[f"{field}{suffix}"] = part
    checks.check_same_length(**named)
    split = Split(stored, fields, _flat(_marked(name, facts or {}, stored)))
    if not suffix:
        _check_enough(name, split)
    return split


def _marked(name, facts, stored):
    """Facts with the anomalies of x checked."""
    return marked(name, facts, stored["x"]) if "x" in stored else facts


def _flat(facts):
    """Facts whose subjects and ages, which may be columns (n, 1), are arrays (n,)."""
    columns = selected(facts, (SUBJECT, AGE))
    return {**facts, **mapped(np.ravel, columns)}


def _check_ages(name, *facts):
    """Raises if the facts of a split hold ages that cannot be years of people."""
    faults = []
    for part in facts:
        faults += of_ages(name, part or {})
    check_none(name, faults)


def _fitted(name, fields, training):
    fitted = {}
    for field in fields:
        try:
            fitted[field] = fields[field].fitted(training[field])
        except ValueError as error:
            raise ValueError(f"{name}: {field}: {error}") from error
    return fitted


def _check_enough(name, split):
    if len(split) < LEAST:
        told = checks.counted(len(split), "value")
        raise ValueError(
            f"{name} holds {told}; at least {LEAST} are needed to have some in every split."
        )
    if not isinstance(split.fields.get("y"), Label):
        return
    counts = np.bincount(split.labels)
    rare = np.flatnonzero((counts > 0) & (counts < LEAST_OF_A_CLASS))
    if len(rare):
        named = split.fields["y"].class_names[rare[0]]
        raise ValueError(
            f"{name}: class {named!r} has {checks.counted(counts[rare[0]], 'training value')}; at "
            f"least {LEAST_OF_A_CLASS} are needed to have one in every split. Add some, or leave "
            "the class out."
        )

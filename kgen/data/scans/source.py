import numpy as np

from kgen.data.ages import AGE
from kgen.data.data import Data
from kgen.data.faults import Fault, fatal
from kgen.data.fold import Fold
from kgen.data.measured import check_anatomy, described
from kgen.data.options import NO_NAMES
from kgen.data.ordered import Order
from kgen.data.patched import in_patches
from kgen.data.pictures import sides
from kgen.data.scans.cohort import Cohort
from kgen.data.scans.columns import LABEL, Columns
from kgen.data.scans.cut import Cut
from kgen.data.scans.domains import check_classes, of_halves, of_labels
from kgen.data.scans.framing import Framing
from kgen.data.scans.partners import check_domains, check_options
from kgen.data.scans.series import Series
from kgen.data.shares import Shares
from kgen.data.subjects import SUBJECT
from kgen.data.tiles.storage import memory_bytes


def read(
    argument: str, name: str, file: str = "file", label: str | None = LABEL,
    number: str | None = None, unit: str | None = None, subject: str = SUBJECT, axis: str = "z",
    millimetre: float | None = None, index: int | None = None, pixel: float | None = None,
    size: str | None = None, percentiles: str = "1,99", target: str | None = None,
    mask: str | None = None, window: str | None = None, domains: str | None = None,
    unpaired: bool = False, anatomy: str | None = None, flip: bool = False, test: str | None = None,
    fold: int | None = None, folds: int = 5, memory: str = "2GB", covariates: list = NO_NAMES,
    test_share: float | None = None, validation_share: float | None = None,
    oversample: bool = False, patch: str | None = None, patches: int = 16,
) -> Data:  # fmt: skip
    """Slices or volumes of the scans that a table names: NIfTI files, or folders of DICOM series.

    Volumes are turned to RAS. A slice is shown as radiologists see it: the front is above, and the
    patient's right is on the left. A column split (train, validation, test) holds the official
    splits; all other columns are facts.

    Args:
        file: the column of the files; paths begin at the table's folder.
        label: the column of classes: the field y; without such a column there are none.
        number: the column of a number such as age, instead: the field y.
        unit: of that number, such as years.
        subject: the column that says whose a scan is; no subject is in two splits.
        axis: of the slices: z (axial), y (coronal), x (sagittal); none for whole volumes.
        millimetre: where along the axis, in the coordinates of the file; the middle by default.
        index: the number of the slice instead, from the left, the back or below.
        pixel: millimetres per pixel, to which images are resampled; by default the files' median.
        size: pixels of all images, centred on the head, 64 or 48x64 (height x width); by default
            what holds all.
        percentiles: of the values inside the head; they become black and white in each image.
        target: the column of a second scan per row, such as CT: the field y, or b if unpaired.
        mask: the column of masks, whole numbers from 0: the field y.
        window: two values such as -1000,2000 to which the target is clipped; it is not scaled.
        domains: the column of two classes, whose scans are the fields a and b; COLUMN:CLASS says
            which of them is a.
        unpaired: the scans of half of the people are the field a, the targets of the others b.
        anatomy: what the images show: brain.
        flip: whether training mirrors a random half of the images left to right.
        test: another table with the same columns, kept for the test.
        fold: the fold that is the test, from 0; folds are parts of all subjects, balanced in
            classes and ages.
        folds: how many folds there are.
        memory: how much memory images may take, such as 512MB; larger sets are read from the cache
            as needed.
        covariates: columns of the field c, beside x; the concepts of a concept bottleneck.
        test_share: the test's share of all values; 0.15 by default.
        validation_share: the validation's share of the others; 0.1 by default.
        oversample: repeat training images of rare age brackets until all are equally large.
        patch: the sides of patches that are cut from every image at random places, such as 32; so
            networks see edges and air too, as in the patches of new scans.
        patches: how many patches are cut from each image.
    """
    cut = Cut(axis, millimetre, index).checked()
    framing = Framing.of(pixel, size, percentiles, cut.rank)
    cut_to = sides(patch, cut.rank, "patch") if patch else None
    check_options(target, mask, window)
    check_domains(domains, unpaired, target, label)
    check_anatomy(anatomy)
    _check_flip(flip, axis)
    partner = target or mask
    columns, first = _columns(
        file, label, number, subject, partner, covariates, domains
    )
    cohort = Cohort.of(argument, name, columns, test)
    _check_oversampled(cohort, oversample)
    if domains and cohort.label is not None:
        check_classes(name, cohort.label, first)
    faults = cohort.faults()
    shares = Shares.of(test_share, validation_share)
    order = _ordered(cohort, unit, Fold.of(fold, folds), shares, faults)
    series = Series.of(
        cohort, order, cut, framing, memory_bytes(memory), faults, target, window
    )
    found = of_labels(series, first) if domains else _data(series, unpaired)
    data = described(found, series.pixel, anatomy, flip, of_people=True)
    data = data.oversampled() if oversample else data
    return in_patches(data, cut_to, patches) if cut_to else data


def _columns(file, label, number, subject, partner, covariates, domains):
    """The columns by their roles, and the class whose scans are the field a."""
    label, _, first = domains.partition(":") if domains else (label, "", "")
    found = Columns(
        file, label, number, subject, partner, list(covariates), needed=bool(domains)
    )
    return found, first


def _data(series, unpaired):
    return of_halves(series) if unpaired else series.data()


def _check_flip(flip, axis):
    if flip and axis == "x":
        raise ValueError(
            "flip=true with axis=x: a sagittal slice has no left. Leave it out."
        )


def _check_oversampled(cohort, oversample):
    if oversample and AGE not in cohort.facts:
        raise ValueError(
            f"oversample=true repeats rare age brackets; {cohort.name} has no column {AGE!r}. "
            "Leave it out."
        )


def _ordered(cohort, unit, fold, shares, faults):
    """The ``Order`` of the rows; where division fails, that is one more fault, and rows stay."""
    if not fatal(faults):
        try:
            given = (
                cohort.values(),
                cohort.fields(unit),
                cohort.facts,
                fold,
                cohort.official(),
            )
            return Order.of(cohort.name, len(cohort.files), *given, shares)
        except ValueError as error:
            faults.append(Fault(cohort.where, str(error).rstrip(".")))
    return Order(cohort.name, {}, {}, {}, [np.arange(len(cohort.files))], [], fold)

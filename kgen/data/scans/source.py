import numpy as np

from kgen.data.faults import Fault
from kgen.data.fold import Fold
from kgen.data.measured import described
from kgen.data.ordered import Order
from kgen.data.scans.cohort import Cohort
from kgen.data.scans.columns import LABEL, Columns
from kgen.data.scans.cut import Cut
from kgen.data.scans.domains import of_halves, of_labels
from kgen.data.scans.framing import Framing
from kgen.data.scans.partners import check_domains, check_options
from kgen.data.scans.series import Series
from kgen.data.shares import Shares
from kgen.data.subjects import SUBJECT
from kgen.data.tiles.storage import memory_bytes


def read(
    argument, name, file: str = "file", label: str | None = LABEL, number: str | None = None,
    unit: str | None = None, subject: str = SUBJECT, axis: str = "z", millimetre: float | None = None,
    index: int | None = None, pixel: float | None = None, size: str | None = None, percentiles: str = "1,99",
    target: str | None = None, mask: str | None = None, window: str | None = None, domains: str | None = None,
    unpaired: bool = False, anatomy: str | None = None, flip: bool = False, test: str | None = None,
    fold: int | None = None, folds: int = 5, memory: str = "2GB", covariates: list = (),
    test_share: float | None = None, validation_share: float | None = None, oversample: bool = False,
):  # fmt: skip
    """Slices or volumes of the scans that a table names: NIfTI files, or folders of a DICOM series each.

    Volumes are turned to RAS; a slice is seen as radiologists do, the front above and the patient's right at the
    left. A column split (train, validation, test) has the official splits; all other columns are facts.

    Args:
        file: the column of the files, named from the table's folder on.
        label: the column of classes: the field y; without such a column there are none.
        number: the column of a number such as age, instead: the field y.
        unit: of that number, such as years.
        subject: the column of whose a scan is: no subject is in two splits.
        axis: of the slices: z (axial), y (coronal), x (sagittal); none for whole volumes.
        millimetre: where along the axis, in the coordinates of the file; the middle unless given.
        index: the number of the slice instead, from the left, the back or below.
        pixel: millimetres a pixel, to which images are resampled; the median of the files unless given.
        size: pixels of all images about the head's centre, 64 or 48x64 (height x width); what holds all unless given.
        percentiles: of the values inside the head, that become black and white in each image.
        target: the column of a second scan of each row, such as CT: the field y, or b where unpaired.
        mask: the column of masks, whole numbers from 0: the field y.
        window: of the target, two values such as -1000,2000 that it is brought between; stored as they are.
        domains: the column of two classes, whose scans are the fields a and b; COLUMN:CLASS says which of them is a.
        unpaired: takes the scans of half of the people as the field a, the targets of the others as b.
        anatomy: what the images show: brain.
        flip: whether training sees a random half of the images turned left for right.
        test: another table with the same columns, kept for the test.
        fold: which of the folds, from 0, is the test: parts of all subjects that are equal in classes and ages.
        folds: how many folds there are.
        memory: what images may take of it, such as 512MB; more are read from the cache as they are needed.
        covariates: columns of the field c, beside x; the concepts of a concept bottleneck.
        test_share: how much of all values is the test; 0.15 unless given.
        validation_share: how much of the others is the validation; 0.1 unless given.
        oversample: repeat training images of rare age brackets, until each has as many.
    """
    cut = Cut(axis, millimetre, index).checked()
    framing = Framing.of(pixel, size, percentiles, cut.rank)
    check_options(target, mask, window)
    check_domains(domains, unpaired, target)
    _check_flip(flip, axis)
    label, _, first = domains.partition(":") if domains else (label, "", "")
    columns = Columns(file, label, number, subject, target or mask, list(covariates))
    cohort = Cohort.of(argument, name, columns, test)
    faults = cohort.faults()
    shares = Shares.of(test_share, validation_share)
    order = _ordered(cohort, unit, Fold.of(fold, folds), shares, faults)
    series = Series.of(cohort, order, cut, framing, memory_bytes(memory), faults, target, window)
    found = of_labels(series, first) if domains else _data(series, unpaired)
    data = described(found, series.pixel, anatomy, flip, of_people=True)
    return data.oversampled() if oversample else data


def _data(series, unpaired):
    return of_halves(series) if unpaired else series.data()


def _check_flip(flip, axis):
    if flip and axis == "x":
        raise ValueError("flip=true with axis=x: a sagittal slice has no left. Leave it out.")


def _ordered(cohort, unit, fold, shares, faults):
    """The ``Order`` of the rows; a table that cannot be divided is one more fault, and has its rows as they are."""
    if not any(fault.fatal for fault in faults):
        try:
            given = cohort.values(), cohort.fields(unit), cohort.facts, fold, cohort.official()
            return Order.of(cohort.name, len(cohort.files), *given, shares)
        except ValueError as error:
            faults.append(Fault(cohort.where, str(error).rstrip(".")))
    return Order(cohort.name, {}, {}, {}, [np.arange(len(cohort.files))], [], fold)

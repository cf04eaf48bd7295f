"""Image-to-image models on phantoms of known truth: each number beside a trivial baseline.

paired: MR to CT by pix2pix, the same U-Net without a GAN, boosted trees of local features, and
brightness.
unpaired: the same by a CycleGAN on CTs of other people, and by pix2pix on pairs that are misaligned
by up to 4 mm or 6 mm.
healthy: patients as if they had no disease, by CycleGAN, VA-GAN and SimGAN.
planted: outputs of a CycleGAN with a tumour that the input lacks, where one domain has tumours.
masks: tissue and tumours by SegAN, the same U-Net, and k-means.
lesions: the synthetic set of the VA-GAN.
enhanced: noise removal and twice the resolution by pix2pix, U-Net and bicubic interpolation.
patches: a volume of 192³ by `kgen translate`.
A killed run continues.

Example:
    python benchmarks/translation.py runs/translation
    python benchmarks/translation.py runs/translation --parts paired patches
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import csv
from pathlib import Path

import common
from kgen import data
from kgen.cli.main import kgen as command
from kgen.data.phantoms import Brains, lesions
from kgen.data.phantoms.person import grey_levels, upright
from kgen.data.phantoms.writing import write
from kgen.data.scans.framing import as_seen, head_in
from kgen.experiments.resuming import trained
from kgen.metrics import interval, sharpness
from kgen.metrics.anatomy import ventricle_area
from kgen.metrics.effects import (
    constant_map,
    correlations,
    outside_over_inside,
    right_signs,
)
from kgen.metrics.image_pairs import (
    absolute_errors,
    mean_of,
    signal_to_noise,
    structural_similarity,
)
from kgen.metrics.look_ups import BrightnessClasses, HistogramMatching, LookUp
from kgen.metrics.mask_pairs import dice, mean_over_classes
from kgen.metrics.structures import NewStructures
from kgen.runs.config import RunConfig
from kgen.runs.run import Run
from kgen.verbs.patches import starts

import nibabel
import numpy as np
from PIL import Image as Picture
from scipy import ndimage
from sklearn.ensemble import HistGradientBoostingRegressor

SUBJECTS, FRESH, LESIONS, SIDE, TUMOUR_SIDE = 500, 100, 2000, 64, 96
EPOCHS, BATCH, CRITIC_BATCH = 60, 16, 80
UNPAIRED_EPOCHS = 100
REFINED_EPOCHS = 10  # of SimGAN on squares: later D tells images by their noise
PLACE, WINDOW = {"millimetre": 12.0, "anatomy": "brain"}, "-1000,1500"
CT = {**PLACE, "target": "ct", "window": WINDOW}
TISSUES = "outside", "fluid", "grey matter", "white matter", "tumour"
# mm, half the radius of a tumour; of outputs without structures
STRUCTURE, ALARMS = 4.0, 0.05
FOUND, LEFT = "true tumours that are found so", "the same after the way to a"
# maximal misalignment of CT and MR, mm; on average it is two thirds of that
OFF = 4.0, 6.0
RATES = {
    "unet": {"model": 1e-3},
    "pix2pix": {"generator": 1e-3},
    "segan": {"generator": 1e-3},
}
VOLUME, PATCH, WIDTH = 192, 48, 8
VOLUMES, VOLUMES_SIDE, PATCH_EPOCHS = 24, 96, 2


def phantoms(folder, subjects, seed=0, side=None, **options):
    """The table of phantoms on disk."""
    write(folder, Brains(size=side or SIDE, **options), subjects, seed, ct=True)
    return folder / "table.csv"


def run_of(folder, model, dataset, epochs, batch=None, **given):
    """The trained run of a model."""
    return trained(folder, RunConfig(
        model, dataset, epochs=epochs, batch_size=batch or BATCH, data=given,
        learning_rates=RATES.get(model, {}), learning_rate_schedule="cosine",
    ))  # fmt: skip


def every(dataset):
    """All values of a data set, by field."""
    parts = dataset.train, dataset.validation, dataset.test
    return {
        name: np.concatenate([part[name] for part in parts]) for name in dataset.fields
    }


def told(values):
    """A mean with its 95 % interval over subjects."""
    return "{:.1f} ({:.1f} to {:.1f})".format(
        mean_of(values), *interval(mean_of, (np.asarray(values),))
    )


def bodies(images):
    """Where the heads are."""
    return np.stack([head_in(image[..., 0])[..., None] for image in images])


class Trees:
    """Boosted trees of six local features: brightness, its means over two widths, spread, place."""

    def __init__(self, x, y, points=200_000):
        features, target = self.features(x), y.ravel()
        some = np.random.default_rng(0).permutation(len(target))[:points]
        self.trees = HistGradientBoostingRegressor(max_iter=300).fit(
            features[some], target[some]
        )

    def __call__(self, x):
        return self.trees.predict(self.features(x)).reshape(x.shape)

    @staticmethod
    def features(x):
        values = x[..., 0].astype("float32")
        wide = [ndimage.gaussian_filter(values, (0, width, width)) for width in (1, 3)]
        spread = ndimage.gaussian_filter(values**2, (0, 1, 1)) - wide[0] ** 2
        distance = np.stack(
            [ndimage.distance_transform_edt(head_in(image)) for image in values]
        )
        rows = np.broadcast_to(np.arange(values.shape[1])[:, None], values.shape)
        return np.stack([values, *wide, spread, distance, rows], axis=-1).reshape(-1, 6)


def rows_of_ct(name, made, fresh, folder):
    """The errors of CTs in the head and of each tissue, and how sharp they are."""
    inside, truth = bodies(fresh["x"]), fresh["y"]
    yield f"{name}: MAE in the head, HU", told(absolute_errors(made, truth, inside))
    tissue = every(
        data.load(f"nifti:{folder / 'fresh' / 'table.csv'}", **PLACE, mask="tissue")
    )["y"]
    each = [
        mean_of(absolute_errors(made, truth, tissue == number))
        for number in range(1, 4)
    ]
    yield (
        f"{name}: fluid, grey, white matter, HU",
        ", ".join(f"{error:.1f}" for error in each),
    )
    yield (
        f"{name}: sharpness over that of real CTs",
        f"{sharpness(made) / sharpness(truth):.2f}",
    )


def fresh_pairs(folder):
    """People that no training saw, with both images."""
    return every(
        data.load(f"nifti:{phantoms(folder / 'fresh', FRESH, seed=202)}", **CT)
    )


def paired(folder):
    """MR to CT of aligned pairs."""
    dataset = f"nifti:{phantoms(folder / 'pairs', SUBJECTS)}"
    train, fresh = data.load(dataset, **CT).train, fresh_pairs(folder)
    trivial = {
        "look-up": LookUp,
        "histogram matching": HistogramMatching,
        "boosted trees": Trees,
    }
    for name, method in trivial.items():
        yield from rows_of_ct(
            name, method(train["x"], train["y"])(fresh["x"]), fresh, folder
        )
    for name in ("unet", "pix2pix"):
        model = run_of(folder / f"paired-{name}", name, dataset, EPOCHS, **CT).model()
        yield from rows_of_ct(name, model.translate(fresh["x"], to="y"), fresh, folder)


def unpaired(folder):
    """MR to CT of different people, beside misaligned pairs."""
    table, fresh = phantoms(folder / "pairs", SUBJECTS), fresh_pairs(folder)
    low, high = map(float, WINDOW.split(","))
    identity = low + (high - low) * fresh["x"] / 255.0
    yield from rows_of_ct("identity", identity, fresh, folder)
    model = run_of(
        folder / "unpaired-cycle-gan", "cycle-gan", f"nifti:{table}", UNPAIRED_EPOCHS, **CT,
        unpaired=True,
    ).model()  # fmt: skip
    yield from rows_of_ct(
        "cycle-gan, unpaired", model.translate(fresh["x"], to="b"), fresh, folder
    )
    for off in OFF:
        pairs = f"nifti:{phantoms(folder / f'misaligned-{off:g}', SUBJECTS, misaligned=off)}"
        model = run_of(
            folder / f"off-{off:g}-pix2pix", "pix2pix", pairs, EPOCHS, **CT
        ).model()
        made = model.translate(fresh["x"], to="y")
        yield from rows_of_ct(
            f"pix2pix, pairs up to {off:g} mm off", made, fresh, folder
        )


def written(path, rows):
    """A table of dicts."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def counterfactuals(folder, draw):
    """The source of people with something that ``draw`` adds, and of the same people without it."""
    if not (folder / "table.csv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        rows = [saved(folder, number, *draw(number)) for number in range(FRESH)]
        written(folder / "table.csv", rows)
    return f"nifti:{folder / 'table.csv'}"


def saved(folder, number, ill, well):
    """The row of a person whose images were written, with what they have and without it."""
    images = {"file": grey_levels(ill.image), "healthy": grey_levels(well.image)}
    images["tissue"], affine = ill.tissue, Brains(size=SIDE).pixels.affine
    row = {"subject": f"F{number:04d}"}
    for column, values in images.items():
        row[column] = f"{column}-{number:04d}.nii.gz"
        nibabel.save(
            nibabel.Nifti1Image(values[..., None], affine), folder / row[column]
        )
    return row


def patient(number):
    """A person with and without the disease."""
    return [Brains(size=SIDE).subject((303, number), label) for label in (1, 0)]


def with_tumour(number):
    """A person with and without a tumour."""
    both = [Brains(size=SIDE, tumours=tumours) for tumours in (True, False)]
    return [brains.subject((505, number), number % 2) for brains in both]


def healthy(folder):
    """Patients as if they had no disease."""
    dataset = f"nifti:{phantoms(folder / 'pairs', SUBJECTS)}"
    source = counterfactuals(folder / "counterfactual", patient)
    truth = data.load(source, **PLACE, target="healthy")
    pairs = every(truth)
    yield from rows_of_health("identity", pairs["x"], pairs, truth.spacing)
    for name in ("cycle-gan", "va-gan", "simgan"):
        batch = CRITIC_BATCH if name == "va-gan" else BATCH
        given = {**PLACE, "domains": "label:disease"}
        run = run_of(
            folder / f"healthy-{name}", name, dataset, UNPAIRED_EPOCHS, batch, **given
        )
        made = run.model().translate(pairs["x"], to="b")
        yield from rows_of_health(name, made, pairs, truth.spacing)


def rows_of_health(name, made, pairs, spacing):
    """How close ventricles and the map of change are to those of the same people when healthy."""
    areas = [
        ventricle_area(images / 255.0, spacing)
        for images in (pairs["x"], made, pairs["y"])
    ]
    ill, own, true = areas
    yield (
        f"{name}: mean ventricle area over the healthy one",
        f"{own.mean() / true.mean():.3f}",
    )
    yield (
        f"{name}: share with the right sign",
        f"{right_signs(own - ill, true - ill).mean():.2f}",
    )
    change, wanted = (
        made - pairs["x"].astype("float64"),
        pairs["y"] - pairs["x"].astype("float64"),
    )
    if not change.any():
        return
    yield (
        f"{name}: NCC of the change with the truth",
        f"{np.nan_to_num(correlations(change, wanted)).mean():.3f}",
    )
    outside = outside_over_inside(change, wanted)
    yield f"{name}: change of a pixel outside over inside", f"{np.nanmean(outside):.3f}"


def planted(folder):
    """Tumours in one domain only: how often a translation adds one, or removes one."""
    clean, table = fresh_pairs(folder)["x"], phantoms(folder / "pairs", SUBJECTS)
    control = of_domains(folder / "planted-control", table, "sex:female")
    structures, told = chosen(control.translate(clean, to="b"), clean)
    yield "domains that are alike: outputs with a new structure, false alarms", told
    table = phantoms(folder / "planted", SUBJECTS, tumours=True)
    model = of_domains(folder / "planted-cycle-gan", table, "tumour:0")
    added = structures.any(model.translate(clean, to="b"), clean)
    yield (
        "tumours in b alone: outputs of a with a structure that the input has not",
        share(added),
    )
    yield from rows_of_tumours(model, structures, folder / "planted-truth")


def of_domains(path, table, domains):
    """The trained CycleGAN of two classes of a table."""
    given = {**PLACE, "domains": domains}
    return run_of(path, "cycle-gan", f"nifti:{table}", UNPAIRED_EPOCHS, **given).model()


def chosen(made, truth):
    """A detector of new structures, fitted on half of the outputs; false alarms in the others."""
    half, spacing = len(made) // 2, Brains(size=SIDE).spacing
    structures = NewStructures(made[:half], truth[:half], STRUCTURE, spacing, ALARMS)
    alarms = share(structures.any(made[half:], truth[half:]))
    told = f"threshold {structures.threshold:.1f} grey levels, {ALARMS:.0%} of {half} others"
    return structures, f"{alarms}; {told}"


def rows_of_tumours(model, structures, folder):
    """How many true tumours are seen, beside the same person without one, before and after."""
    source = counterfactuals(folder, with_tumour)
    pairs = every(data.load(source, **PLACE, target="healthy"))
    inside = every(data.load(source, **PLACE, mask="tissue"))["y"] == TISSUES.index(
        "tumour"
    )
    back = model.translate(pairs["x"], to="a")
    for name, images in {FOUND: pairs["x"], LEFT: back}.items():
        found = structures(images, pairs["y"]) & inside
        yield name, share(found.any(axis=(1, 2, 3)))


def share(chosen):
    """How many of all."""
    return f"{np.sum(chosen)} of {len(chosen)}"


def masks(folder):
    """Tissue and tumours."""
    table = phantoms(folder / "tumours", SUBJECTS, side=TUMOUR_SIDE, tumours=True)
    new = phantoms(
        folder / "fresh-tumours", FRESH, seed=404, side=TUMOUR_SIDE, tumours=True
    )
    given = {**PLACE, "mask": "tissue"}
    train = data.load(f"nifti:{table}", **given).train
    fresh = every(data.load(f"nifti:{new}", **given))
    # k-means is told the brain and asked for nothing else: it would take skull for white matter.
    brain = np.isin(train["y"], (1, 2, 3))
    brightness = BrightnessClasses(train["x"][brain], train["y"][brain])
    yield from rows_of_dice(
        "k-means, told where the brain is",
        brightness(fresh["x"]) * (fresh["y"] > 0),
        fresh,
    )
    for name in ("unet", "segan"):
        model = run_of(
            folder / f"masks-{name}", name, f"nifti:{table}", EPOCHS, **given
        ).model()
        yield from rows_of_dice(name, model.segment(fresh["x"])[..., None], fresh)


def rows_of_dice(name, found, fresh):
    """Dice of each class with its interval."""
    shares = dice(found, fresh["y"], range(1, len(TISSUES)))
    for number, tissue in enumerate(TISSUES[1:]):
        own = shares[:, [number]]
        if np.isnan(own).all():
            continue
        ends = interval(mean_over_classes, (own,))
        yield (
            f"{name}: Dice of {tissue}",
            "{:.3f} ({:.3f} to {:.3f})".format(mean_over_classes(own), *ends),
        )


def squares(folder):
    """The synthetic set of the VA-GAN: how far maps agree with the squares."""
    for name, count, seed in (("lesions", LESIONS, 0), ("fresh-lesions", 2 * FRESH, 1)):
        if not (folder / name / lesions.TRUTH).exists():
            lesions.write(folder / name, count, SIDE, seed)
    known, fresh = (
        np.load(folder / name / lesions.TRUTH) for name in ("lesions", "fresh-lesions")
    )
    paths = [
        folder / "fresh-lesions" / "pictures" / "disease" / f"{name}.png"
        for name in fresh["name"]
    ]
    images = np.stack([np.asarray(Picture.open(path)) for path in paths])[..., None]
    constant = correlations(constant_map(known["effect"], len(images)), fresh["effect"])
    yield "constant map: NCC", f"{constant.mean():.3f}"
    pictures = f"unpaired:{folder / 'lesions' / 'pictures'}"
    lengths = {
        "va-gan": (UNPAIRED_EPOCHS, CRITIC_BATCH),
        "simgan": (REFINED_EPOCHS, BATCH),
    }
    for name, length in lengths.items():
        model = run_of(folder / f"squares-{name}", name, pictures, *length).model()
        change = images - model.translate(images, to="b")
        yield (
            f"{name}: NCC",
            f"{np.nan_to_num(correlations(change, fresh['effect'])).mean():.3f}",
        )


def enhanced(folder):
    """Noise removal, and twice the resolution, beside bicubic interpolation."""
    for task, (worsen, trivial) in {
        "noise": (noisy, "as it is"),
        "resolution": (coarse, "bicubic"),
    }.items():
        parts = [
            worsened(folder / "enhanced" / f"{task}-{seed}.npz", worsen, count, seed)
            for seed, count in ((5, SUBJECTS), (6, FRESH))
        ]
        fresh = np.load(parts[1])
        yield from rows_of_quality(f"{task}: {trivial}", fresh["x"], fresh["y"])
        for name in ("unet", "pix2pix"):
            run = run_of(
                folder / f"{task}-{name}", name, f"npz:{parts[0]}", EPOCHS, y="image"
            )
            yield from rows_of_quality(
                f"{task}: {name}", run.model().translate(fresh["x"], to="y"), fresh["y"]
            )


def worsened(path, worsen, count, seed):
    """A file of slices, and of degraded slices of the same people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        random, brains = np.random.default_rng(seed), Brains(size=SIDE)
        clean = np.stack(
            [
                upright(grey_levels(brains.subject((seed, n), n % 2).image))
                for n in range(count)
            ]
        )
        np.savez_compressed(
            path, x=worsen(clean, random)[..., None], y=clean[..., None]
        )
    return path


def noisy(images, random):
    """Noise of a tenth of white."""
    return np.clip(
        np.rint(images + random.normal(0, 25.5, images.shape)), 0, 255
    ).astype("uint8")


def coarse(images, random):
    """Half the resolution, brought back by bicubic interpolation."""
    half = images.reshape(len(images), SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4))
    return np.clip(
        np.rint(ndimage.zoom(half, (1, 2, 2), order=3, mode="nearest", grid_mode=True)),
        0,
        255,
    ).astype("uint8")


def rows_of_quality(name, made, truth):
    yield f"{name}: PSNR, dB", f"{mean_of(signal_to_noise(made, truth, 255)):.2f}"
    yield f"{name}: SSIM", f"{mean_of(structural_similarity(made, truth, 255)):.4f}"


def patches(folder):
    """A volume through patches of a trained U-Net, by the command, in a process of its own."""
    table = phantoms(folder / "volumes", VOLUMES, side=VOLUMES_SIDE, volumes=True)
    run = trained(folder / "patches-unet", RunConfig(
        "unet", f"nifti:{table}", epochs=PATCH_EPOCHS, batch_size=2, options={"width": WIDTH},
        data={"axis": "none", "target": "ct", "window": WINDOW, "patch": PATCH, "patches": 4},
    ))  # fmt: skip
    source = texture(folder / "texture.nii.gz", run.dataset().spacing)
    step, used = common.apart(of_volume, run.path, source, folder / "made.nii.gz")
    yield (
        f"mean step across borders over that elsewhere, {VOLUME}³ in patches of {PATCH}³",
        f"{step:.3f}",
    )
    yield "memory beyond that of the framework, MB", f"{used:,.0f}"


def texture(path, spacing):
    """A volume that is alike everywhere, so that only borders of patches can differ."""
    noise = np.random.default_rng(0).normal(size=(VOLUME,) * 3).astype("float32")
    values = ndimage.gaussian_filter(noise, 2)
    nibabel.save(nibabel.Nifti1Image(values, np.diag([*spacing, 1.0])), path)
    return path


def of_volume(path, source, out):
    """The ratio of steps in a translated volume, and the memory that the command needs."""
    Run.open(path).model().translate(np.zeros((1, *(PATCH,) * 3, 1), "float32"), to="y")
    out.unlink(missing_ok=True)
    before = common.peak_memory()
    command.main(
        ["translate", *map(str, (path, source, out)), "--to", "y"],
        standalone_mode=False,
    )
    used = common.peak_memory() - before
    return border_step(as_seen(nibabel.load(out).get_fdata())), used


def border_step(values):
    """Mean |step| along the first axis where a patch begins or ends over that elsewhere."""
    steps = np.abs(np.diff(values, axis=0)).mean(axis=(1, 2))
    places = np.array(starts(VOLUME, PATCH))
    borders = np.unique(
        [place - 1 for place in (*places, *(places + PATCH)) if 0 < place < VOLUME]
    )
    others = np.setdiff1d(np.arange(len(steps)), borders)
    return steps[borders].mean() / steps[others].mean()


PARTS = {
    "paired": paired, "unpaired": unpaired, "healthy": healthy, "planted": planted,
    "masks": masks, "lesions": squares, "enhanced": enhanced, "patches": patches,
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of phantoms and runs")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    print(common.machine())
    for part in arguments.parts:
        print(
            common.table([part, "found"], list(PARTS[part](arguments.folder))),
            flush=True,
        )


if __name__ == "__main__":
    main()

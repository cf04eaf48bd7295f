"""Growth of the VAE's time and memory with batch, image, latent space and data set, one at a time.

Every point trains in a process of its own: the least time of all rounds, and the peak memory of the
process, which includes its imports and the data set of 28 by 28 pixels as uint8.

Example:
    python benchmarks/growth.py --plot runs/bench/growth.png
"""

from pathlib import Path

import common

from matplotlib.figure import Figure

USUAL = {"batch size": 128, "image size": 28, "latent size": 16, "images": 10_000}
GROWTHS = {
    "batch size": (32, 64, 128, 256, 512),
    "image size": (16, 32, 64, 128),
    "latent size": (2, 8, 32, 128, 512),
    "images": (1_000, 10_000, 60_000, 200_000),
}
MEASURES = ("µs per image", "most memory, MB", "of it after the imports, MB")


def measured(steps, rounds, batch_size, image_size, latent_size, images):
    """The least microseconds per image, and the memory, of one point."""
    import subjects
    from kgen.models import VAE

    before = common.peak_memory()
    shape = image_size, image_size, 1
    model = VAE.from_fields(subjects.fields(shape)["x"], latent_dim=latent_size)
    model.compile()
    batches = subjects.images(shape, images).batches(batch_size)
    times = common.interleaved({"": subjects.fitted(model, batches, steps)}, rounds)[""]
    return (
        1e6 * min(times) / batch_size,
        common.peak_memory(),
        common.peak_memory() - before,
    )


def grown(growth, steps, rounds):
    """The measures of every point along one axis."""
    points = [{**USUAL, growth: value} for value in GROWTHS[growth]]
    return [common.apart(measured, steps, rounds, *point.values()) for point in points]


def drawn(results):
    """A figure with one column per growth, time above and memory below."""
    figure = Figure(figsize=(13, 5.5), layout="constrained")
    for column, (growth, points) in zip(
        figure.subplots(2, len(results)).T, results.items(), strict=True
    ):
        for axis, values, measure in zip(
            column, zip(*points, strict=True), MEASURES, strict=False
        ):
            axis.plot(GROWTHS[growth], values, marker="o")
            axis.set(
                xscale="log", xlabel=growth, ylabel=measure, ylim=(0, 1.1 * max(values))
            )
            axis.set_xticks(GROWTHS[growth], GROWTHS[growth])
            axis.minorticks_off()
    return figure


def main():
    parser = common.parser(__doc__)
    parser.add_argument("--steps", type=int, default=5, help="steps a turn")
    parser.add_argument("--plot", type=Path, help="PNG file of the curves")
    arguments = parser.parse_args()
    print(common.machine())
    results = {
        growth: grown(growth, arguments.steps, arguments.rounds) for growth in GROWTHS
    }
    for growth, points in results.items():
        rows = [
            [value, *(f"{x:.0f}" for x in point)]
            for value, point in zip(GROWTHS[growth], points, strict=True)
        ]
        print(common.table([growth, *MEASURES], rows))
    if arguments.plot:
        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        drawn(results).savefig(arguments.plot, dpi=110)


if __name__ == "__main__":
    main()

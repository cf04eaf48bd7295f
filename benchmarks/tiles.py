"""Speed and memory of reading tiles from large HDF5 files, and speed of measuring statistics.

The rival is a PyTorch DataLoader with two workers over the same file; both give batches of 256
tiles of 64 × 64 bytes as they are stored. With augmentation, the rival is the training step of a
VAE, which standardises the tiles. Files that are missing are drawn first, which takes minutes per
gigabyte.

Example:
    python benchmarks/tiles.py FOLDER --parts speed statistics rate
    python benchmarks/tiles.py FOLDER --parts memory --sizes 0.5GB 2.5GB 10GB
"""

import itertools
import re
import statistics
import threading
import time
from functools import partial
from pathlib import Path

import common

import h5py

BATCH_SIZE, TILE, BUDGET = 256, 64, "512MB"
BATCHES = 1000  # during which memory is watched
# Compression, memory budget, and the tiles that kgen and PyTorch read per turn.
STORAGES = {
    "contiguous, in memory": (None, "8GB", 100_000, 50_000),
    "contiguous, larger than the budget": (None, BUDGET, 50_000, 30_000),
    "gzip, larger than the budget": ("gzip", BUDGET, 100_000, 4000),
}


def file_of(folder, size, compression):
    """The file of this size, drawn if it is missing."""
    from kgen.data.tiles.synthetic import synthesize

    path = folder / f"{size}-{compression or 'none'}.h5"
    if not path.exists():
        synthesize(path, size, compression=compression)
    return path


def tiles_of(path, memory, **options):
    """The data set of a file."""
    from kgen import data

    return data.load(f"hdf5:{path}", memory=memory, test_group="B20", **options)


def ours(stream, batches):
    """Seconds per tile of a stream that continues from turn to turn."""
    start = time.perf_counter()
    for _ in itertools.islice(stream, batches):
        pass
    return (time.perf_counter() - start) / batches / BATCH_SIZE


def theirs(path, sections, count, in_memory):
    """Seconds per tile of a DataLoader, without the start of its workers."""
    from peers.torch_tiles import loader

    batches = iter(loader(path, sections, TILE, count, BATCH_SIZE, in_memory))
    next(batches)
    start = time.perf_counter()
    done = sum(len(batch) for batch in batches)
    return (time.perf_counter() - start) / done


def speed(folder, size, rounds):
    """A row per storage: thousands of tiles per second of both, and the speed-up of kgen."""
    rows = []
    for name, (compression, memory, own_count, count) in STORAGES.items():
        path = file_of(folder, size, compression)
        train = tiles_of(path, memory).train
        stream = train.stored(BATCH_SIZE).prefetch(2).as_numpy_iterator()
        contenders = {
            "PyTorch": partial(
                theirs, path, train.reader.sections, count, "in memory" in name
            ),
            "kgen": partial(ours, stream, own_count // BATCH_SIZE),
        }
        times = common.interleaved(contenders, rounds)
        rates = [f"{1e-3 / statistics.median(times[way]):.1f}" for way in contenders]
        rows.append(
            [
                name,
                type(train.reader).__name__,
                *rates,
                common.quotients(times["PyTorch"], times["kgen"]),
            ]
        )
    return common.table(
        ["storage", "reader", "PyTorch, 1000/s", "kgen, 1000/s", "kgen / PyTorch"], rows
    )


def rate(folder, size, rounds):
    """A row per storage: tiles per second of the whole pipeline, and of training steps alone."""
    from kgen.engine.options import suggested
    from kgen.models import VAE

    rows = []
    for name, (compression, memory, _, _) in STORAGES.items():
        data = tiles_of(
            file_of(folder, size, compression),
            memory,
            augment=["flip", "turn", "brightness", "contrast"],
        )
        model = VAE.from_fields(**data.fields, **suggested(VAE, data.fields))
        model.compile()
        stream = data.train.batches(BATCH_SIZE)
        batch = next(iter(stream))
        running = stream.as_numpy_iterator()
        contenders = {
            "training": partial(trained, model, batch, 8),
            "pipeline": partial(ours, running, 60),
        }
        times = common.interleaved(contenders, rounds)
        rates = [f"{1 / statistics.median(times[way]):.0f}" for way in contenders]
        rows.append(
            [name, *rates, common.quotients(times["training"], times["pipeline"])]
        )
    return common.table(
        ["storage", "training, tiles/s", "pipeline, tiles/s", "pipeline / training"],
        rows,
    )


def trained(model, batch, steps):
    """Seconds per tile of training on one batch repeatedly."""
    import tensorflow as tf

    repeated = tf.data.Dataset.from_tensors(batch).repeat()
    start = time.perf_counter()
    model.fit(repeated, steps_per_epoch=steps, verbose=0, shuffle=False)
    return (time.perf_counter() - start) / steps / BATCH_SIZE


def measuring(folder, size, rounds):
    """How fast statistics are measured, beside reading every image once with h5py: GB/s."""
    from kgen.data.tiles.layout import sections_of
    from kgen.data.tiles.statistics import measure

    rows = []
    for compression in (None, "gzip"):
        path = file_of(folder, size, compression)
        sections = sections_of(path)
        total = sum(section.bytes for section in sections)
        contenders = {
            "h5py": partial(timed, read, path),
            "kgen": partial(timed, measure, path, sections),
        }
        times = common.interleaved(contenders, rounds)
        rates = [
            f"{total / statistics.median(times[way]) / 1e9:.2f}" for way in contenders
        ]
        rows.append(
            [
                compression or "contiguous",
                *rates,
                common.quotients(times["h5py"], times["kgen"]),
            ]
        )
    return common.table(["file", "h5py, GB/s", "kgen, GB/s", "kgen / h5py"], rows)


def timed(function, *args):
    """Seconds that a call takes."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def read(path):
    """Reads every image of a file once."""
    with h5py.File(path, "r") as file:
        for group in file.values():
            for image in group.values():
                image[:]


def memory(folder, sizes):
    """A row per file: peak anonymous memory above the framework's while reading 1,000 batches."""
    rows = []
    for compression, size in itertools.product((None, "gzip"), sizes):
        path = file_of(folder, size, compression)
        reader, most = common.apart(held, path)
        rows.append([compression or "contiguous", size, reader, f"{most:.0f}"])
    return common.table(
        ["file", "size", "reader", "RssAnon above the framework's, MB"], rows
    )


def held(path):
    """How a file is read within the budget, and the peak memory, MB; in a process of its own."""
    from kgen.data import Split
    from kgen.fields import Image

    import numpy as np

    shape = TILE, TILE, 1
    black = np.zeros((512, *shape), "uint8")
    warm = Split({"x": black}, {"x": Image(shape, 0, 255, dtype="uint8")})
    ours(warm.batches(BATCH_SIZE).as_numpy_iterator(), 20)
    before, most, done = anonymous(), [0.0], threading.Event()

    def watch():
        while not done.wait(0.02):
            most[0] = max(most[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    data = tiles_of(path, BUDGET, augment=["flip", "turn", "brightness", "contrast"])
    ours(data.train.batches(BATCH_SIZE).as_numpy_iterator(), BATCHES)
    done.set()
    watcher.join()
    return type(data.train.reader).__name__, most[0] - before


def anonymous():
    """This process' anonymous memory, MB."""
    return (
        int(re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
        / 1024
    )


def main():
    parser = common.parser(__doc__)
    parser.add_argument("folder", type=Path, help="where the files are, or are drawn")
    parser.add_argument(
        "--parts", nargs="+", default=["speed", "statistics", "rate", "memory"]
    )
    parser.add_argument(
        "--size", default="2.5GB", help="of the files of speed, statistics and rate"
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        default=["0.5GB", "2.5GB", "10GB"],
        help="of the files of memory",
    )
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(common.machine())
    parts = {"speed": speed, "statistics": measuring, "rate": rate}
    for part in arguments.parts:
        if part == "memory":
            print(memory(arguments.folder, arguments.sizes), flush=True)
        else:
            print(
                parts[part](arguments.folder, arguments.size, arguments.rounds),
                flush=True,
            )


if __name__ == "__main__":
    main()

"""Two processes of this host, each with half of every batch, against one: ``fit`` under JAX.

Both share the cores that one process uses alone, so they cannot be faster: the quotient shows the
cost of dividing a step, messages included.

Example:
    python benchmarks/processes.py --networks vae cvae-cgan
"""

import os

os.environ["KERAS_BACKEND"] = "jax"

import multiprocessing
import socket
import statistics

import common
import subjects
from kgen.engine import distribute

WAYS = {"one process": 1, "two processes": 2}


def together(name, processes, steps):
    """A contender: the seconds of one step as the first of some processes sees it."""

    def seconds():
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            place = f"localhost:{probe.getsockname()[1]}"
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        workers = [
            context.Process(
                target=worker, args=(name, processes, i, place, steps, sender)
            )
            for i in range(processes)
        ]
        for one in workers:
            one.start()
        sender.close()  # so that nobody waits for a failed worker
        found = receiver.recv()
        for one in workers:
            one.join()
        return found

    return seconds


def worker(name, processes, number, place, steps, sender):
    """One process of a training: warms up, and sends its seconds if it is the first."""
    with distribute(1, processes, number, place):
        model = subjects.build(name)
        split = subjects.images(model.shape)
        batches = split.batches(subjects.BATCH_SIZE, part=(number, processes))
        timed = subjects.fitted(model, batches, steps)
        timed()
        seconds = timed()
    if number == 0:
        sender.send(seconds)


def row(way, times):
    """A way's line of the table."""
    least, median = (
        f"{1000 * value(times[way]):.1f}" for value in (min, statistics.median)
    )
    return [way, least, median, common.quotients(times[way], times["one process"])]


def main():
    arguments = subjects.parser(__doc__).parse_args()
    print(common.machine())
    for name in arguments.networks:
        steps = arguments.steps or subjects.SUBJECTS[name].steps
        times = common.interleaved(
            {way: together(name, n, steps) for way, n in WAYS.items()}, arguments.rounds
        )
        print(f"{name}, batches of {subjects.BATCH_SIZE}\n")
        print(
            common.table(
                ["", "ms per step, least", "median", "times as long"],
                [row(way, times) for way in times],
            )
        )


if __name__ == "__main__":
    main()

"""What the benchmarks share: contenders in turns, fresh processes, tables, and the machine."""

import argparse
import concurrent.futures
import datetime
import json
import multiprocessing
import os
import re
import statistics
import sys
from importlib import metadata
from pathlib import Path

# Before any of them is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

PACKAGES = ("keras", "tensorflow", "jax", "torch", "numpy")


def parser(description):
    """A parser whose --help is the benchmark's docstring, with the argument that all share."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="turns of each contender that count"
    )
    return parser


def interleaved(contenders, rounds):
    """A list of results per contender, one per round; the first round is a warm-up, left out."""
    turns = []
    for number in range(rounds + 1):
        turns.append({name: contender() for name, contender in contenders.items()})
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return {name: [turn[name] for turn in turns[1:]] for name in contenders}


def apart(function, *args):
    """The result of ``function(*args)`` in a fresh process, which leaves no memory or graphs."""
    with concurrent.futures.ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn")
    ) as pool:
        return pool.submit(function, *args).result()


def peak_memory():
    """The peak memory of this process, MB."""
    # ru_maxrss would also count the parent's memory, up to the exec.
    return (
        int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
        / 1024
    )


def quotients(times, own_times):
    """How many times faster the second is, per round: median, minimum and maximum, as a cell."""
    values = [time / own for time, own in zip(times, own_times, strict=True)]
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def machine():
    """The line above every table: processor, cores, versions, date and command."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    versions = ", ".join(filter(None, map(_version, PACKAGES)))
    command = " ".join(["python", *sys.argv])
    return f"{processor}, {cores()} cores; {versions}; {datetime.date.today()}; `{command}`\n"


def _version(name):
    """A package with its version; empty if it is not installed, such as a peer left out."""
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return None


def cores():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def kept(path):
    """The results that an interrupted run left at the path; empty without a path."""
    return json.loads(path.read_text()) if path and path.exists() else {}


def keep(path, results):
    """Writes the results as JSON, atomically; does nothing without a path."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(results, indent=1) + "\n")
        part.replace(path)

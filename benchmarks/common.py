"""What the benchmarks share: contenders in turns, fresh processes, tables, and the machine they ran on."""

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
    """A parser whose --help is the benchmark's docstring as it stands, with the argument that all of them take."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender that count")
    return parser


def interleaved(contenders, rounds):
    """What every contender returns, a list a name: one turn each in every round, the first of which does not count."""
    turns = []
    for number in range(rounds + 1):
        turns.append({name: contender() for name, contender in contenders.items()})
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return {name: [turn[name] for turn in turns[1:]] for name in contenders}


def apart(function, *args):
    """What ``function(*args)`` returns in a fresh process, which leaves neither memory nor graphs behind."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def peak_memory():
    """The most memory this process has held, MB."""
    # ru_maxrss would count the parent's as well, up to the exec.
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def quotients(times, own_times):
    """How many times faster the second is, round by round: median, least and greatest, as a cell of a table."""
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
    """A package with its version; nothing of one that is not installed, such as a peer that is not measured."""
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return None


def cores():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def kept(path):
    """What an earlier run that was cut short left at the path; nothing without a path."""
    return json.loads(path.read_text()) if path and path.exists() else {}


def keep(path, results):
    """Writes the results as JSON, whole or not at all; nowhere without a path."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(results, indent=1) + "\n")
        part.replace(path)

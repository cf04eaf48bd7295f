"""Training steps of this checkout against another one, such as the previous commit, in turns.

Every turn is a process of its own. The quotient is the time of a step there over the time here:
above 1, this checkout is faster.

Example:
    git worktree add ../before HEAD~1
    python benchmarks/before.py ../before --rounds 5
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import common
import subjects

HERE = Path(__file__).parents[1]
TURN = """
import sys
sys.path[:0] = [".", "benchmarks"]
import rate
print(min(rate.measured(sys.argv[1], int(sys.argv[2]), 1)["float32"]))
"""


def seconds(checkout, name, steps):
    """The seconds of a step of a network in a checkout."""
    command = [sys.executable, "-c", TURN, name, str(steps)]
    environment = {**os.environ, "PYTHONPATH": str(checkout.resolve())}
    environment.pop("TF_ENABLE_ONEDNN_OPTS", None)  # which this kgen has set
    done = subprocess.run(
        command,
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def row(name, there, arguments):
    """A network's line of the table."""
    steps = arguments.steps or subjects.SUBJECTS[name].steps
    contenders = {
        checkout: lambda checkout=checkout: seconds(checkout, name, steps)
        for checkout in (there, HERE)
    }
    times = common.interleaved(contenders, arguments.rounds)
    least = [f"{1000 * min(times[checkout]):.1f}" for checkout in contenders]
    return [
        name,
        *least,
        common.quotients(times[there], times[HERE]),
        _median(times, there),
    ]


def _median(times, there):
    return f"{statistics.median(times[there]) / statistics.median(times[HERE]):.2f}"


def main():
    parser = subjects.parser(__doc__)
    parser.add_argument("there", type=Path, help="the other checkout")
    arguments = parser.parse_args()
    rows = [row(name, arguments.there, arguments) for name in arguments.networks]
    header = [
        "",
        "ms per step there, least",
        "here",
        "there / here, turn by turn",
        "of medians",
    ]
    print(common.table(header, rows))


if __name__ == "__main__":
    main()

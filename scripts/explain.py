"""Shows what a trained classifier or regressor looks at, and whether that can be trusted.

Example:
    python scripts/explain.py runs/mnist
    python scripts/explain.py runs/mnist --images three.png eight.png --label 3
"""

import argparse

from kgen.experiments.contents import EXPLANATION_FILES, EXPLANATIONS
from kgen.experiments.explaining import explain
from kgen.experiments.tables import told
from kgen.runs.run import Run

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
)
parser.add_argument(
    "run", help="a run directory of a model that classifies or estimates a number"
)
parser.add_argument(
    "--images", nargs="+", default=(), help="files to explain in place of test values"
)
parser.add_argument(
    "--label", help="the class that is explained; the likeliest unless given"
)
arguments = parser.parse_args()

print(told(explain(Run.open(arguments.run), arguments.images, arguments.label)))
print(f"Written to {arguments.run}/{EXPLANATIONS}:", *EXPLANATION_FILES)

"""What the code asks of a reader: lines, functions, the ways of a batch and a picture, and probes.

The way of a batch is that of a new run up to the first ``play``; the way of a picture is that of an
npz file through one epoch of training to the report. Both count the functions of kgen that run.

Example:
    python benchmarks/house.py
"""

import ast
import inspect
import os
import re
import statistics
import sys
import tempfile
import threading
import tokenize
import unicodedata
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import common

PACKAGE = Path(__file__).parents[1] / "kgen"
WIDE = 100  # columns
RUN = 6  # lines
LAYOUT = {
    tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
MODELS = "VAE", "CVAE", "IWAE", "GAN", "AdversarialModel", "TileData"
PROBES = {
    "hasattr": r"\bhasattr\(",
    "getattr with a default": r"\bgetattr\([^()]*,[^()]*,",
    "except AttributeError": r"except[^\n]*AttributeError",
    "isinstance of a model or a data set": rf"isinstance\([^)]*\b({'|'.join(MODELS)})\b",
    "branches on num_classes": r"\b(if|or|and|not) [^\n]*\bnum_classes\b",
    "pixel_range": r"\bpixel_range\b",
    'config["…"]': r"config\[\"",
}
COMPREHENSIONS = ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp
ABOVE = (
    "runs",
    "cli",
    "search",
    "experiments",
    "callbacks",
    "metrics",
    "latent",
    "plots",
    "tasks",
    "verbs",
)


def sources(rooms=None):
    """The text of every file of the package, or of some of its rooms."""
    paths = sorted(PACKAGE.rglob("*.py"))
    inside = [
        path
        for path in paths
        if rooms is None or path.relative_to(PACKAGE).parts[0] in rooms
    ]
    return {path: path.read_text() for path in inside}


def tokens_a_line(path):
    """The number of tokens in each line that has any, without layout, comments and docstrings."""
    counts = {}
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            prose = token.type == tokenize.STRING and token.start[0] != token.end[0]
            if token.type not in LAYOUT and not prose:
                counts[token.start[0]] = counts.get(token.start[0], 0) + 1
    return list(counts.values())


def function_lengths(text):
    """How many lines each function has, without its docstring."""
    kinds = ast.FunctionDef, ast.AsyncFunctionDef
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, kinds):
            documentation = ast.get_docstring(node, clean=False)
            prose = documentation.count("\n") + 1 if documentation else 0
            yield node.end_lineno - node.lineno + 1 - prose


def columns(line):
    """The display width of a line, in which a combining tilde takes no column."""
    return sum(not unicodedata.combining(character) for character in line)


def comprehensions(text):
    return sum(isinstance(node, COMPREHENSIONS) for node in ast.walk(ast.parse(text)))


def lines():
    """The rows about lines and functions."""
    texts = sources()
    tokens = [count for path in texts for count in tokens_a_line(path)]
    lengths = [length for text in texts.values() for length in function_lengths(text)]
    every = [line for text in texts.values() for line in text.splitlines()]
    wide = sum(columns(line) > WIDE for line in every)
    packed = sum(map(comprehensions, texts.values()))
    yield "files, lines", f"{len(texts)}, {len(every):,}"
    yield "tokens per line, mean", f"{statistics.mean(tokens):.1f}"
    yield f"lines over {WIDE} columns", f"{wide} ({wide / len(every):.1%})"
    yield "comprehensions per 1,000 lines", f"{1000 * packed / len(every):.1f}"
    yield "functions", len(lengths)
    yield (
        "lines of a function, median and most",
        f"{statistics.median(lengths):g}, {max(lengths)}",
    )


def clones():
    """The row about lines within a run of six that also occurs elsewhere."""
    places, count = {}, 0
    for path, text in sources().items():
        code = [line.strip() for line in text.splitlines() if line.strip()]
        count += len(code)
        for start in range(len(code) - RUN + 1):
            places.setdefault(tuple(code[start : start + RUN]), []).append(
                (path, start)
            )
    copied = {
        (path, start + line)
        for found in places.values()
        if len(found) > 1
        for path, start in found
        for line in range(RUN)
    }
    yield (
        f"lines in runs of {RUN} that stand twice",
        f"{len(copied)} ({len(copied) / count:.2%})",
    )


def probes():
    """The rows about questions that the rooms above the models ask of models and data sets."""
    text = "\n".join(sources(ABOVE).values())
    for name, pattern in PROBES.items():
        yield f"{name} in {', '.join(ABOVE)}", len(re.findall(pattern, text))


class Journey:
    """The functions of kgen that run between entering and leaving, and up to the first ``play``."""

    def __enter__(self):
        self.functions, self.up_to_play = set(), None
        threading.setprofile(self._seen)
        sys.setprofile(self._seen)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)
        threading.setprofile(None)

    def _seen(self, frame, event, _):
        code = frame.f_code
        # The body of a class also runs, once, when its file is imported.
        function = code.co_flags & inspect.CO_OPTIMIZED
        if (
            event != "call"
            or not function
            or not code.co_filename.startswith(str(PACKAGE))
        ):
            return
        if code.co_name == "play" and self.up_to_play is None:
            self.up_to_play = set(self.functions)
        if not code.co_name.startswith("<"):
            self.functions.add((code.co_filename, code.co_firstlineno))


def travelled(folder):
    """The ways of a batch and of a picture: the number of functions and of files."""
    from kgen.experiments import training
    from kgen.runs.config import RunConfig

    import numpy as np

    random = np.random.default_rng(0)
    np.savez(folder / "images.npz", x=random.random((96, 8, 8)), y=np.arange(96) % 3)
    config = RunConfig("cvae", f"npz:{folder / 'images.npz'}", epochs=1, batch_size=16)
    with Journey() as journey:
        training.start(folder / "run", config)
    for name, functions in (
        ("a batch to the first play", journey.up_to_play),
        ("a file to a picture", journey.functions),
    ):
        yield (
            f"from {name}",
            f"{len(functions)} functions in {len({file for file, _ in functions})} files",
        )


def main():
    common.parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [*lines(), *clones(), *travelled(Path(folder)), *probes()]
    print(common.table(["what", "measured"], rows))


if __name__ == "__main__":
    main()

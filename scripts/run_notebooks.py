"""Runs notebooks from their first cell to their last, each in an empty folder, and keeps their outputs in them.

Example:
    python scripts/run_notebooks.py notebooks/1_vae.ipynb notebooks/2_gan.ipynb
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOISE = "stderr"  # notes of libraries, which differ from machine to machine


def executed(path):
    """The notebook with the outputs of its cells."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=600, record_timing=False, coalesce_streams=True, resources=resources).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [without_places(output) for output in cell.outputs if output.get("name") != NOISE]
    return notebook


def without_places(output):
    """What a cell put out, with paths from the repository on: where that lies is nobody's business."""
    if "text" in output:
        output["text"] = output["text"].replace(f"{ROOT}/", "")
    return output


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", type=Path, nargs="+")
    for path in parser.parse_args().notebooks:
        start = time.monotonic()
        nbformat.write(executed(path), path)
        print(f"{path}: {time.monotonic() - start:.0f} s, {path.stat().st_size / 1000:.0f} kB", flush=True)

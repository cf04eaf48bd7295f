"""Runs notebooks from start to end, each in an empty folder, and stores their outputs in them.

Example:
    python scripts/run_notebooks.py notebooks/1_vae.ipynb notebooks/2_gan.ipynb
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import base64
import io
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image as Picture

# bytes of a stored picture, and colours of a larger one after reduction
MOST, COLOURS = 45_000, 32
ROOT = Path(__file__).resolve().parents[1]
NOISE = "stderr"  # notes of libraries, which differ between machines


def executed(path):
    """The notebook with the outputs of its cells."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        NotebookClient(
            notebook,
            timeout=600,
            record_timing=False,
            coalesce_streams=True,
            resources=resources,
        ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [
                kept(output) for output in cell.outputs if output.get("name") != NOISE
            ]
    return notebook


def kept(output):
    """An output as it is stored: paths relative to the repository, and large pictures reduced."""
    if "text" in output:
        output["text"] = output["text"].replace(f"{ROOT}/", "")
    content = base64.b64decode(output.get("data", {}).get("image/png", ""))
    if len(content) > MOST:
        output["data"]["image/png"] = base64.b64encode(smaller(content)).decode()
    return output


def smaller(content):
    """A picture reduced to about as many bytes as may be stored."""
    picture, small = Picture.open(io.BytesIO(content)).convert("RGB"), io.BytesIO()
    share = (MOST / len(content)) ** 0.5
    picture = picture.resize([round(share * side) for side in picture.size])
    picture = picture.quantize(COLOURS, Picture.Quantize.MAXCOVERAGE)
    picture.save(small, format="png", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", type=Path, nargs="+")
    for path in parser.parse_args().notebooks:
        start = time.monotonic()
        nbformat.write(executed(path), path)
        print(
            f"{path}: {time.monotonic() - start:.0f} s, {path.stat().st_size / 1000:.0f} kB",
            flush=True,
        )

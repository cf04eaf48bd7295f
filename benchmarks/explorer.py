"""How long the explorer takes, for a run or a pretrained model: maps of latents, and the page.

For the page in Chromium: the time from the command to the drawn map with all thumbnails, from a
slider's move to the new image, and the frames per second while the map is dragged. Needs Chromium
and playwright.

Example:
    python benchmarks/explorer.py runs/mnist
    python benchmarks/explorer.py mnist --parts maps
"""

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

# as the command does, before scikit-learn is imported
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import common

MOVES, DRAGGED = 50, 2000  # moves of a slider, milliseconds
READY = (
    '() => document.querySelector("canvas.map[data-frames]") && '
    'document.querySelector("canvas.image[data-drawn]")'
)
# Milliseconds from each move of the first unit to the image that it asks for.
SLIDER = """
async (moves) => {
  const image = document.querySelector("canvas.image"), \
slider = document.querySelector("section:last-child input");
  const found = [];
  for (let move = 0; move < moves; move += 1) {
    const drawn = new Promise((done) => {
      const seen = new MutationObserver(() => { seen.disconnect(); done(); });
      seen.observe(image, { attributes: true, attributeFilter: ["data-drawn"] });
    });
    slider.value = -3 + 6 * move / moves;
    const start = performance.now();
    slider.dispatchEvent(new Event("input"));
    await drawn;
    found.push(performance.now() - start);
  }
  return found;
}
"""
# Frames of the map per second while it is dragged.
DRAG = """
async (milliseconds) => {
  const map = document.querySelector("canvas.map"), box = map.getBoundingClientRect(), \
start = performance.now();
  map.setPointerCapture = () => {};
  const place = (x) => ({ clientX: box.left + x, clientY: box.top + 99 });
  const point = (kind, x) => map.dispatchEvent(new PointerEvent(kind, place(x)));
  const before = Number(map.dataset.frames);
  point("pointerdown", 99);
  let now = start;
  while (now - start < milliseconds) {
    point("pointermove", 99 + (now - start) / 20);
    now = await new Promise(requestAnimationFrame);
  }
  point("pointerup", 300);
  return 1000 * (map.dataset.frames - before) / (now - start);
}
"""


def maps(source):
    """Wall seconds of each projection of all test latents, and processor seconds."""
    from kgen import latent
    from kgen.explorer.session import Session

    session = Session.of(source)
    count, found = len(session.latents), {}
    for name in latent.PROJECTIONS:
        start, worked = time.perf_counter(), time.process_time()
        session.points(name)
        found[f"map {name} of {count:,} latents, s"] = time.perf_counter() - start
        found[f"map {name}, processor s"] = time.process_time() - worked
    return found


def page(source):
    """What a user waits for in a browser."""
    start = time.perf_counter()
    with served(source) as address, browser() as shown:
        shown.goto(address)
        shown.wait_for_function(READY, timeout=300_000)
        shown.wait_for_load_state("networkidle")
        ready = time.perf_counter() - start
        moves = shown.evaluate(SLIDER, MOVES)
        return {
            "page ready after the command, s": ready,
            f"slider's move to the image, median of {MOVES}, ms": statistics.median(
                moves
            ),
            "the same, most, ms": max(moves),
            "drawings of the dragged map a second": shown.evaluate(DRAG, DRAGGED),
        }


@contextlib.contextmanager
def served(source):
    """The address of the page of a run, or of a model by its name, in a process of its own."""
    from kgen import pretrained

    asked = ["--model", source] if source in pretrained.names() else [source]
    command = [
        sys.executable,
        "-m",
        "kgen",
        "explore",
        *asked,
        "--no-browser",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(
                found[1]
                for line in process.stdout
                if (found := re.match(r"Open (\S+)", line))
            )
        finally:
            process.terminate()


@contextlib.contextmanager
def browser():
    """An empty page of Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        yield driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        ).new_page()


PARTS = {"maps": maps, "page": page}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "source", help="a run directory, or the name of a model of kgen.pretrained"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[*PARTS])
    arguments = parser.parse_args()
    print(common.machine())
    rows = [
        pair
        for part in arguments.parts
        for pair in PARTS[part](arguments.source).items()
    ]
    print(
        common.table(
            ["what", "measured"], [[name, f"{value:.3g}"] for name, value in rows]
        )
    )


if __name__ == "__main__":
    main()

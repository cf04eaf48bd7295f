"""A real browser for tests of the page."""

import base64
import contextlib
import io
import shutil

import numpy as np
import pytest
from PIL import Image

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


@contextlib.contextmanager
def browser_page():
    """An empty page of Chromium; skips the test where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the browser is driven by playwright"
    )
    if BROWSER is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=BROWSER, args=QUIET).new_page()


def pixels(page):
    """The picture that is shown."""
    address = page.eval_on_selector(
        "canvas.image", "canvas => canvas.toDataURL('image/png')"
    )
    file = io.BytesIO(base64.b64decode(address.partition(",")[2]))
    return np.asarray(Image.open(file).convert("RGB"))


def moved(page, action):
    """The picture after something was done, once it was drawn."""
    drawn = page.get_attribute("canvas.image", "data-drawn")
    action()
    changed = "n => document.querySelector('canvas.image').dataset.drawn !== n"
    page.wait_for_function(changed, arg=drawn)
    return pixels(page)

"""The page in a real browser: a slider, a class, a walk, a concept, and how users see them."""

import threading

import numpy as np
import pytest

from kgen.explorer.server import Server
from kgen.explorer.session import Session
from tests.experiments.test_latent_space import untrained
from tests.explorer.browser import browser_page, moved, pixels


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The page and what its console said."""
    run = untrained("cvae-cgan", "digits", tmp_path_factory.mktemp("page") / "run")
    with Server(Session.of_run(run, 60)) as server, browser_page() as page:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(server.address)
        page.wait_for_selector("canvas.map[data-frames]")
        page.wait_for_selector("canvas.image[data-drawn]")
        yield page, said, asked, server
        server.shutdown()


def slid(page, name, value):
    script = "(s, v) => { s.value = v; s.dispatchEvent(new Event('input')); }"
    page.eval_on_selector(f"input[aria-label^='{name}']", script, value)


def test_the_first_test_value_is_decoded_and_its_units_stand_at_its_latents(opened):
    page, _, _, server = opened
    session = server.session
    first, label = session.latents[0], session.labels[0]
    expected = session.decoded(first, label)
    np.testing.assert_array_equal(pixels(page), expected)
    unit = session.state["units"][0]["unit"]
    shown = page.inner_text("section:last-child label.slider output")
    assert abs(float(shown) - first[unit]) < 0.006


@pytest.mark.parametrize("name", ["unit", "slanted", "thick"])
def test_a_slider_changes_the_picture(opened, name):
    page = opened[0]
    before = pixels(page)
    assert (moved(page, lambda: slid(page, name, 2.0)) != before).any()
    assert (moved(page, lambda: slid(page, name, -2.0)) != before).any()


def test_a_class_button_keeps_the_style(opened):
    page, _, _, server = opened
    moved(page, lambda: page.click("button:text-is('Middle')"))
    shown = moved(page, lambda: page.click("button:text-is('7')"))
    expected = server.session.decoded(np.zeros(4), 7)
    np.testing.assert_array_equal(shown, expected)
    assert page.get_attribute("button:text-is('7')", "aria-pressed") == "true"


def test_a_box_lays_over_what_speaks_for_the_class(opened):
    page, _, _, server = opened
    plain = moved(page, lambda: page.click("button:text-is('Middle')"))
    shown = moved(page, lambda: page.check("input[type=checkbox]"))
    label = int(page.inner_text("button[aria-pressed=true]"))
    np.testing.assert_array_equal(
        shown, server.session.decoded(np.zeros(4), label, explained=True)
    )
    assert (shown != plain).any()
    np.testing.assert_array_equal(
        moved(page, lambda: page.uncheck("input[type=checkbox]")), plain
    )


def test_a_walk_leads_from_a_to_b(opened):
    page = opened[0]
    first = moved(page, lambda: page.click("button:text-is('Sample')"))
    page.click("button:text-is('Keep as A')")
    second = moved(page, lambda: page.click("button:text-is('Sample')"))
    page.click("button:text-is('Keep as B')")
    assert (first != second).any()
    np.testing.assert_array_equal(
        moved(page, lambda: slid(page, "from A to B", 0)), first
    )
    np.testing.assert_array_equal(
        moved(page, lambda: slid(page, "from A to B", 100)), second
    )


def test_a_click_on_the_map_takes_a_latent_vector(opened):
    page, _, _, server = opened
    points = server.session.points("pca")
    number = int(np.abs(points).sum(axis=1).argmax())  # at the rim, where no other lies
    box = page.query_selector("canvas.map").bounding_box()
    x, y = (0.5 + 0.475 * points[number] * [1, -1]).tolist()
    place = box["x"] + x * box["width"], box["y"] + y * box["height"]
    page.mouse.move(*place)
    assert f"test value {number}," in page.inner_text("canvas.hover + span")
    shown = moved(page, lambda: page.mouse.click(*place))
    expected = server.session.decoded(
        server.session.latents[number], server.session.labels[number]
    )
    np.testing.assert_array_equal(shown, expected)


def test_pictures_and_latents_are_saved(opened):
    page = opened[0]
    for name, suffix in (("Save PNG", ".png"), ("Save latents", ".json")):
        with page.expect_download() as saved:
            page.click(f"button:text-is('{name}')")
        assert saved.value.suggested_filename.endswith(suffix)


def test_nothing_was_complained_of_and_nobody_else_was_asked(opened):
    _, said, asked, server = opened
    assert said == []
    assert all(url.startswith((server.address, "data:", "blob:")) for url in asked)

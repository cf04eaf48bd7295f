"""The explorer in a notebook cell: state and answers of the widget, its module in a browser."""

import base64
import builtins

import numpy as np
import pytest

from kgen import explorer
from kgen.explorer.session import Session
from tests.experiments.test_latent_space import untrained
from tests.explorer.browser import browser_page, moved, pixels

NEEDED = "the widget of a notebook needs the extra notebook: pip install anywidget"
# In place of a notebook: a widget whose values and answers come from Python.
HOST = """
async ({ esm, values }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const held = Object.fromEntries(Object.entries(values).map(
    ([name, value]) => [name, typeof value === "string" \
? new DataView(bytes(value).buffer) : value]));
  let listener = null;
  const model = {
    get: (name) => held[name],
    on: (_, heard) => { listener = heard; },
    off: () => { listener = null; },
    send: async (question) => {
      const [answer, buffers] = await window.kernel(question);
      listener(answer, buffers.map((text) => new DataView(bytes(text).buffer)));
    },
  };
  const module = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  await module.default.render({ model, el: document.body });
  return Object.keys(module);
}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return untrained("cvae", "digits", tmp_path_factory.mktemp("notebook") / "run")


@pytest.fixture
def widget(run, monkeypatch):
    """The widget of a run, and what it sends."""
    pytest.importorskip("anywidget", reason=NEEDED)
    made, sent = explorer.widget(run, count=40), []
    monkeypatch.setattr(
        made, "send", lambda content, buffers=(): sent.append((content, list(buffers)))
    )
    return made, sent


def asked(widget, **question):
    """What the widget answers."""
    made, sent = widget
    made._handle_custom_msg({"number": 0.5, **question}, [])
    return sent.pop()


def test_the_widget_holds_what_a_page_asks_for_at_first(widget):
    made, session = widget[0], widget[0].session
    assert made.state == session.state and made.sprite == session.sprite
    np.testing.assert_array_equal(
        np.frombuffer(made.latents, "float32").reshape(-1, 4), session.latents
    )
    np.testing.assert_array_equal(np.frombuffer(made.labels, "int32"), session.labels)


def test_the_widget_decodes_and_projects(widget):
    session = widget[0].session
    answer, (pixels,) = asked(widget, z=[0.5, 1.0, 0.0, -1.0], label=7)
    assert answer == {"number": 0.5, "width": 8, "height": 8}
    expected = session.decoded([0.5, 1.0, 0.0, -1.0], 7)
    np.testing.assert_array_equal(
        np.frombuffer(pixels, "uint8").reshape(8, 8, 3), expected
    )
    answer, (points,) = asked(widget, projection="pca")
    np.testing.assert_array_equal(
        np.frombuffer(points, "float32").reshape(-1, 2), session.points("pca")
    )


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ({"z": [0.0] * 4, "label": 10}, "label=10 is no class"),
        ({"z": [0.0] * 3, "label": 0}, "the shape of this latent vector is"),
        ({"projection": "pcx"}, "Unknown projection 'pcx'"),
    ],
)
def test_the_widget_says_what_cannot_be_done(widget, question, fault):
    answer, buffers = asked(widget, **question)
    assert fault in answer["fault"] and answer["number"] == 0.5 and buffers == []


def test_the_module_of_the_page_works_in_a_widget(widget):
    made = widget[0]
    with browser_page() as page:
        page.expose_function(
            "kernel", lambda question: encoded(*asked(widget, **question))
        )
        values = {
            "state": made.state,
            **{
                name: text(getattr(made, name))
                for name in ("latents", "labels", "sprite")
            },
        }
        # A named export render would be anywidget's former, deprecated form.
        assert page.evaluate(HOST, {"esm": str(made._esm), "values": values}) == [
            "default"
        ]
        page.wait_for_selector("canvas.image[data-drawn]")
        page.wait_for_selector("canvas.map[data-frames]")
        np.testing.assert_array_equal(
            pixels(page),
            made.session.decoded(made.session.latents[0], made.session.labels[0]),
        )
        shown = moved(page, lambda: page.click("button:text-is('Middle')"))
        np.testing.assert_array_equal(
            shown, made.session.decoded(np.zeros(4), made.session.labels[0])
        )


def encoded(answer, buffers):
    return [{**answer}, [text(buffer) for buffer in buffers]]


def text(content):
    return base64.b64encode(bytes(content)).decode()


def test_without_anywidget_it_says_what_to_install(run, monkeypatch):
    real = builtins.__import__

    def missing(name, *args, **kwargs):
        if name == "anywidget":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match="pip install anywidget.*kgen explore"):
        explorer.widget(run)


def test_a_session_is_of_a_run_its_path_a_name_or_a_model(run):
    model = run.model()
    sessions = [
        Session.of(run, count=40),
        Session.of(str(run.path), count=40),
        Session.of(model, run.dataset(), 40),
    ]
    for session in sessions[1:]:
        np.testing.assert_array_equal(session.latents, sessions[0].latents)
    assert (
        Session.of("mnist", count=100).state["note"]
        == "20 epochs, weights that come with kgen"
    )
    with pytest.raises(TypeError, match="Beside a model give data="):
        Session.of(model)
    with pytest.raises(FileNotFoundError, match="nowhere is not a run directory"):
        Session.of("nowhere")

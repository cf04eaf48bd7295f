"""The page's server: what it answers, and whom it refuses."""

import contextlib
import http.client
import io
import json
import re
import socket
import struct
import threading

import numpy as np
import pytest
from PIL import Image

from kgen import interpret
from kgen.explorer.server import Server
from kgen.explorer.session import Session
from kgen.plots.explanations import laid_over
from tests.experiments.test_latent_space import untrained


@contextlib.contextmanager
def serving(session, *address):
    """A server of a session, which answers in the background."""
    with Server(session, *address) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    run = untrained("cvae", "digits", tmp_path_factory.mktemp("explorer") / "run")
    with serving(Session.of_run(run, 50)) as server:
        yield server


def asked(server, path, body=None, method=None, **headers):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(*server.server_address[:2])
    connection.request(method or ("POST" if body else "GET"), path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def test_the_state_says_what_the_page_has_to_know(served):
    status, headers, body = asked(served, "/state")
    state = json.loads(body)
    assert status == 200 and "default-src 'none'" in headers["Content-Security-Policy"]
    assert (
        state["title"] == "CVAE on digits"
        and state["note"] == "0 of 5 epochs: its last checkpoint"
    )
    assert (
        state["conditional"]
        and state["classes"] == list("0123456789")
        and state["count"] == 50
    )
    activity = [unit["activity"] for unit in state["units"]]
    assert activity == sorted(activity, reverse=True) and len(activity) == 4
    assert [concept["name"] for concept in state["concepts"]] == [
        "thick",
        "slanted",
        "wide",
        "tall",
    ]


def test_latents_labels_and_points_belong_together(served):
    session = served.session
    latents = np.frombuffer(asked(served, "/latents")[2], "float32").reshape(-1, 4)
    labels = np.frombuffer(asked(served, "/labels")[2], "int32")
    expected = session.model.latents(session.space.test["x"], labels)
    np.testing.assert_allclose(latents, expected, atol=1e-6)
    points = np.frombuffer(asked(served, "/points/pca")[2], "float32").reshape(-1, 2)
    assert len(points) == 50
    np.testing.assert_allclose(
        [points.min(axis=0), points.max(axis=0)], [[-1, -1], [1, 1]], atol=1e-6
    )


def test_a_latent_vector_is_decoded_as_the_model_decodes_it(served):
    z = [0.5, -1.0, 0.0, 2.0]
    status, headers, body = asked(served, "/decode", json.dumps({"z": z, "label": 7}))
    assert status == 200 and headers["X-Size"] == "8x8"
    picture = np.frombuffer(body, "uint8").reshape(8, 8, 3)
    value = served.session.model.decode(np.array([z], "float32"), np.array([7]))
    expected = 255.0 * served.session.field.comparable(value)[0]
    np.testing.assert_allclose(picture, np.repeat(expected, 3, axis=-1), atol=0.51)


def test_a_picture_is_explained_where_the_model_reads_its_class(served, tmp_path):
    body = json.dumps({"z": [0.5, -1.0, 0.0, 2.0], "label": 7, "explained": True})
    status, _, said = asked(served, "/decode", body)
    assert (
        status == 400 and b"CVAE on digits has no class of a picture to explain" in said
    )
    assert not served.session.state["explains"]
    session = Session.of_run(untrained("cvae-cgan", "digits", tmp_path / "run"), 50)
    with serving(session) as server:
        assert session.state["explains"]
        status, headers, body = asked(server, "/decode", body)
    assert status == 200 and headers["X-Size"] == "8x8"
    picture = np.frombuffer(body, "uint8").reshape(8, 8, 3)
    value = session.model.decode(
        np.array([[0.5, -1.0, 0.0, 2.0]], "float32"), np.array([7])
    )
    (found,) = interpret.grad_cam(session.model, value)
    plain = session.decoded([0.5, -1.0, 0.0, 2.0], 7)
    expected = 255 * laid_over(plain / 255, found)
    np.testing.assert_allclose(picture, expected, atol=1.01)


def test_the_sprite_holds_every_thumbnail(served):
    sheet = np.asarray(Image.open(io.BytesIO(asked(served, "/sprite.png")[2])))
    assert sheet.shape == (7 * 28, 8 * 28, 3)
    ninth = Image.fromarray(
        served.session._pictures(served.session.space.test["x"][8:9])[0]
    ).resize((28, 28))
    np.testing.assert_array_equal(sheet[28:56, :28], ninth)


def test_many_ask_at_once(served):
    body, found = json.dumps({"z": [0.0] * 4, "label": 3}), []
    threads = [
        threading.Thread(target=lambda: found.append(asked(served, "/decode", body)[2]))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12 and len(set(found)) == 1


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/state", {"Host": "evil.example"}, 403),
        ("/state", {"Host": "127.0.0.1:1"}, 403),
        ("/state", {"Origin": "http://evil.example"}, 403),
        ("/../setup.cfg", {}, 404),
        ("/page/../server.py", {}, 404),
        ("/points/../../x", {}, 400),
        ("/points/%2e%2e/x", {}, 400),
        ("/config.json", {}, 404),
        ("/model.keras", {}, 404),
    ],
)
def test_others_and_other_files_are_refused(served, path, headers, status):
    assert asked(served, path, **headers)[0] == status


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"z": [0.0] * 3}),
        json.dumps({"z": [0.0] * 4, "label": 10}),
        json.dumps({"z": [0.0] * 4, "label": -1}),
        json.dumps({"z": [0.0] * 4, "label": 1.5}),
        json.dumps({"z": [0.0] * 4, "label": [1]}),
        json.dumps({"z": [10**400] * 4}),
        json.dumps({"z": {}}),
        "[" * 100_000,
        json.dumps({"z": [float("nan")] * 4}),
        json.dumps({"z": "x"}),
        json.dumps({}),
        json.dumps([1]),
        "{",
    ],
)
def test_latents_that_are_none_are_refused_with_what_is_needed(served, body):
    status, _, told = asked(served, "/decode", body)
    assert status == 400 and told.startswith(
        b"A latent vector of 4 finite numbers and a class from 0 to 9 are needed"
    )


def test_a_map_that_is_not_there_is_refused_with_those_that_are(served):
    status, _, told = asked(served, "/points/pcx")
    assert (
        status == 400
        and told.decode()
        == "Unknown projection 'pcx'. Did you mean pca? Known: pca, tsne, umap.\n"
    )


def test_a_map_of_too_few_latents_is_refused_with_how_many_it_takes(tmp_path):
    session = Session.of_run(untrained("cvae", "digits", tmp_path / "run"), 25)
    with serving(session) as server:
        status, _, told = asked(server, "/points/tsne")
    assert status == 400 and b"25 latents are not more than the perplexity, 30" in told
    # a third is less than the ten that each takes
    assert session.state["concepts"] == []


def test_a_browser_that_leaves_ends_nothing(served, capsys):
    for _ in range(3):
        with socket.create_connection(served.server_address[:2]) as left:
            host = f"127.0.0.1:{served.server_address[1]}"
            left.sendall(f"GET /latents HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            # a reset, not a goodbye
            left.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
    assert asked(served, "/state")[0] == 200
    assert "Traceback" not in capsys.readouterr().err


def test_a_request_that_is_too_large_is_not_read(served):
    headers = {"Content-Length": str(2**20 + 1)}
    assert asked(served, "/decode", method="POST", **headers)[0] == 400


def test_a_page_of_another_site_cannot_decode(served):
    body = json.dumps({"z": [0.0] * 4})
    assert asked(served, "/decode", body, Origin="http://evil.example")[0] == 403
    assert asked(served, "/state", body)[0] == 404


def test_on_another_address_only_who_knows_the_key_is_answered(served):
    with serving(served.session, "0.0.0.0") as server:
        assert asked(server, "/state")[0] == 403
        status, headers, _ = asked(server, f"/?key={server.secret}")
        assert status == 200 and f"?key={server.secret}" in server.address
        cookie = headers["Set-Cookie"].split(";")[0]
        assert asked(server, "/state", Cookie=cookie)[0] == 200
        assert asked(server, "/state", Cookie="key=wrong")[0] == 403
        assert asked(server, "/state", Cookie="\x01;=;path=/;key")[0] == 403


def test_a_port_in_use_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError,
            match=f"port={port} of 127.0.0.1 is in use by another program.*such as",
        ) as told:
            Server(None, port=port)
    other = int(re.search(r"such as (\d+), which is free", str(told.value))[1])
    Server(None, port=other).server_close()


def test_an_address_of_another_computer_is_told():
    with pytest.raises(
        OSError,
        match=r"host='192.0.2.1' with port=0 cannot be served.*an address of this computer",
    ):
        Server(None, "192.0.2.1")


@pytest.mark.parametrize(
    ("name", "dataset"), [("gan", "digits"), ("autoencoder", "ring")]
)
def test_every_model_that_draws_has_a_session(name, dataset, tmp_path):
    session = Session.of_run(untrained(name, dataset, tmp_path / "run"), 40)
    state = session.state
    assert (state["lacking"] is None) == (name == "autoencoder")
    assert not state["conditional"] and state["count"] == (
        40 if name == "autoencoder" else 0
    )
    picture = session.decoded(np.ones(state["latent_dim"]))
    if state["lacking"]:
        with serving(session) as server:
            assert (
                b"GAN has nothing to show on a plane: it has no encoder"
                in asked(server, "/points/pca")[2]
            )
    assert picture.dtype == "uint8" and picture.shape[-1] == 3 and np.ptp(picture) > 0

"""The page of an exploration, served to browsers of this computer."""

import errno
import json
import secrets
import socket
import sys
from functools import cached_property
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from kgen.explorer.session import Session

LOCAL = "127.0.0.1"
LARGEST = 2**20  # bytes of a request
PAGES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/explorer.js": ("explorer.js", "text/javascript; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/explorer.css": ("explorer.css", "text/css; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Server(ThreadingHTTPServer):
    """Serves a ``Session`` on one address.

    Args:
        session: ``kgen.explorer.session.Session``; ``None`` where it is set before the first
            request.
        host: str, the address to serve on; by default reachable from this computer only. On any
            other address the URL contains a secret, which every request must present.
        port: int, 0 for any free port.

    Raises:
        OSError: if the port is in use.
    """

    daemon_threads = True
    server_address: tuple[str, int]

    def __init__(self, session: "Session | None", host: str = LOCAL, port: int = 0):
        self.session = cast("Session", session)
        self.secret = None if host == LOCAL else secrets.token_urlsafe(16)
        try:
            super().__init__((host, port), Handler)
        except OSError as error:
            raise OSError(_refused(host, port, error)) from error

    @property
    def address(self) -> str:
        """The URL to open in a browser."""
        host, port = self.server_address[:2]
        return f"http://{host}:{port}/" + (f"?key={self.secret}" if self.secret else "")

    @cached_property
    def hosts(self) -> set[str]:
        """The values of the Host header that a browser may send."""
        host, port = self.server_address[:2]
        names = {LOCAL, "localhost"} if host == LOCAL else {host}
        return {f"{name}:{port}" for name in names}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores a browser that left before it was answered; other errors are reported."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _refused(host, port, error):
    if error.errno != errno.EADDRINUSE:
        return (
            f"host={host!r} with port={port} cannot be served: {error.strerror}. "
            "Choose an address of this computer."
        )
    return (
        f"port={port} of {host} is in use by another program. "
        f"Choose another, such as {_free(host)}, which is free."
    )


def _free(host):
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Handler(BaseHTTPRequestHandler):
    """Answers one request of a page."""

    server: Server
    server_version, sys_version = "kgen", ""
    protocol_version = "HTTP/1.1"
    # Headers and body go in one packet: a second one would wait 40 ms for the browser to
    # acknowledge the first.
    wbufsize, disable_nagle_algorithm = -1, True

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if not self._allowed():
            return
        if path in PAGES:
            name, kind = PAGES[path]
            self._answer(
                resources.files("kgen.explorer").joinpath("page", name).read_bytes(),
                kind,
            )
        elif path in self._parts:
            self._answer(*self._parts[path]())
        elif path.startswith("/points/"):
            self._answer_points(path.removeprefix("/points/"))
        else:
            self._refuse(404, "There is no such page.")

    def do_POST(self) -> None:
        if not self._allowed():
            return
        if urlsplit(self.path).path != "/decode":
            self._refuse(404, "There is no such page.")
            return
        try:
            asked = self._asked()
            picture = self.server.session.decoded(
                asked.get("z"), asked.get("label", 0), asked.get("explained") is True
            )
        except ValueError as error:
            self._refuse(400, str(error))
            return
        height, width = picture.shape[:2]
        self._answer(picture.tobytes(), size=f"{width}x{height}")

    @property
    def _parts(self):
        session = self.server.session
        return {
            "/state": lambda: (json.dumps(session.state).encode(), "application/json"),
            "/latents": lambda: (session.latents.tobytes(),),
            "/labels": lambda: (session.labels.tobytes(),),
            "/sprite.png": lambda: (session.sprite, "image/png"),
        }

    def _answer_points(self, projection):
        try:
            points = self.server.session.points(projection)
        except ValueError as error:
            self._refuse(400, str(error))
            return
        self._answer(points.tobytes())

    def _asked(self):
        length = int(self.headers.get("Content-Length", 0))
        needed = self.server.session.needed
        if not 0 < length <= LARGEST:
            raise ValueError(
                f"{needed}, in a request of 1 to {LARGEST} bytes: this one has {length}."
            )
        try:
            asked = json.loads(self.rfile.read(length))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{needed}, as JSON: {error}.") from error
        if not isinstance(asked, dict):
            raise ValueError(f"{needed}, as a JSON object: this is none.")
        return asked

    def _allowed(self):
        """Refuses requests that another site's page makes through this computer's browser."""
        host, origin = self.headers.get("Host"), self.headers.get("Origin")
        known = self.server.secret or host in self.server.hosts
        if not known or (origin is not None and urlsplit(origin).netloc != host):
            self._refuse(403, "This page is served to its own address only.")
            return False
        if self.server.secret and not self._knows_the_secret():
            self._refuse(
                403,
                "The address lacks its key; open the one that kgen explore printed.",
            )
            return False
        return True

    def _knows_the_secret(self):
        """Whether the key is in the URL that was printed, or in the cookie of the first answer."""
        asked = parse_qs(urlsplit(self.path).query).get("key", [""])[0]
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("key")
        given = [asked, cookie.value if cookie else ""]
        secret = self.server.secret.encode()
        return any(secrets.compare_digest(key.encode(), secret) for key in given)

    def _answer(self, body, kind="application/octet-stream", size=None):
        self.send_response(200)
        headers = {
            "Content-Type": kind,
            "Content-Length": len(body),
            "Content-Security-Policy": POLICY,
        }
        headers |= {
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        for name, value in headers.items():
            self.send_header(name, str(value))
        if size:
            self.send_header("X-Size", size)
        if self.server.secret:
            cookie = f"key={self.server.secret}; HttpOnly; SameSite=Strict; Path=/"
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status, reason):
        # The rest of the request is not read: the connection cannot serve another.
        self.close_connection = True
        body = f"{reason}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Logs nothing: a slider sends thirty requests per second."""

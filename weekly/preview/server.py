"""Serve pages to the local machine only."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from weekly.errors import GivenError

HOST = "127.0.0.1"
MAX_BYTES = 1_000_000
"""The largest request body that is read."""


class Answer(NamedTuple):
    """The content of a response, with its type and status."""

    content: str
    type: str = "text/html"
    status: int = 200


Routes = Mapping[str, Callable[[bytes], Answer]]
"""The function that answers each request, given its body, by method and name such as "GET version"."""


class Server(ThreadingHTTPServer):
    """Serves routes at 127.0.0.1, below a secret folder where `token` is given."""

    daemon_threads = True

    def __init__(self, port: int, routes: Routes, *, token: str = "") -> None:
        """Listen on the port, or on any free one if it is 0."""
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise GivenError(f"--port {port}: {getattr(error, 'strerror', None) or error}; name another") from error
        self._routes = routes
        self._token = token

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.server_address[1]}/{self._token and self._token + '/'}"

    def is_ours(self, host: str) -> bool:
        """Tell whether a Host header names this server. A foreign name that resolves here is an attack."""
        return host in {f"{name}:{self.server_address[1]}" for name in (HOST, "localhost")}

    def route(self, method: str, path: str) -> Callable[[bytes], Answer] | None:
        """Return what answers a request, None where there is nothing or the token is wrong."""
        token, _, name = path[1:].rpartition("/")
        is_permitted = secrets.compare_digest(token.encode(), self._token.encode())
        return self._routes.get(f"{method} {name}") if is_permitted else None


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "weekly"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        host, length = self.headers.get("host", ""), self.headers.get("content-length", "")
        if self.headers.get("origin") != f"http://{host}":
            self._answer(Answer("Only the page itself may send this.\n", "text/plain", 403))
        elif self.headers.get_content_type() != "application/json":
            self._answer(Answer("Send JSON.\n", "text/plain", 415))
        elif not length.isdecimal() or int(length) > MAX_BYTES:
            self._answer(Answer(f"Send at most {MAX_BYTES} bytes.\n", "text/plain", 413))
        else:
            self._serve(self.rfile.read(int(length)))

    def _serve(self, body: bytes) -> None:
        route = self.server.route(self.command, self.path.partition("?")[0])
        if not self.server.is_ours(self.headers.get("host", "")):
            self._answer(Answer("This page is served to this machine alone.\n", "text/plain", 421))
        elif route is None:
            self._answer(Answer("There is nothing but the page itself.\n", "text/plain", 404))
        else:
            try:
                answer = route(body)
            except Exception as error:
                self._answer(Answer(f"This is a bug in weekly: {error}\n", "text/plain", 500))
                raise  # the traceback goes to stderr
            self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        body = answer.content.encode()
        self.send_response(answer.status)
        self.send_header("content-type", f"{answer.type}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("x-frame-options", "DENY")
        self.send_header("cross-origin-resource-policy", "same-origin")
        self.send_header("referrer-policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Log nothing, since the page asks every second."""

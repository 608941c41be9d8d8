"""Serve a page to the local machine only, with a version that changes when the page does."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from weekly.errors import GivenError

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves the results of `page` and `version` at 127.0.0.1."""

    daemon_threads = True

    def __init__(self, port: int, *, page: Callable[[], str], version: Callable[[], str]) -> None:
        """Listen on the port, or on any free one if it is 0."""
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise GivenError(f"--port {port}: {getattr(error, 'strerror', None) or error}; name another") from error
        self.page = page
        self.version = version

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def is_ours(self, host: str) -> bool:
        """Tell whether a Host header names this server. A foreign name that resolves here is an attack."""
        return host in {f"{name}:{self.server_address[1]}" for name in (HOST, "localhost")}


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "weekly"
    sys_version = ""

    def do_GET(self) -> None:
        answers = {"/": ("text/html", self.server.page), "/version": ("text/plain", self.server.version)}
        path = self.path.partition("?")[0]
        if not self.server.is_ours(self.headers.get("host", "")):
            self._answer(421, "text/plain", "This page is served to this machine alone.\n")
        elif path in answers:
            content_type, content = answers[path]
            self._answer(200, content_type, content())
        else:
            self._answer(404, "text/plain", "There is nothing but the page itself, at /.\n")

    def _answer(self, status: int, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{content_type}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("x-frame-options", "DENY")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Log nothing, since the page asks every second."""

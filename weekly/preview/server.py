"""A page served on this machine alone, with a version by which the page sees that there is another."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from weekly.errors import GivenError

HOST = "127.0.0.1"


class Server(ThreadingHTTPServer):
    """Serves what `page` makes at each call, and what `version` says, at 127.0.0.1."""

    daemon_threads = True

    def __init__(self, port: int, *, page: Callable[[], str], version: Callable[[], str]) -> None:
        """Take the port, or any that is free where it is 0."""
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise GivenError(f"--port {port}: {getattr(error, 'strerror', None) or error}; name another") from error
        self.page = page
        self.version = version

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_address[1]}/"

    def is_ours(self, host: str) -> bool:
        """Whether a request was meant for us: a foreign name that leads here is somebody's trick."""
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
            kind, made = answers[path]
            self._answer(200, kind, made())
        else:
            self._answer(404, "text/plain", "There is nothing but the page itself, at /.\n")

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("x-frame-options", "DENY")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing of each request: the page asks every second."""

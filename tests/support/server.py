"""A loopback HTTP server that answers as a plain function says, counts, and stops with the test."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer; `cut` closes the connection half-way through the body, `None` as body before any of it.

    `drip` sends the body byte by byte, with so many seconds between them.
    """

    status: int = 200
    body: bytes | None = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    drip: float = 0.0

    @classmethod
    def of_json(cls, value: Any, status: int = 200, **headers: str) -> Response:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        named = {"content-type": "application/json; charset=utf-8"} | named
        return cls(status=status, body=json.dumps(value).encode(), headers=named)


Answer = Callable[[Request], Response]


class Server(ThreadingHTTPServer):
    """`faults` are tried first, each once, in order: one that returns None lets the request through.

    `date` is what answers say of the time: nothing, unless a test sets it, since commands have a clock of the test's.
    With `tls` it is a proxy too, which answers for the server that a client wants to reach through it.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Answer, latency: float = 0.0, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.date: str | None = None
        self.tls = tls
        self.answer = answer
        self.latency = latency
        self.faults: list[Callable[[Request], Response | None]] = []
        self.requests: list[Request] = []
        self.under_way = 0
        self.most_at_once = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def respond(self, request: Request) -> Response:
        with self.lock:
            self.requests.append(request)
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
            fault = self.faults.pop(0) if self.faults else None
        try:
            if self.latency:
                time.sleep(self.latency)
            return (fault(request) if fault else None) or self.answer(request)
        finally:
            with self.lock:
                self.under_way -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "weekly-stand-in"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.respond(
            Request(method=self.command, path=parts.path, query=query, headers=headers, body=body)
        )
        if response.body is None:
            self.close_connection = True
            return
        self.send_response_only(response.status)
        self.send_header("server", self.server_version)
        if self.server.date is not None:
            self.send_header("date", self.server.date)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        for byte in response.body if response.drip else b"":
            self.wfile.write(bytes([byte]))
            time.sleep(response.drip)
        if response.drip:
            return
        if self.command != "HEAD":
            self.wfile.write(response.body[: len(response.body) // 2] if response.cut else response.body)
        if response.cut:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815  the names that http.server looks for

    def do_CONNECT(self) -> None:
        """Be the server that was to be reached: nothing is passed on."""
        if self.server.tls is None:
            self.send_error(405)
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.close_connection = False

    def finish(self) -> None:
        """Close what was laid over the connection that the server accepted, and will close."""
        super().finish()
        if self.connection is not self.request:
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
        """Say nothing: tests read stderr."""


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

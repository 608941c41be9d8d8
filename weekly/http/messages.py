"""Requests and replies, and which redirects a request follows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request.

    Headers go only to servers that `follows` accepts, given the old and the new address. Without it, no redirect is
    followed. `repeat_within` is for how many seconds a write that may have arrived can be repeated. `advice` ends an error.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str | bytes] = {}
    options: Mapping[str, Any] = {}
    follows: Callable[[str, str], bool] | None = None
    repeat_within: float = float("inf")
    advice: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A server's answer. Header names are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @cached_property
    def data(self) -> Any:
        """The decoded JSON, None unless the body is an object or a list."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict | list) else None

    @property
    def target(self) -> str:
        """The address that a redirect leads to, empty where the reply is none."""
        location = self.headers.get("location", "") if self.status in REDIRECTS else ""
        try:
            return urljoin(self.url, location) if location else ""
        except ValueError:
            return location

    @property
    def kind(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def errors(self) -> str:
        """The reason that the server gives, on one line."""
        return errors_of(self.data)


def is_same_origin(old: str, new: str) -> bool:
    """Tell whether two addresses have scheme, host and port in common."""
    return urlsplit(old)[:2] == urlsplit(new)[:2]


def is_same_site(old: str, new: str) -> bool:
    """Tell whether a redirect stays on its site.

    It leads to the host or a part of it, as safe or safer, at the usual port.
    """
    try:
        one, two = urlsplit(old), urlsplit(new)
        ports = one.port or _PORTS.get(one.scheme), two.port or _PORTS.get(two.scheme)
    except ValueError:
        return False
    hosts = sorted(((one.hostname or "").removeprefix("www."), (two.hostname or "").removeprefix("www.")), key=len)
    is_near = hosts[0] != "" and (hosts[0] == hosts[1] or hosts[1].endswith(f".{hosts[0]}"))
    is_as_safe = two.scheme == one.scheme or (one.scheme, two.scheme) == ("http", "https")
    return is_near and is_as_safe and (ports[0] == ports[1] or ports == (80, 443))


def errors_of(data: Any) -> str:
    """Return the reason that the JSON of an answer gives, on one line."""
    data = data if isinstance(data, dict) else {}
    listed = data.get("errors")
    parts = [data.get("message"), *(listed if isinstance(listed, list) else [listed])]
    texts = [str(part.get("message", part) if isinstance(part, dict) else part) for part in parts if part]
    return " ".join(" ".join(texts).split()) or "no reason given"

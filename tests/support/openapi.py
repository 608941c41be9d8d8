"""What the stand-in forum was asked and answered, held against Discourse's published OpenAPI."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.discourse import EXTENSIONS
from tests.support.facts import SHARED
from tests.support.server import Request, Response

SPEC = SHARED / "schemas" / "discourse.openapi.json"
MISSING = "Discourse's published OpenAPI is not next to this checkout"

ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {"errors": {"type": "array", "items": {"type": "string"}}},
}
UNPUBLISHED = {
    "GET /posts/{username}/pending.json": r"GET /posts/[^/0-9][^/]*/pending\.json",
    "GET /posts/{username}/deleted.json": r"GET /posts/[^/0-9][^/]*/deleted\.json",
    "GET /topics/created-by/{username}.json": r"GET /topics/created-by/[^/]+\.json",
    "GET /site/settings.json": r"GET /site/settings\.json",
}
"""Ways that the published OpenAPI doesn't have at all."""


class Published:
    """The OpenAPI, with our extensions of it, each of which counts when it is needed."""

    def __init__(self, path: Path = SPEC) -> None:
        self.paths: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["paths"]
        self.needed: set[str] = set()
        self.seen: set[str] = set()

    def faults(self, request: Request, response: Response) -> Iterator[str]:
        """Where an exchange isn't as published."""
        called = f"{request.method} {request.path}"
        for name, pattern in UNPUBLISHED.items():
            if re.fullmatch(pattern, called):
                self.needed.add(name)
                return
        path = self._path(request)
        if path is None:
            yield f"{called}: not published"
            return
        self.seen.add(f"{request.method} {path}")
        operation = self.paths[path][request.method.lower()]
        yield from self._asked(called, path, operation, request)
        yield from self._answered(called, path, operation, response)

    def _path(self, request: Request) -> str | None:
        plain = (
            re.sub(r"^/t/[^/]+/(\d+)\.json", r"/t/\1.json", request.path) if request.method == "GET" else request.path
        )
        plain = request.path if request.path.startswith("/t/external_id/") else plain
        for path, operations in self.paths.items():
            if request.method.lower() in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), plain):
                return str(path)
        return None

    def _asked(self, called: str, path: str, operation: Any, request: Request) -> Iterator[str]:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content and request.headers.get("content-type", "").startswith("application/json"):
            schema = copy.deepcopy(content["schema"])
            yield from (
                f"{called}, asked: {fault}" for fault in self._held(schema, request.json, REQUESTS.get(path, {}))
            )

    def _answered(self, called: str, path: str, operation: Any, response: Response) -> Iterator[str]:
        published = operation["responses"].get(str(response.status))
        if published is None:
            self.needed.add("errors")
            schema, body = ERRORS, json.loads(response.body or b"null")
            yield from (f"{called}, {response.status}: {fault}" for fault in self._held(schema, body, {}))
            return
        content = published.get("content", {}).get("application/json")
        if content is None:
            return
        body = json.loads(response.body or b"null")
        if path == "/posts.json" and body.get("action") == "enqueued":
            self.needed.add("enqueued")
            return
        schema = copy.deepcopy(content["schema"])
        yield from (f"{called}, answered: {fault}" for fault in self._held(schema, body, ANSWERS.get(path, {})))

    def _held(self, schema: Any, value: Any, extensions: dict[str, tuple[str, ...]]) -> Iterator[str]:
        """The faults of a value, once what an extension permits is let through."""
        for name, place in extensions.items():
            at, inner = schema, value
            for key in place[:-1]:
                at, inner = at["properties"][key], inner.get(key, {})
            if place[-1] in inner:
                self.needed.add(name)
                at["properties"][place[-1]] = {}
        yield from (
            f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(schema).iter_errors(value)
        )


REQUESTS: dict[str, dict[str, tuple[str, ...]]] = {
    "/posts.json": {"tags on POST /posts.json": ("tags",)},
    "/posts/{id}.json": {
        "original_text on PUT /posts/{id}.json, 409": ("post", "original_text"),
        "title on PUT /posts/{id}.json": ("title",),
    },
    "/t/-/{id}.json": {"flat title and original_title on PUT /t/-/{id}.json, 409": ("original_title",)},
}
ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "/t/{id}.json": {"external_id in GET /t/{id}.json": ("external_id",)},
    "/posts.json": {},
}
NAMES = {name for group in (*REQUESTS.values(), *ANSWERS.values()) for name in group} | set(UNPUBLISHED)
NAMES |= {"errors", "enqueued"}
assert set(EXTENSIONS) == NAMES, "each extension names its source"

"""Remember what this process's commands read and drafted. Tests run thousands of them on the same few pull requests."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from typing import Any
from unittest import mock

import msgspec

from tests.support.hostile import EVERY
from weekly.classify.rules import classify
from weekly.highlights import select
from weekly.highlights.sentences import draft
from weekly.pipeline import post


@contextmanager
def drafts() -> Iterator[None]:
    """Classify and draft a pull request once, and parse a configuration once. The proof does it each time."""
    with ExitStack() as stack:
        for module, name in ((post, "classify"), (select, "draft")):
            function = getattr(module, name)
            if function is not _ORIGINAL[name] or EVERY:
                continue  # a test has put another in its place
            stack.enter_context(mock.patch.object(module, name, _remembering(function)))
        if not EVERY:
            stack.enter_context(mock.patch("tomllib.loads", _loads))
        yield


_loads = lru_cache(maxsize=64)(tomllib.loads)  # nobody changes what it returns
_ORIGINAL: dict[str, Callable[..., Any]] = {"classify": classify, "draft": draft}


@cache
def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[bytes, Any] = {}

    def remembering(*arguments: Any) -> Any:
        if any(isinstance(one, dict) for one in arguments):
            return function(*arguments)  # with the project's learned weights
        try:
            key = msgspec.msgpack.encode(arguments)
        except UnicodeEncodeError:
            return function(*arguments)
        if key not in known:
            known[key] = function(*arguments)
        return known[key]

    return remembering

"""Compile regular expressions at their first use, and match most globs without one, since compiling takes time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, cast

_METHODS = ("match", "search", "fullmatch", "sub", "split", "finditer", "findall")


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression that is compiled at its first use."""
    return cast("re.Pattern[str]", _Pattern(text, flags))


class _Pattern:
    """A regular expression that is not compiled yet."""

    def __init__(self, text: str, flags: int) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        """Compile the expression, and keep its methods."""
        compiled = re.compile(*self._arguments)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def fits(name: str, globs: Iterable[str]) -> bool:
    """Return whether a name matches one of the globs. `*` matches `/` too."""
    return any(is_match(name, glob) for glob in globs)


def is_match(name: str, glob: str) -> bool:
    """Return whether a name matches a glob. A glob with stars at its ends only is a plain comparison."""
    core = glob.removeprefix("*").removesuffix("*")
    if any(sign in core for sign in "*?["):
        return fnmatchcase(name, glob)
    if glob.startswith("*"):
        return core in name if glob.endswith("*") else name.endswith(core)
    return name.startswith(core) if glob.endswith("*") else name == glob

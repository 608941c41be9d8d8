"""Regular expressions that are compiled when they are first used, since compiling all takes as long as a render."""

from __future__ import annotations

import re
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

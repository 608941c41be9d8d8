"""Discourse's limits and faults, as its answers tell them: how long to wait, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

UNSAID_WAIT = 10.0
"""Seconds to wait where a 429 doesn't say, as a proxy's in front of the forum; doubled each time."""


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """How many seconds to wait, and why; where, if the reason doesn't say it."""

    seconds: float
    why: str
    where: str = ""


def limit_of(status: int, headers: Mapping[str, str], data: Any, tries: int) -> Pause | None:
    """The wait that a 429 asks for, in its body or its header; None where it is no limit."""
    if status != 429:
        return None
    extras = data.get("extras") if isinstance(data, dict) else None
    said = extras.get("wait_seconds") if isinstance(extras, dict) else None
    seconds = [number for value in (said, headers.get("retry-after")) if (number := _number(value)) is not None]
    wait = max(seconds) if seconds else UNSAID_WAIT * 2.0 ** (tries - 1)
    return Pause(seconds=wait, why="the forum's rate limit (429)")


def fault_of(status: int, headers: Mapping[str, str], data: Any) -> str:
    """What is the matter with an answer that is none."""
    if is_read_only(data):
        return f"the forum is read-only ({status}), as during its maintenance"
    if status >= 500:
        return f"out of order ({status})"
    kind = headers.get("content-type", "an unnamed type").partition(";")[0]
    return f"answered {status} with {kind} that isn't the forum's JSON, so perhaps a proxy's page"


def is_read_only(data: Any) -> bool:
    """Whether the forum takes no writes at all for now."""
    return isinstance(data, dict) and data.get("error_type") == "read_only"


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None

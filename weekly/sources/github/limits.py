"""GitHub's limits, as its answers tell them: how long to wait, and why."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

SECONDARY_WAIT = 60.0
"""Seconds that GitHub asks for where a secondary limit comes without Retry-After; doubled each time."""


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """How many seconds to wait, and why; where, if the reason doesn't say it.

    A limit may be met any number of times, a fault may not.
    """

    seconds: float
    why: str
    is_limit: bool = False
    where: str = ""


def pause_of(status: int, headers: Mapping[str, str], data: Any, tries: int, now: float) -> Pause | None:
    """The wait that an answer asks for; None where it isn't about a limit.

    `data` is the decoded body or None, `tries` how often the request was sent, `now` the time in seconds since 1970.
    """
    message = str(data.get("message", "")) if isinstance(data, dict) else ""
    types = _error_types(data)
    if status not in (403, 429) and not (status == 200 and types & {"RATE_LIMITED", "RATE_LIMIT"}):
        return None
    if (after := retry_after(headers.get("retry-after"), now)) is not None:
        return Pause(seconds=after, why="GitHub's secondary rate limit", is_limit=True)
    if headers.get("x-ratelimit-remaining") == "0" or (status == 200 and "x-ratelimit-reset" in headers):
        reset = _number(headers.get("x-ratelimit-reset"))
        if reset is not None:
            return Pause(seconds=max(reset - now, 0.0) + 1.0, why="GitHub's rate limit", is_limit=True)
    if status in (200, 429) or "rate limit" in message.lower() or "abuse" in message.lower():
        seconds = SECONDARY_WAIT * 2.0 ** (tries - 1)
        return Pause(seconds=seconds, why="GitHub's secondary rate limit", is_limit=True)
    return None


def _error_types(data: Any) -> set[str]:
    errors = data.get("errors") if isinstance(data, dict) else None
    return {str(error.get("type")) for error in errors or () if isinstance(error, dict)}


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or a date."""
    if value is None:
        return None
    if (seconds := _number(value)) is not None:
        return max(seconds, 0.0)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return SECONDARY_WAIT


def _number(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:
        return None

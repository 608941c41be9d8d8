"""GitHub's limits, as its answers tell them: how long to wait, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weekly.http.retry import UNSAID_WAIT, Pause, number_in, retry_after


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
        reset = number_in(headers.get("x-ratelimit-reset"))
        if reset is not None:
            return Pause(seconds=max(reset - now, 0.0) + 1.0, why="GitHub's rate limit", is_limit=True)
    if status in (200, 429) or "rate limit" in message.lower() or "abuse" in message.lower():
        seconds = UNSAID_WAIT * 2.0 ** (tries - 1)  # as GitHub asks for
        return Pause(seconds=seconds, why="GitHub's secondary rate limit", is_limit=True)
    return None


def _error_types(data: Any) -> set[str]:
    errors = data.get("errors") if isinstance(data, dict) else None
    return {str(error.get("type")) for error in errors or () if isinstance(error, dict)}

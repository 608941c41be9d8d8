"""Explain why git's server refused a push, in its own words, and what to do about it."""

from __future__ import annotations

import re

_OUTDATED = ("fetch first", "non-fast-forward", "cannot lock ref")
_UNSIGNED = r"verified signature|must be signed|signed commits"
_ADVICE = {
    r"cannot contain secrets|push protection|secret scanning": (
        "the push holds text that looks like a secret. Unblock it at the address that GitHub gives, or mask it where "
        "it was written (a pull request's description or commit) and gather the week again with --refresh"
    ),
    _UNSIGNED: "a rule demands signed commits. Let the token's user bypass it, or exempt the branch",
    r"GH001|file size limit|Large files detected|pack exceeds maximum": (
        "a file is too large for the server. Shorten it, or keep it out of the repository"
    ),
    r"protected branch|GH006|GH013|pre-receive hook declined|rule violations": (
        "the branch is protected. Let the token's user bypass the rule (secret WEEKLY_TOKEN), or exempt the branch"
    ),
    r"\b403\b|Permission to|Write access to repository not granted": (
        "the token may not push. Give the job contents: write"
    ),
    r"\b401\b|Authentication failed|could not read Username|Duplicate header": (
        "the token was refused. Give a valid GITHUB_TOKEN, with contents: write"
    ),
}
"""Phrases of git and GitHub, which are English on every machine, with what to do about each."""
_NOISE = re.compile(r"^(?:remote:\s*)?(?:hint:.*|error: failed to push some refs.*|To \S+|[-\s]*)$")


def is_outdated(stderr: str) -> bool:
    """Tell whether a push was refused since others pushed first."""
    return any(sign in stderr for sign in _OUTDATED)


def is_unsigned(stderr: str) -> bool:
    """Tell whether a push was refused since its commits are unsigned."""
    return re.search(_UNSIGNED, stderr, re.IGNORECASE) is not None


def reason_of(stderr: str) -> str:
    """Return why a push was refused, and what to do."""
    advice = next((advice for signs, advice in _ADVICE.items() if re.search(signs, stderr, re.IGNORECASE)), "")
    return f"can't be pushed: {line_of(stderr)}; {advice or 'see the log of the run'}"


def line_of(stderr: str, limit: int = 600) -> str:
    """Return what git wrote, in one line without its hints."""
    lines = [re.sub(r"^remote:\s*|\s+", " ", line).strip() for line in stderr.splitlines() if not _NOISE.match(line)]
    text = " ".join(filter(None, lines)) or "no reason given"
    return text if len(text) <= limit else f"{text[:limit]} …"

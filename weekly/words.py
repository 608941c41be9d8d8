"""Weigh the words of a pull request where nobody said its kind."""

from __future__ import annotations

import re

from weekly.model import Kind, PullRequest, Verdict

_FIX = re.compile(
    r"\b(fix(es|ed|ing)?|bug(s|fix|fixes)?|don't|avoid|correct(ly)?|properly|crash|leak|race|deadlock)\b", re.IGNORECASE
)


def judge(pull: PullRequest, note: str = "", *, among: tuple[Kind, ...] = tuple(Kind)) -> Verdict:
    """The likeliest kind by the words that stand for it."""
    match = _FIX.search(note or pull.title)
    if match:
        return Verdict(kind=Kind.BUGFIX, rule="words", evidence=f"title: '{match[0]}'", confidence=0.7)
    return Verdict(kind=Kind.IMPROVEMENT, rule="words", evidence="nothing speaks for a bug fix", confidence=0.5)

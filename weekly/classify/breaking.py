"""Find out whether a change is a breaking one."""

from __future__ import annotations

import re

from weekly.classify.fragments import Note
from weekly.classify.labels import matching_label
from weekly.classify.marks import Marks
from weekly.classify.plain_text import without_comments
from weekly.classify.release_notes import says_none
from weekly.classify.tokens import TEXT_LIMIT
from weekly.config.rules import KindRules
from weekly.model import PullRequest
from weekly.text.patterns import lazy_pattern

_FOOTER = lazy_pattern(r"^BREAKING[ -]CHANGES?:[ \t]*(.*(?:\n(?![ \t]*\n|[\w-]+: ).+)*)", re.MULTILINE)


def breaking_reason(pull: PullRequest, rules: KindRules, marks: Marks, note: Note | None) -> str:
    """Return why a change is a breaking one, or nothing."""
    if label := matching_label(pull.labels, rules.labels.breaking):
        return f"label '{label}'"
    if note and note.is_breaking:
        return f"{note.source} is of type '{note.type}'"
    if marks.is_breaking:
        return f"the title is marked '{marks.mark or '!'}'"
    for text in (pull.body, *(commit.body for commit in pull.commits)):
        if "BREAKING" in text and _has_footer(text):
            return "a BREAKING CHANGE footer"
    return ""


def _has_footer(text: str) -> bool:
    text = without_comments(text[:TEXT_LIMIT].replace("\r\n", "\n"))
    return any(match[1].strip() and not says_none(match[1]) for match in _FOOTER.finditer(text))

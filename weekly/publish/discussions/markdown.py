"""Write a post in GitHub's Markdown, where nothing but links refers to anything."""

from __future__ import annotations

import re

from weekly.text.markdown import GUARD

_DETAILS = re.compile(r'^\[details="(?P<summary>[^\n]*)"\]$|^\[/details\]$', re.MULTILINE)
_REFERENCE = re.compile(
    r"\\.|^ *(?P<fence>`{3,}|~{3,})[^\n]*\n(?s:.*?)(?:^ *(?P=fence)|\Z)|(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\]\([^()\s]*\)|<[^<>\n]*>|https?://\S+|(?P<name>\bGH(?=-\d)|\b[0-9a-f]{7,40}\b)",
    re.MULTILINE | re.IGNORECASE,
)
"""Whatever GitHub doesn't look into, or the name of an issue or a commit, which it links by itself."""


def adapt(text: str) -> str:
    """Return a post's text with GitHub's details, and without references that nobody wrote as a link.

    Mentions, hashtags and emoji of titles are inert already.
    """
    text = _DETAILS.sub(_as_html, text)
    return _REFERENCE.sub(lambda match: _inert(match[0]) if match["name"] else match[0], text)


def _inert(name: str) -> str:
    """Return the name of an issue or a commit in pieces that are too short for a commit."""
    return re.sub(".{6}(?=.)|^GH$", rf"\g<0>{GUARD}", name, flags=re.IGNORECASE)


def _as_html(line: re.Match[str]) -> str:
    return "</details>" if line["summary"] is None else f"<details><summary>{line['summary']}</summary>"

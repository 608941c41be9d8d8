"""The message of a commit that landed a pull request: GitHub writes it in few ways."""

from __future__ import annotations

import re

from weekly.model import Record

_MERGE = re.compile(r"Merge pull request #(\d{1,9}) from ([^\s/:]+)[/:](\S+)\s*", re.ASCII)
_NUMBERED = re.compile(r"(.*?)\s*\(#(\d{1,9})\)\s*", re.ASCII)
_ELLIPSES = ("…", "...")


class Message(Record, frozen=True, kw_only=True):
    """What a message tells: `owner` and `head` only where it names the branch, `text` what follows the title."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    head: str | None = None


def number_of(subject: str, *, parents: int) -> int | None:
    """The number of the pull request that a commit with this subject landed; None where it landed none.

    GitHub's "Merge pull request" always has two parents: with one it is a copy, of which the original tells.
    """
    if subject.endswith(")"):
        found = _NUMBERED.fullmatch(subject)
        return int(found[2]) if found and found[1] else None
    found = _MERGE.fullmatch(subject) if parents > 1 else None
    return int(found[1]) if found else None


def owner_of(subject: str) -> str:
    """The account that a merge's branch was in; empty where the subject doesn't say."""
    found = _MERGE.fullmatch(subject)
    return found[2] if found else ""


def read(message: str) -> Message | None:
    """A whole message, taken apart; None where it is none of a pull request's."""
    subject, _, rest = message.replace("\r\n", "\n").partition("\n")
    rest = rest.strip("\n")
    if found := _MERGE.fullmatch(subject):
        title, _, text = rest.strip().partition("\n")
        return Message(number=int(found[1]), title=title.strip(), text=text.strip(), owner=found[2], head=found[3])
    if found := _NUMBERED.fullmatch(subject):
        title, text = _joined(found[1], rest)
        return Message(number=int(found[2]), title=title.strip(), text=text.strip())
    return None


def _joined(title: str, rest: str) -> tuple[str, str]:
    """Put together a title that GitHub cut at 72 characters: the rest of it begins the body."""
    for dots in _ELLIPSES:
        if title.endswith(dots) and rest.startswith(dots):
            line, _, text = rest.partition("\n")
            return title.removesuffix(dots) + line.removeprefix(dots), text
    return title, rest

"""Read from a commit's message which pull requests it landed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weekly.model import Record
from weekly.text.patterns import lazy_pattern

_NUMBER = r"#(\d{1,9})\b"
_TAGS = r"(?:\[[^\]\n]*\]\s*)*"
_GITHUB = lazy_pattern(
    rf"{_TAGS}Merge pull request {_NUMBER}(?: from ([^\s/:]+)[/:](\S+?)(?=[,:]?(?:\s|$)))?[\s,:;.–-]*(.*)", re.ASCII
)
_HOMU = lazy_pattern(rf"(?:Auto|Rollup) merge of {_NUMBER} - ([^\s:]+):(\S+?), r=.*", re.ASCII)
_BORS = lazy_pattern(r"Merge ((?:#\d{1,9}\b[\s,]*)+)", re.ASCII)
_BORS_TITLE = lazy_pattern(r"(.*?)(?:(?:^| )r=\S+)?(?:(?:^| )a=(\S+))?$")
_MERGE_SCRIPT = lazy_pattern(rf"Merge ([\w.-]+/[\w.-]+)?{_NUMBER}: (.+)", re.ASCII)
_PREFIXED = lazy_pattern(
    rf"{_TAGS}(?:Merged? PR|PR|Land|Pull(?: request)?)[ -]?{_NUMBER}[\s,:-]+(\S.*)", re.ASCII | re.IGNORECASE
)
_SUFFIXED = lazy_pattern(
    r"(.*\S)\s*\((?:#|GH-|PR #?)(\d{1,9})\)(?:\s*[.!]|(?:\s*(?:\[[^\]]*\]|\((?!#)[^()]*\)))+|(?::|\s[-–—])\s.*)?\s*",
    re.ASCII | re.IGNORECASE,
)
_SQUASHED = lazy_pattern(r"\(#\d{1,9}\)$", re.ASCII)
_OTHER_MERGES = ("merge branch ", "merge remote-tracking ", "merged in ")
"""Beginnings of merges in which a number, if any, is an issue's or another host's."""
_TRAILER = lazy_pattern(
    r"^(?:PR-URL|PR|Pull[- ]Request(?:[- ]URL| resolved)?|GitHub-Pull-Request|GitHub-PR|COPYBARA_INTEGRATE_REVIEW)"
    r"[:=][ \t]*<?(?:https?://[^\s/]+/)?([\w.-]+/[\w.-]+)?(?:/pull/|#)(\d{1,9})\b",
    re.MULTILINE | re.ASCII | re.IGNORECASE,
)
_CLOSING = lazy_pattern(
    r"^(?:This closes|Closes(?= \S+ from [^\s/:]+[/:])) ([\w.-]+/[\w.-]+)?#(\d{1,9})\b(?: from ([^\s/:]+)[/:](\S+))?",
    re.MULTILINE | re.ASCII | re.IGNORECASE,
)
_LONGEST = 1_000
"""Characters of a subject that are looked at. GitHub writes a quarter of it at most."""
_ELLIPSES = ("…", "...")


class Message(Record, frozen=True, kw_only=True):
    """One pull request in a message. `owner` and `head` name the branch, if known, and `text` follows the title."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    head: str | None = None


def read(message: str, *, repo: str = "") -> tuple[Message, ...]:
    """Return the pull requests that a commit with this message landed, in the message's order.

    A number of another repository than `repo` doesn't count.
    """
    subject, _, rest = message.replace("\r\n", "\n").partition("\n")
    subject, rest = subject[:_LONGEST].strip(), rest.strip("\n")
    # GitHub puts the number of a squash at the end, whatever the subject was before.
    readers = (_from_merge, _from_subject) if not _SQUASHED.search(subject) else (_from_subject, _from_merge)
    return next((found for reader in readers if (found := tuple(reader(subject, rest, repo)))), ())


def is_merge_subject(message: str) -> bool:
    """Tell whether a tool wrote this message for a commit with two parents."""
    return bool(_GITHUB.match(message) or _HOMU.match(message) or _BORS.match(message))


def _from_merge(subject: str, rest: str, repo: str) -> Iterator[Message]:
    """Yield what tools write that merge a branch."""
    if match := _GITHUB.match(subject) or _HOMU.match(subject):
        title, _, text = rest.strip().partition("\n")
        if match.lastindex == 4 and match[4]:  # only GitHub's has a title in its subject
            title, text = match[4], rest
        yield Message(number=int(match[1]), title=title.strip(), text=text.strip(), owner=match[2] or "", head=match[3])
    elif match := _MERGE_SCRIPT.match(subject):
        if _is_ours(match[1], repo):
            yield Message(number=int(match[2]), title=match[3].strip(), text=rest.strip())
    elif match := _BORS.fullmatch(subject):
        yield from _from_bors(re.findall(r"\d+", match[1]), rest)


def _from_bors(numbers: list[str], rest: str) -> Iterator[Message]:
    """Yield the pull requests of a bors merge, each with its own part of the body, `7: Title r=reviewer a=author`."""
    _, *parts = re.split(rf"^({'|'.join(numbers)}): ", rest, flags=re.MULTILINE)
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    for number in dict.fromkeys(numbers):
        line, _, text = texts.get(number, "").partition("\n")
        match = _BORS_TITLE.match(" ".join(line[:_LONGEST].split()))
        title, owner = (match[1], match[2]) if match else ("", "")
        yield Message(number=int(number), title=title.strip(), text=text.strip(), owner=owner or "")


def _from_subject(subject: str, rest: str, repo: str) -> Iterator[Message]:
    """Yield the pull request that a subject or a trailer names."""
    if (match := _SUFFIXED.fullmatch(subject)) and not subject.lower().startswith(_OTHER_MERGES):
        title, text = _joined(match[1], rest)
        yield Message(number=int(match[2]), title=title.strip(), text=text.strip())
    elif match := _PREFIXED.fullmatch(subject):
        yield Message(number=int(match[1]), title=match[2].strip(), text=rest.strip())
    elif (match := _TRAILER.search(rest) or _CLOSING.search(rest)) and _is_ours(match[1], repo):
        owner, head = match.groups("")[2:] or ("", "")
        number, head = int(match[2]), head.rstrip(".")
        yield Message(number=number, title=subject, text=rest.strip(), owner=owner, head=head or None)


def _is_ours(owner_and_name: str | None, repo: str) -> bool:
    return not owner_and_name or not repo or owner_and_name.casefold() == repo.casefold()


def _joined(title: str, rest: str) -> tuple[str, str]:
    """Join a title that GitHub cut at 72 characters with its end, which begins the body."""
    for dots in _ELLIPSES:
        if title.endswith(dots) and rest.startswith(dots):
            line, _, text = rest.partition("\n")
            return title.removesuffix(dots) + line.removeprefix(dots), text
    return title, rest

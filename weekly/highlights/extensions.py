"""Read what a pull request adds to the project's lists of extensions and options, such as LXD's doc/api-extensions.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from weekly.highlights.description import split_sentences
from weekly.highlights.merging import STORY
from weekly.model import Highlight, Kind, PullRequest
from weekly.text import titles
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern

LONGEST = 300
_LONGEST_SECTION = 4_000
"""Characters of a section that are read."""


class Extension(NamedTuple):
    """A new section of a list of extensions, with its name and the sentence on what it adds, or a new option."""

    name: str
    text: str
    is_option: bool = False


_HEADING = lazy_pattern(r"^#{1,4}\s+`?([\w.\\-]+)`?\s*$")
_OPTION = lazy_pattern(r"^```\{config:option\}\s+(\S+)")
_BLOCK = lazy_pattern(r"^(?:```|:::|[*+-]\s|\d+\.\s|\||>|\(|<|:\w+:)")
_ROLE = lazy_pattern(r"\{[\w:-]+\}`(?:(?<=:option\}`)[\w-]+:|[\w-]+:(?=[\w-]+\.))?([^`<]*?)(?:\s*<[^>`]*>)?`")
_LINK = lazy_pattern(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_ADDS = lazy_pattern(
    r"^(?:[A-Z][^.]{0,60}, )?(?:this (?:api extension|extension)? ?)?(adds?|introduces?|implements?|indicates?|allows?|enables?|exposes?"
    r"|extends?|provides?|makes?)\s+(?!that\b)(?=\S)",
    re.IGNORECASE,
)
# What the API's types get. The title says what it is for.
_OF_TYPE = lazy_pattern(
    r" struct\b| (?:in|of|on|to) (?:an? |the )?`[A-Z][a-z]+[A-Z]\w+`(?! (?:API|endpoints?|resources?)\b)"
)
_LISTING = lazy_pattern(r",? (?:that|which) (?:contains?|has|have|includes?) the following\b.*", re.DOTALL)
_ESCAPE = lazy_pattern(r"\\([_*`<>\[\]])")


def extensions_of(pull: PullRequest, patterns: Sequence[str]) -> tuple[Extension, ...]:
    """Return the sections that a pull request adds to the files of these patterns."""
    found: list[Extension] = []
    if (verb := titles.parse(pull.title).verb) and verb.base in _OF_EXISTING:
        return ()
    for patch in pull.patches:
        if any(fnmatchcase(patch.path, pattern) for pattern in patterns):
            found += list(_sections(patch.added))
    return tuple(found)


_OF_EXISTING = words("change drop fix move remove rename revert")
"""Verbs of titles that are about what exists, so that the sections that a pull request writes aren't new."""

_MOST_OPTIONS = 3
"""Options that a sentence names. A change that adds more is about something else."""
_NOT_SET = lazy_pattern(r"[*<]|^volatile\.|^[a-z]+$")
_NAMES_OPTION = lazy_pattern(r"`[\w-]+[._][^`\s/]+`")


def new_options(text: str, pulls: Sequence[PullRequest], patterns: Sequence[str]) -> list[str]:
    """Return the few options for users that pull requests add, none where the text names some."""
    added = [one.name for pull in pulls for one in extensions_of(pull, patterns) if one.is_option]
    names = [name for name in dict.fromkeys(added) if not _NOT_SET.search(name) and name not in text]
    return [] if len(names) > _MOST_OPTIONS or _NAMES_OPTION.search(text) else names


def is_feature(highlight: Highlight, patterns: Sequence[str]) -> bool:
    """Tell whether an improvement adds an extension, or took several pull requests."""
    if highlight.verdict.kind is not Kind.IMPROVEMENT:
        return False
    has_extension = any(extensions_of(pull, patterns) for pull in highlight.pulls)
    return has_extension or len(highlight.pulls) >= STORY


def _sections(lines: Sequence[str]) -> Iterator[Extension]:
    name = ""
    prose: list[str] = []
    for line in (*lines, "## end"):
        if option := _OPTION.match(line):
            yield Extension(option[1], "", is_option=True)
        if match := option or _HEADING.match(line):
            if name:
                yield Extension(name, _news(" ".join(prose)))
            name, prose = "" if option else match[1], []
        elif name and line.strip() and not _BLOCK.match(line.strip()):
            prose.append(line.strip())


def _news(prose: str) -> str:
    """Return the sentence that says what an extension adds, in the past tense, empty where none does."""
    text = _ESCAPE.sub(r"\1", _LINK.sub(r"\1", _ROLE.sub(r"`\1`", prose[:_LONGEST_SECTION])))
    for sentence in split_sentences(_LISTING.sub("", text)):
        match = _ADDS.match(sentence)
        if match and len(sentence) <= LONGEST and not sentence.endswith(":") and not _OF_TYPE.search(sentence):
            verb = "adds" if match[1].lower() in ("indicates", "indicate") else match[1]
            return titles.sentence(f"{verb.capitalize()} {sentence[match.end() :]}")
    return ""

"""Find in a pull request's description what a reader wants: the author's release note, and the sentences that explain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from weekly.text.english import words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_BODY = 20_000
"""Characters of a description that are read; what is longer is a log."""


class _Line(NamedTuple):
    """A line of prose: what stands in one paragraph or list item, and under which heading."""

    text: str
    heading: str


_NOTE_HEADING = re.compile(r"^release[- ]notes?\b", re.IGNORECASE)
_NOTE_LINE = re.compile(r"^(?:\*\*)?release[- ]?notes?(?:\*\*)?:(?:\*\*)?\s*(.+)$", re.IGNORECASE)
_NO_NOTE = re.compile(r"^\W*(?:none|n/?a|no|nothing|not applicable|todo|tbd)?\W*$", re.IGNORECASE)


def release_note(body: str) -> str:
    """The author's own words for the release notes, on one line; empty where there are none."""
    if "release" not in body.lower():
        return ""
    tokens = _parsed(body)
    fences = [token.content for token in tokens if token.type == "fence" and _NOTE_HEADING.match(token.info.strip())]
    lines = list(_lines(tokens))
    under = [line.text for line in lines if _NOTE_HEADING.match(line.heading)]
    said = [match[1] for line in lines if (match := _NOTE_LINE.match(line.text))]
    for found in ("\n".join(fences), "\n".join(under), "\n".join(said)):
        items = [re.sub(r"^[-*+]\s+", "", line.strip()) for line in found.splitlines()]
        items = [item for item in items if not _NO_NOTE.match(item)]
        if items:
            return " ".join(_ended(item) if len(items) > 1 else item for item in items)
    return ""


_SKIPPED_HEADING = re.compile(
    r"\b(?:check-?list|test(?:s|ing|ed)?|how to|screenshots?|review(?:ers?|ing)?|to-?do|related|links?|references?"
    r"|type of change|release notes?|logs?|output|steps|reproduc\w*|environment|versions?|co-?authors?|breaking)\b",
    re.IGNORECASE,
)
# Words with which authors say what it is for, what is different now, and what was wrong; and words of the workshop.
_PURPOSE = re.compile(
    r"\b(?:because|so that|in order to|meant to|needed (?:for|to|by)|required (?:for|to|by)|allow(?:s|ing)?|lets?|enabl(?:es|ing)"
    r"|lays|ground ?work|motive|motivation|which means|this means|users?)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:so far|since|instead|rather than|previously|until now|used to|no longer|now|would|could(?: not|n't)|cannot|can't"
    r"|unable|fail(?:s|ed|ing|ure)?|broken?|miss(?:ed|ing)|lack(?:s|ed)|wrong(?:ly)?|incorrect(?:ly)?|lost|crash(?:e[sd])?"
    r"|hangs?|hung|prevent(?:s|ed|ing)?|caus(?:es|ed|ing)|led to|leads to|by default|avoids?|without having"
    r"|was|were|had|did|didn't|wasn't|weren't)\b",
    re.IGNORECASE,
)
_WORKSHOP = re.compile(
    r"\b(?:variables?|structs?|types?|pointers?|functions?|methods?|args?|arguments?|parameters?|maps?|packages?|helpers?|loops?"
    r"|interfaces?|callers?|signatures?|duplicat\w+|cleaner|readab\w+)\b",
    re.IGNORECASE,
)
_OF_NO_INTEREST = re.compile(
    r"https?://|(?<!\w)@\w|(?<![\w&])#\d+|\b[0-9a-f]{9,40}\b|\?$|\d\d:\d\d:\d\d|:\w+:|^(?:please|cc|note to|nb|todo|wip|draft"
    r"|edit|update|thanks|hi|hello|sorry|see|follow|follows|following|depends on|based on|alternative to|supersedes|replaces #"
    r"|cherry|backport|specification|spec|i |i'm|i've|we |we'|my |let me|the tests?|tests?|unit tests?|added tests?|closes?|fixes"
    r" issue|fix for|part of|describe|explain|provide|include|tested|built|rebased|signed|reported)\b"
    r"|\b(?:this pr|pull request|reviewers?|review|commits?|lint(?:er|ing)?|refactor\w*|ci|unit tests?|todo|wip|i think"
    r"|i'm|imo|as discussed|jira|still to be|rebase[ds]?|lgtm)\b",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"^this (?:pr|pull request|change|patch|series|commit|mr|branch|work)?\s*(?:also )?(?=[a-z]+s\b)", re.IGNORECASE
)
_TRAILER = re.compile(
    r"^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*-by:\s|^(?:change-id|cc|acked|tested|link|bug|jira|issue)s?:\s", re.IGNORECASE
)
_REFERENCE = re.compile(r"^(?:https?://.*|(?:[\w.-]+/[\w.-]+)?#\d+|[0-9a-f]{7,40})$")
_REFERRING = words(
    "close closes closed fix fixes fixed resolve resolves resolved ref refs reference references relate relates related to see also"
    " part of addresses implements supersedes depends on follow follows up followup from issue issues pr pull request and partly"
    " partially should this jira bug"
)
_BREAK = re.compile(r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\betc\.)(?<!\bvs\.)(?<!\bcf\.)\s+(?=[A-Z`\"'(])")
_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def explanation(body: str, *, whole: bool = True) -> tuple[str, ...]:
    """The sentences, two at most, in which an author says why, or what is different for a user.

    Where the body isn't whole, its last sentence isn't believed.
    """
    if not body.strip():
        return ()
    lines = [line for line in _lines(_parsed(body)) if not _SKIPPED_HEADING.search(line.heading)]
    found = [sentence for line in lines for sentence in _sentences(line.text)]
    if not whole:
        found = found[:-1]
    worths = [_worth(sentence) for sentence in found]
    best = max(worths, default=0)
    if best < 1:
        return ()
    first = worths.index(best)
    if len(found) > first + 1 and worths[first + 1] >= 0:
        return tuple(_ended(sentence) for sentence in found[first : first + 2])
    return (_ended(found[first]),)


def _worth(sentence: str) -> int:
    """What a sentence is to a reader: above 0 where it explains, below where it is of no interest."""
    shielded = _SPAN.sub("x", _THIS.sub("", sentence))
    if (
        _OF_NO_INTEREST.search(shielded)
        or len(shielded.split()) < 4
        or len(sentence) > 280
        or sentence.endswith((":", "…"))
    ):
        return -9
    if sum(char.isalpha() or char in " `'" for char in sentence) < 0.8 * len(sentence):
        return -9
    return 2 * bool(_PURPOSE.search(shielded)) + bool(_CHANGE.search(shielded)) - 2 * bool(_WORKSHOP.search(shielded))


_OPENINGS = (
    (_THIS, ""),
    (re.compile(r"^(Needed|Required|Meant|Intended) (?=for|to|by)"), r"This is \1 "),
    (re.compile(r"^(?:Lays the )?ground ?work for ", re.IGNORECASE), "This lays the groundwork for "),
)


def opened(sentence: str) -> str:
    """A sentence as it can stand after the one from the title: "This PR adds …" loses its subject, "Needed for …" gets one."""
    for pattern, said in _OPENINGS:
        if match := pattern.match(sentence):
            return match.expand(said).replace(match[0].strip(), match[0].strip().lower()) + sentence[match.end() :]
    return sentence


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else sentence + "."


def _sentences(text: str) -> list[str]:
    masked = _SPAN.sub(lambda match: "`" + "x" * (len(match[0]) - 2) + "`", text)
    found, start = [], 0
    for match in _BREAK.finditer(masked):
        found.append(text[start : match.start()])
        start = match.end()
    return [sentence.strip() for sentence in [*found, text[start:]] if sentence.strip()]


@lru_cache(maxsize=1)  # a description is asked for its release note, then for what it explains
def _parsed(body: str) -> Sequence[Token]:
    return _parser().parse(body[:LONGEST_BODY].replace("\x00", ""))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


_APART = {"blockquote_open": 1, "table_open": 1, "blockquote_close": -1, "table_close": -1}
_CHECKBOX = re.compile(r"^\[[ xX]\](?:\s|$)")


def _lines(tokens: Sequence[Token]) -> Iterator[_Line]:
    """The prose of a description, paragraph by paragraph, without what is quoted, tabled, ticked or commented."""
    heading, apart, in_heading = "", 0, False
    for token in tokens:
        apart += _APART.get(token.type, 0)
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        if token.type != "inline" or apart:
            continue
        lines = [line for line in _prose(token) if line]
        if in_heading:
            heading = " ".join(lines)
        elif not (lines and _CHECKBOX.match(lines[0])):
            kept = [line for line in lines if not _TRAILER.match(line) and not _only_refers(line)]
            if kept:
                yield _Line(text=" ".join(kept), heading=heading)


def _only_refers(line: str) -> bool:
    """Whether a line does no more than name an issue or an address: "Closes #1"."""
    pieces = [piece.strip("-*.,:;()[]").lower() for piece in line.split()]
    return any(map(_REFERENCE.match, pieces)) and all(
        not piece or piece in _REFERRING or _REFERENCE.match(piece) for piece in pieces
    )


def _prose(inline: Token) -> list[str]:
    """The lines of a paragraph as text with code spans; images, raw HTML and struck text are left out."""
    lines, struck = [""], 0
    for token in inline.children or ():
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif struck:
            continue
        elif token.type == "text":
            lines[-1] += token.content.replace("`", "'")
        elif token.type == "code_inline" and "`" not in token.content and token.content.strip():
            lines[-1] += f"`{token.content}`"
    return [" ".join(line.split()) for line in lines]

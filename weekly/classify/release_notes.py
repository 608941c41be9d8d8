"""Read the release note in a pull request's description, in the forms that projects use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile, takewhile

from weekly.classify.fragments import AuthorNote, kind_of_type, merged, without_breaking
from weekly.classify.plain_text import sentence, without_comments
from weekly.classify.tokens import TEXT_LIMIT
from weekly.config.rules import ChangelogRules, KindRules
from weekly.model import Kind, PullRequest
from weekly.text.patterns import lazy_pattern

_NONE = lazy_pattern(
    r"[\W_]*(?:(?:none|n/?\s?a|no|nil|nothing|empty|skip|internal|not (?:applicable|needed|required|user[- ]facing)|-|tbd|todo"
    r"|no (?:release[- ]?notes?|changelog|user[- ]?facing(?: changes?)?|changes?|notes?|entry)(?: (?:needed|required|necessary|entry))?"
    r"|(?:release[- ]?notes?|changelog) (?:not|isn't) (?:needed|required|necessary)"
    r"|(?:this|it) (?:does not|doesn't) (?:need|require) (?:a )?(?:release note|changelog)(?: entry)?)\b)?[\W_]*",
    re.IGNORECASE,
)
_HEADING_NAME = (
    r"(?:(?:proposed|suggested|draft) )?(?:changelog(?:[- ]entr(?:y|ies))?|change log|release[- ]?notes?(?: entry)?"
    r"|(?:user[- ]facing )?release notes?|upgrade notes?)"
)
_HEADING = lazy_pattern(
    rf"^[ \t]*(?:#{{1,6}}[ \t]*(?:\W{{0,3}})?|\*\*|__)(?P<name>{_HEADING_NAME})\b[^\n]{{0,40}}$", re.IGNORECASE
)
_ANY_HEADING = lazy_pattern(r"^[ \t]*(?:#{1,6}[ \t]+\S|\*\*[^*\n]+\*\*:?[ \t]*$|-{3,}[ \t]*$|={3,}[ \t]*$)")
_LINE = lazy_pattern(
    rf"^[ \t]*(?:\*\*|__)?{_HEADING_NAME}(?:\*\*|__)?[ \t]*(?:\((?P<type>[^()\n]{{1,40}})\))?[ \t]*(?:\*\*|__)?:(?:\*\*|__)?"
    r"[ \t]*(?P<text>.*)$",
    re.IGNORECASE,
)
_TRAILER = lazy_pattern(r"^[Cc]hangelog(?:-(?P<dashed>[A-Za-z]+))?:[ \t]*(?P<text>\S.*)$", re.MULTILINE)
_PLACEHOLDER = lazy_pattern(
    r"[\W_]*(?:human-readable text|entry \d+: issue, human-readable text|your (?:release )?notes? here"
    r"|(?:add|write|describe|put|enter|fill in) (?:your|a|the) (?:release )?(?:notes?|changelog)\b[^.]*|\.\.\.|…)[\W_]*",
    re.IGNORECASE,
)
_MULTIPLE = lazy_pattern(r"^\s*(?:[-*+•]|\d+[.)])\s+")
_FIRST_WORD = lazy_pattern(r"\W*(?P<word>[A-Za-z]+)(?:\([^)]*\))?(?P<colon>\s*:)?")
_LEADING_VERBS = {"fixed": Kind.BUGFIX, "fixes": Kind.BUGFIX, "fix": Kind.BUGFIX, "added": Kind.IMPROVEMENT}


def note_in_description(pull: PullRequest, rules: KindRules) -> AuthorNote | None:
    """Return the release note of a description, or of a commit's trailer. Its text is empty where it says none."""
    body = without_comments(pull.body[:TEXT_LIMIT].replace("\r\n", "\n"))
    found = [*_fenced(body, rules)] or [*_sections(body.split("\n"), rules.changelog)]
    if not found:
        texts = [text for text in (body, *(commit.body for commit in pull.commits)) if "hangelog" in text]
        found = [note for text in texts for note in _trailers(text[:TEXT_LIMIT], rules.changelog)]
    return merged([note for note in found if note.text or note.type] or found[:1])


_FOOTER = lazy_pattern(r"^BREAKING[ -]CHANGES?:[ \t]*(.*(?:\n(?![ \t]*\n|[\w-]+: ).+)*)", re.MULTILINE)


def has_breaking_footer(pull: PullRequest) -> bool:
    """Return whether the description or a commit has a BREAKING CHANGE footer with a text."""
    texts = (text for text in (pull.body, *(commit.body for commit in pull.commits)) if "BREAKING" in text)
    plain = (without_comments(text[:TEXT_LIMIT].replace("\r\n", "\n")) for text in texts)
    return any(match[1].strip() and not says_none(match[1]) for text in plain for match in _FOOTER.finditer(text))


def says_none(text: str) -> bool:
    """Return whether a note says that there is nothing to note, such as `NONE` or `n/a`."""
    return _NONE.fullmatch(text.strip()[:200]) is not None or _PLACEHOLDER.fullmatch(text.strip()[:200]) is not None


def _fenced(body: str, rules: KindRules) -> Iterator[AuthorNote]:
    """Read blocks such as ```` ```release-note:bug ````."""
    if rules.release_note and ("```" in body or "~~~" in body):
        block = re.compile(
            rf"^[ \t]*(?P<fence>`{{3,}}|~{{3,}})[ \t]*(?:{re.escape(rules.release_note)}|releasenotes?|changelog)"
            r"(?:[:/ \t]+(?P<type>[\w-]+(?: [\w-]+)?))?[ \t]*\n(?P<text>.*?)^[ \t]*(?P=fence)",
            re.IGNORECASE | re.MULTILINE | re.DOTALL,
        )
        for match in block.finditer(body):
            yield from _notes(match["text"].split("\n"), match["type"] or "", "release note", rules.changelog)


def _sections(lines: list[str], rules: ChangelogRules) -> Iterator[AuthorNote]:
    """Read what stands under `### Proposed changelog entries`, or after `Release note (bug fix):`."""
    for start, line in enumerate(lines, 1):
        if match := _LINE.match(line):
            if match["type"] is None and line.lower().lstrip().startswith("changelog:"):
                continue  # a trailer
            rest = lines[start:]
            after = rest if match["text"].strip() else dropwhile(lambda text: not text.strip(), rest)
            own = takewhile(lambda text: text.strip() and not (_LINE.match(text) or _ANY_HEADING.match(text)), after)
            yield from _notes([match["text"], *own], match["type"] or "", "release note", rules)
        elif match := _HEADING.match(line):
            own = takewhile(lambda text: not _ANY_HEADING.match(text), lines[start:])
            yield from _notes([*own], "", f"'{match['name'].strip()}'", rules)


def _trailers(text: str, rules: ChangelogRules) -> Iterator[AuthorNote]:
    """Read `Changelog: fixed` and `Changelog-Fixed: …`."""
    for match in _TRAILER.finditer(text):
        word, text = (match["dashed"], match["text"]) if match["dashed"] else (match["text"].strip(), "")
        kind, is_breaking = kind_of_type(word, rules)
        if says_none(word):
            yield AuthorNote(kind=Kind.HOUSEKEEPING, text="", source="trailer")
        elif kind:
            plain = sentence(text)
            yield AuthorNote(
                kind=kind, text=plain[:1].upper() + plain[1:], type=word, source="trailer", is_breaking=is_breaking
            )


def _notes(lines: list[str], word: str, source: str, rules: ChangelogRules) -> Iterator[AuthorNote]:
    """Read the entries of a note, each with the kind of its type or its first word."""
    if word and says_none(word):
        yield AuthorNote(kind=Kind.HOUSEKEEPING, text="", source=source)
        return
    given, is_breaking = kind_of_type(word, rules) if word else (None, False)
    written = False
    for entry, is_marked in map(without_breaking, _entries(lines)):
        if says_none(entry):
            continue
        kind, breaks, text = given or (Kind.IMPROVEMENT if is_marked else None), is_breaking or is_marked, entry
        if kind is None and (match := _FIRST_WORD.match(entry)):
            kind = _LEADING_VERBS.get(match["word"].lower())
            if match["colon"]:
                kind, breaks = kind_of_type(match["word"], rules)
                text = entry[match.end() :].strip() if kind else entry
        if plain := sentence(text):
            written = True
            yield AuthorNote(
                kind=kind, text=plain[:1].upper() + plain[1:], type=word, source=source, is_breaking=breaks
            )
    if not written:
        empty = Kind.HOUSEKEEPING if any(says_none(line) and line.strip(" -*\t") for line in lines) else None
        yield AuthorNote(kind=given or empty, text="", type=word if given else "", source=source)


def _entries(lines: list[str]) -> Iterator[str]:
    """Return the paragraphs and list items of a note, each on one line."""
    entry: list[str] = []
    for line in [*lines, ""]:
        if not line.strip() or _MULTIPLE.match(line):
            if entry:
                yield " ".join(entry)
            entry = []
        if line.strip():
            entry.append(_MULTIPLE.sub("", line).strip())

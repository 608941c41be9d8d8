"""Suggest what an editor may want to change, as comments in the week's file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from weekly.classify.words import reason_of
from weekly.config.project import RepositoryConfig
from weekly.files.toml_edit import (
    append_lines,
    comments,
    insert_first,
    insert_line,
    line_after,
    plain_lines,
    toml_list,
    toml_text,
)
from weekly.files.toml_lines import nodes
from weekly.highlights.documentation import documentation_of
from weekly.highlights.extensions import extensions_of, is_feature
from weekly.highlights.naming import named
from weekly.highlights.select import Selection
from weekly.model import WRITER_RULE, Highlight, Kind, PullRequest, Record, Verdict, Words
from weekly.notes.bullets import described
from weekly.text.markdown import harmless, normalise, trusted

INTRODUCTION = "introduction"
_FEATURE = "feature:"
_QUOTED = re.compile(r'"[^"\n]*"')
_REF = re.compile(r"[\w.-]+/[\w.-]+#\d+")
_FEATURE_PULLS = re.compile(r'^#[| ]*\[\[features\]\]\n(?:#.*\n)*?#[| ]*pulls = \["([^"]+)"', re.MULTILINE)
_ENTRY = re.compile(r'^#[| ]*"[^"\n]*#\d+"[^\n]*(?:\n|$)', re.MULTILINE)
"""A suggestion under [pulls]."""

HEAD = (
    "Everything here is optional, and what you write wins over what `weekly` drafts. To use a line, remove its first",
    "character, the #. Each line under [pulls] changes one bullet:",
    "",
    '  "owner/name#123".text = "..."          the sentence, in Markdown; an @mention notifies that person',
    '  "owner/name#123".show = false          hide it',
    '  "owner/name#123".place = 1             move it to the top of its list',
    '  "owner/name#123".kind = "bugfix"       or "improvement"; any other kind hides it',
    '  "owner/name#123".project = "..."       move it to another heading',
    '  "owner/name#123 owner/name#124".text   one bullet for both',
    "",
    "`weekly draft` adds lines for new pull requests, and changes nothing else. Other keys: title, number, topic,",
    "highlights, features, sections, projects, videos, events, blocks, distributions. The notes reference lists them.",
)


class Suggestion(Record, frozen=True, kw_only=True):
    """A proposed entry, as the reference of its pull request or another key, remarks and TOML lines."""

    key: str
    about: tuple[str, ...] = ()
    lines: tuple[str, ...]


def feature_key(ref: str) -> str:
    """Return the key of the suggestion of a feature."""
    return _FEATURE + ref


def suggest(
    introduction: str,
    chosen: Mapping[str, Selection],
    pulls: Sequence[PullRequest],
    verdicts: Mapping[str, Verdict],
    extension_patterns: Sequence[str] = (),
    repositories: Sequence[RepositoryConfig] = (),
    features: Mapping[str, str] | None = None,
    words: Words = Words.DRAFTED,
) -> tuple[Suggestion, ...]:
    """Return suggestions for the introduction and features, then uncertain pull requests, then highlights.

    `extension_patterns` name the files whose new sections are features. `repositories` have the pages to link to.
    `features` has the writer's texts for some, and `words` says whose the introduction is.
    """
    suggestions = [_introduction(introduction, words)]
    highlights = [(name, highlight) for name, project in chosen.items() for highlight in project.highlights]
    for highlight in (highlight for _, highlight in highlights if highlight.verdict.kind is Kind.IMPROVEMENT):
        page = documentation_of(highlight.pulls, repositories)
        if page or is_feature(highlight, extension_patterns):
            names = [one.name for pull in highlight.pulls for one in extensions_of(pull, extension_patterns)]
            suggestions.append(_feature(highlight, page, names, features or {}))
    shown = {pull.ref for _, highlight in highlights for pull in highlight.pulls}
    others = [pull for pull in pulls if pull.ref not in shown and _is_open(verdicts[pull.ref])]
    suggestions += [_highlight(name, highlight) for name, highlight in highlights if not highlight.verdict.sure]
    reasons = {left.pull.ref: left.why for project in chosen.values() for left in project.left_out}
    suggestions += [_not_highlighted(pull, verdicts[pull.ref], reasons.get(pull.ref, "")) for pull in others]
    suggestions += [_highlight(name, highlight) for name, highlight in highlights if highlight.verdict.sure]
    return tuple(suggestions)


_MARK = ", in the writer's words"
WRITTEN = "In the writer's words:"
"""The mark of a text that the configured program wrote."""


def _introduction(text: str, words: Words) -> Suggestion:
    about = (WRITTEN,) if words is Words.WRITER else ()
    return Suggestion(key=INTRODUCTION, about=about, lines=(f"introduction = {toml_text(trusted(text))}",))


_LEAD = re.compile(r"^(?:(?:Added|Implemented|Introduced) )?(?:support for )?(?:an? |the )?")


def _feature(highlight: Highlight, page: str, names: Sequence[str], written: Mapping[str, str]) -> Suggestion:
    key = feature_key(highlight.pulls[0].ref)
    text = written.get(key, "")
    is_written = bool(text) or highlight.words is Words.WRITER
    sentence = highlight.text.partition("\n")[0].partition(". ")[0].rstrip(".:")
    first = _LEAD.sub("", harmless(named(highlight) or sentence))
    lines = (
        "[[features]]",
        f"heading = {toml_text(first[:1].upper() + first[1:])}",
        f"text = {toml_text(trusted(text or highlight.text))}",
        *((f"documentation = {toml_text(page)}",) if page else ()),
        f"pulls = {toml_list(pull.ref for pull in highlight.pulls)}",
    )
    added = (normalise(f"It adds {', '.join(dict.fromkeys(names))}."),) if names else ()
    about = (*((WRITTEN,) if is_written else ()), *added, "A section of its own:")
    return Suggestion(key=key, about=about, lines=lines)


def _highlight(project: str, highlight: Highlight) -> Suggestion:
    what = f"{project}, {highlight.verdict.kind}{_MARK if highlight.words is Words.WRITER else ''}"
    return _suggestion(highlight.pulls, highlight.verdict, what, "text", trusted(highlight.text))


def _is_open(verdict: Verdict) -> bool:
    """Return whether an editor should look at a pull request that isn't highlighted."""
    return not verdict.sure or verdict.rule == WRITER_RULE


def _not_highlighted(pull: PullRequest, verdict: Verdict, reason: str) -> Suggestion:
    """Return a suggestion for a pull request that isn't highlighted, with the kind that would change that.

    `reason` says why it isn't, if its kind doesn't.
    """
    what = verdict.evidence if verdict.rule == WRITER_RULE else ", ".join(filter(None, (verdict.kind, reason)))
    kind = verdict.kind if verdict.kind.is_highlight else Kind.IMPROVEMENT
    return _suggestion((pull,), verdict, f"not highlighted, {what}", "kind", kind)


def _suggestion(pulls: Sequence[PullRequest], verdict: Verdict, what: str, key: str, value: str) -> Suggestion:
    """Return a suggestion on pull requests, with their facts as comments."""
    names = toml_text(" ".join(pull.ref for pull in pulls))
    reason = normalise(f"UNSURE ({verdict.confidence:.0%}): {reason_of(verdict)}")
    about = (
        *(() if verdict.sure else (reason,)),
        *(f"{normalise(what)}: {described(pull)}" for pull in pulls),
    )
    return Suggestion(key=pulls[0].ref, about=about, lines=(f"{names}.{key} = {toml_text(value)}",))


def draft(
    old: str, suggestions: Sequence[Suggestion], *, head: Sequence[str] = (), taken: Collection[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return the file with new suggestions, and their keys.

    `head` opens a new file. `taken` are keys that the editor wrote about. What the file has, even as a comment, isn't
    suggested again.
    """
    old, newline = plain_lines(old)
    known = {*taken, *_keys(old)}
    new = [suggestion for suggestion in suggestions if suggestion.key not in known]
    text = old or "".join(f"# {line}".rstrip() + "\n" for line in head)
    pulls = [suggestion for suggestion in new if suggestion.key != INTRODUCTION and not _is_feature(suggestion)]
    if any(node.path[:1] == ("pulls",) and not node.is_header and not node.table for node in nodes(old)):
        new = [suggestion for suggestion in new if suggestion not in pulls]  # pulls."owner/name#1" at the top
        pulls = []
    for suggestion in new:
        if suggestion.key == INTRODUCTION:
            text = insert_first(text, "\n".join(_lines(suggestion)))
    text = _with_pulls(text, pulls) if pulls else text
    for suggestion in new:
        if _is_feature(suggestion):
            text = append_lines(text, _lines(suggestion))
    return text.replace("\n", newline), tuple(suggestion.key for suggestion in new)


def _is_feature(suggestion: Suggestion) -> bool:
    return suggestion.key.startswith(_FEATURE)


def _lines(suggestion: Suggestion) -> list[str]:
    return [*(f"# {line}" for line in suggestion.about), *(f"#{line}" for line in suggestion.lines)]


def _keys(text: str) -> Iterator[str]:
    """Yield the keys of what the file suggests or has."""
    for quoted in _QUOTED.findall(text):
        yield from _REF.findall(quoted)
    yield from map(feature_key, _FEATURE_PULLS.findall(text))
    if re.search(r"^#[| ]*introduction = ", text, re.MULTILINE):
        yield INTRODUCTION


def _with_pulls(text: str, suggestions: Sequence[Suggestion]) -> str:
    """Add suggestions to the end of the table [pulls], or of a new one."""
    if not any(node.path == ("pulls",) for node in nodes(text)):
        text = append_lines(text, ["[pulls]"])
    notes = [node for node in nodes(text) if ("pulls",) in (node.path, node.table) and not node.is_inline]
    ends = [*(line_after(text, node) for node in notes), *(match.end() for match in comments(text, _ENTRY, ("pulls",)))]
    lines = [line for suggestion in suggestions for line in ("", *_lines(suggestion))]
    position = max(ends)
    after = [] if not text[position:].strip() or text.startswith("\n", position) else [""]
    return insert_line(text, position, "\n".join([*lines, *after]))

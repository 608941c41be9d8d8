"""Suggest what an editor may want to change, the most useful first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from weekly.files.toml_edit import toml_text
from weekly.highlights.extensions import extensions_of
from weekly.highlights.select import Selection
from weekly.model import Highlight, Kind, Problem, PullRequest, Verdict
from weekly.notes.draft import Suggestion
from weekly.text.markdown import escape, harmless, normalise

HEAD = (
    "Your notes on this week. All of them are optional, and what you write wins over what `weekly` drafts.",
    "",
    "The comments below are suggestions. To use one, remove the '#| ' from its lines and edit it. `weekly draft` updates",
    "only suggestions that you have not changed. Text is Markdown, and an @mention notifies that person.",
    "Other keys: title, number, topic, features, sections, projects, videos, events, blocks, distributions. The notes",
    "reference of weekly lists them.",
)


def suggest(
    introduction: str,
    chosen: Mapping[str, Selection],
    pulls: Sequence[PullRequest],
    verdicts: Mapping[str, Verdict],
    problems: Sequence[Problem],
    extension_patterns: Sequence[str] = (),
) -> tuple[Suggestion, ...]:
    """Return suggestions for the introduction and features, then uncertain pull requests, then highlights.

    `extension_patterns` name the files whose new sections are features.
    """
    suggestions = [*_problems(problems), _introduction(introduction)]
    highlights = [
        (name, highlight)
        for name, project in chosen.items()
        for highlight in (*project.improvements, *project.bugfixes)
    ]
    suggestions += [_feature(highlight) for _, highlight in highlights if _is_feature(highlight, extension_patterns)]
    shown = {pull.ref for _, highlight in highlights for pull in highlight.pulls}
    others = [pull for pull in pulls if pull.ref not in shown and not verdicts[pull.ref].sure]
    suggestions += [_highlight(name, highlight) for name, highlight in highlights if not highlight.verdict.sure]
    suggestions += [_unsure(pull, verdicts[pull.ref]) for pull in others]
    suggestions += [_highlight(name, highlight) for name, highlight in highlights if highlight.verdict.sure]
    return tuple(suggestions)


def _problems(problems: Sequence[Problem]) -> Iterator[Suggestion]:
    if problems:
        yield Suggestion(key="problems", about="", lines=tuple(f"# {harmless(str(problem))}" for problem in problems))


def _introduction(text: str) -> Suggestion:
    return Suggestion(key="introduction", about="drafted", lines=(f"introduction = {toml_text(escape(text))}",))


FEATURE_PULLS = 3
"""Pull requests from which an improvement may be a feature with a section of its own."""
_VERB = re.compile(r"^(?:Added|Implemented|Introduced)(?: support for)?(?: an?| the)? ")


def feature_key(ref: str) -> str:
    """Return the key of the suggestion of a feature."""
    return f"feature:{ref}"


def _is_feature(highlight: Highlight, extension_patterns: Sequence[str]) -> bool:
    """Tell whether an improvement adds an extension, or took several pull requests."""
    if highlight.verdict.kind is not Kind.IMPROVEMENT:
        return False
    has_extension = any(extensions_of(pull, extension_patterns) for pull in highlight.pulls)
    return has_extension or len(highlight.pulls) >= FEATURE_PULLS


def _feature(highlight: Highlight) -> Suggestion:
    first = _VERB.sub("", harmless(highlight.text).partition(". ")[0].rstrip("."))
    lines = (
        "[[features]]",
        f"heading = {toml_text(first[:1].upper() + first[1:])}",
        f"text = {toml_text(escape(highlight.text))}",
        *_named(highlight.pulls)[1:],
    )
    return Suggestion(key=feature_key(highlight.pulls[0].ref), about="a section of its own", lines=lines)


def _highlight(project: str, highlight: Highlight) -> Suggestion:
    lead, verdict = highlight.pulls[0], highlight.verdict
    return Suggestion(
        key=lead.ref,
        about=f"{project}: {_verdict(verdict)}",
        lines=(*_named(highlight.pulls), f'kind = "{verdict.kind}"', f"text = {toml_text(escape(highlight.text))}"),
    )


def _unsure(pull: PullRequest, verdict: Verdict) -> Suggestion:
    """Return a suggestion for an uncertain pull request that isn't highlighted."""
    lines = (*_named((pull,)), 'kind = "improvement"', 'text = ""')
    return Suggestion(key=pull.ref, about=f"not highlighted: {_verdict(verdict)}", lines=lines)


def _named(pulls: Sequence[PullRequest]) -> tuple[str, ...]:
    refs = ", ".join(toml_text(pull.ref) for pull in pulls)
    titles = ", ".join(toml_text(pull.title) for pull in pulls)
    return ("[[highlights]]", f"pulls = [{refs}]", f"titles = [{titles}]")


def _verdict(verdict: Verdict) -> str:
    sure = "" if verdict.sure else f" UNSURE ({verdict.confidence:.0%})"
    return normalise(f"{verdict.kind}{sure}, by {verdict.rule}: {verdict.evidence}")

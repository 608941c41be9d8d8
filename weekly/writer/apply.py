"""Replace drafted text by the writer's sentences that pass the check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from weekly.classify.advisories import advisories
from weekly.config.writer import WriterConfig
from weekly.highlights.extensions import is_feature
from weekly.highlights.reverts import is_revert
from weekly.highlights.select import Selection
from weekly.model import WRITER_RULE, Audience, Highlight, Kind, PullRequest, Record, Release, Verdict, Words
from weekly.text.markdown import Markdown, escape, link, shortened
from weekly.text.patterns import lazy_pattern
from weekly.writer.checker import LINK, Checked, check
from weekly.writer.document import INTRODUCTION, Fact, Place, Reply
from weekly.writer.evidence import Evidence
from weekly.writer.facts import believed, facts_of

INTERNAL: Place = "internal"
_SHOWN = 80
"""Characters of a quote that explanations show."""


class Item(Record, frozen=True, kw_only=True):
    """Something to write, with its facts and its draft. `kind` and `pulls`, which are refs, are empty for the introduction.

    `places` has the lists that the writer may move the highlight to.
    """

    id: str
    task: str
    project: str = ""
    kind: str = ""
    pulls: tuple[str, ...] = ()
    facts: tuple[Fact, ...]
    draft: str
    places: tuple[Place, ...] = ()


class Written(NamedTuple):
    """A text of the writer, empty where nothing passed, the list to move it to, and lines that explain both."""

    text: str
    lines: tuple[str, ...]
    place: Place = ""


def items_of(
    project: str,
    selection: Selection,
    releases: Sequence[Release],
    extension_patterns: Sequence[str],
    verdicts: Mapping[str, Verdict] = MappingProxyType({}),
) -> tuple[Item, ...]:
    """Return what there is to write about a project's highlights. `verdicts` are by the refs of pull requests."""
    items = []
    for highlight in selection.highlights:
        ref = highlight.pulls[0].ref
        tasks = [(ref, "highlight")]
        tasks += [(f"feature:{ref}", "feature")] if is_feature(highlight, extension_patterns) else []
        facts = facts_of(highlight, releases)
        items += [
            Item(
                id=key,
                task=task,
                project=project,
                kind=highlight.verdict.kind.value,
                pulls=tuple(pull.ref for pull in highlight.pulls),
                facts=facts,
                draft=highlight.text,
                places=_places(highlight, verdicts) if task == "highlight" else (),
            )
            for key, task in tasks
        ]
    return tuple(items)


_HIDEABLE = ("conventional-commit", "words")
"""Rules that decide the kind of a change, but not that users should know of it."""
_KNOWN_BY_USERS = lazy_pattern(
    r"\b(?:security|vulnerab\w+|exploit\w*|CVE|GHSA|escalat\w+|privileges?|code execution|bypass\w*|traversal|XSS|CSRF|SSRF|injection"
    r"|denial of service|DoS|escapes?|unauthori[sz]ed|secrets?|insecure|spoof\w*|overflow|breaking|incompatib\w+|deprecat\w+"
    r"|(?:drop|remov)\w* (?:\w+ )?support)\b"
    r"|^(?:undo\w*|roll(?:s|ed|ing)? ?back|back(?:s|ed|ing)? ?out)\b",
    re.IGNORECASE,
)
"""Words of security fixes, breaking changes and what takes something back."""


def _places(highlight: Highlight, verdicts: Mapping[str, Verdict]) -> tuple[Place, ...]:
    """Return the lists that a writer may move a highlight to. What the project itself marks, it can't move."""
    known = [verdicts.get(pull.ref, highlight.verdict) for pull in highlight.pulls] + [highlight.verdict]
    is_marked = highlight.words is Words.AUTHOR or any(one.is_breaking or not one.kind.is_highlight for one in known)
    if is_marked or any(map(is_revert, highlight.pulls)):
        return ()
    kinds: tuple[Place, ...] = ("improvement", "bugfix") if all(one.rule == "words" for one in known) else ()
    # What only developers notice is listed because the project wants it.
    is_hideable = all(one.rule in _HIDEABLE and one.audience is Audience.USERS for one in known)
    return (*kinds, INTERNAL) if is_hideable and not any(map(_is_known_by_users, highlight.pulls)) else kinds


def _is_known_by_users(pull: PullRequest) -> bool:
    """Return whether anything about a pull request sounds like a change that users must know of."""
    texts = [pull.title, *pull.labels, pull.body, *(f"{one.subject} {one.body}" for one in pull.commits)]
    texts += [text for issue in pull.closes for text in (issue.title, *issue.labels)]
    return any(map(_KNOWN_BY_USERS.search, texts)) or bool(advisories((pull,)))


def introduction_item(draft: str, selections: Mapping[str, Selection]) -> Item:
    """Return the introduction, whose facts are the draft and the bullets that are shown."""
    facts = [Fact(source="draft", text=draft)]
    facts += [
        Fact(source=f"bullet of {name}", text=f"{name}: {highlight.text}")
        for name, selection in selections.items()
        for highlight in selection.highlights
    ]
    return Item(id=INTRODUCTION, task=INTRODUCTION, facts=believed(facts), draft=draft)


def checked_sentences(reply: Reply, item: Item, config: WriterConfig) -> tuple[Checked, ...]:
    """Check the sentences of an answer, as being of the kind that the writer moves them to."""
    kind = _place(reply, item) or item.kind
    return check(reply.sentences, Evidence(item.facts), kind=kind, share=config.support, longest=config.longest)


def _place(reply: Reply, item: Item) -> Place:
    """Return the list that the writer moves a highlight to, empty where it stays."""
    is_other = reply.kind in item.places and reply.kind != item.kind and reply.is_about(item.pulls)
    return reply.kind if is_other else ""


def is_internal(reply: Reply | None, item: Item) -> bool:
    """Return whether the writer finds a highlight internal, and may."""
    return reply is not None and not reply.problem and _place(reply, item) == INTERNAL


def written(reply: Reply | None, item: Item, config: WriterConfig) -> Written:
    """Return the sentences of an answer that pass, and how each was judged."""
    if reply is None or not reply.is_about(item.pulls):
        return Written("", ())
    place = _place(reply, item)
    made = ", ".join(filter(None, (reply.model, reply.prompt)))
    by = f" ({made})" if made else ""
    verdicts = checked_sentences(reply, item, config)
    passed = [verdict for verdict in verdicts if not verdict.why]
    place = place if passed else ""  # the draft fits the list that it was made for
    lines = [f"the writer's words{by}"] if passed else []
    lines += [f"the writer{by} moved it here"] if place else []
    if reply.kind not in ("", item.kind, place):
        lines.append(f"the writer finds it {_NAMES[reply.kind]}, and the project's own marks decide otherwise")
    lines += [f"the writer failed: {reply.problem}"] if reply.problem else []
    for verdict in verdicts:
        support = " | ".join(f"“{shortened(quote, _SHOWN)}”" for quote in verdict.support)
        if verdict.why:
            lines.append(f"refused: {verdict.why}: {verdict.text}")
        else:
            lines.append(f"supported by {support}: {verdict.text}")
    return Written(_rendered(" ".join(verdict.text for verdict in passed)), tuple(lines), place)


_NAMES = {"improvement": "an improvement", "bugfix": "a bug fix", INTERNAL: "internal"}


def with_texts(selection: Selection, texts: Mapping[str, Written]) -> Selection:
    """Return a project's selection with the writer's texts, places and remarks."""
    known = [(highlight, texts.get(highlight.pulls[0].ref, Written("", ()))) for highlight in selection.highlights]
    shown = [_replaced(highlight, one) for highlight, one in known]
    return msgspec.structs.replace(
        selection,
        improvements=tuple(one for one in shown if one.verdict.kind is not Kind.BUGFIX),
        bugfixes=tuple(one for one in shown if one.verdict.kind is Kind.BUGFIX),
        remarks={highlight.pulls[0].ref: one.lines for highlight, one in known if one.lines},
    )


def moved_verdicts(
    selections: Mapping[str, Selection], texts: Mapping[str, Written], verdicts: Mapping[str, Verdict]
) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdicts on pull requests that the writer moves, by their refs. `selections` are before the move."""
    for selection in selections.values():
        for highlight in selection.highlights:
            if place := texts.get(highlight.pulls[0].ref, Written("", ())).place:
                for pull in highlight.pulls:
                    yield pull.ref, _moved(verdicts[pull.ref], place)


def _moved(verdict: Verdict, place: Place) -> Verdict:
    why = "the writer finds that it belongs there"
    return msgspec.structs.replace(verdict, kind=Kind(place), rule=WRITER_RULE, evidence=why)


def _replaced(highlight: Highlight, one: Written) -> Highlight:
    """Return a highlight in the writer's words, and of the kind that the writer finds."""
    if one.place:
        highlight = msgspec.structs.replace(highlight, verdict=_moved(highlight.verdict, one.place))
    if not one.text:
        return highlight
    return msgspec.structs.replace(highlight, text=one.text, words=Words.WRITER, replaced=str(highlight.text))


def _rendered(text: str) -> str:
    """Return a text as Markdown with only its links active, or as it is where it has none."""
    first, *rest = LINK.split(text)
    links = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    pieces = [_escaped(first), *(f"{link(label, url)}{_escaped(after)}" for label, url, after in links)]
    return Markdown("".join(pieces)) if rest else text


def _escaped(piece: str) -> str:
    """Return a piece of a text escaped, with the blanks around it."""
    if not piece.strip():
        return piece
    return f"{' ' * piece.startswith(' ')}{escape(piece)}{' ' * piece.endswith(' ')}"

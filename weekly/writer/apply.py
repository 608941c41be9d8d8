"""Replace drafted text by the writer's sentences that pass the check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.classify.advisories import advisories
from weekly.config.writer import WriterConfig
from weekly.highlights.extensions import is_feature
from weekly.highlights.reverts import RULE as REVERT
from weekly.highlights.select import LeftOut, Selection
from weekly.model import WRITER_RULE, Audience, Highlight, Kind, PullRequest, Record, Release, Verdict, Words
from weekly.text.markdown import Markdown, escape, link, shortened
from weekly.writer.checker import LINK, Checked, check
from weekly.writer.document import INTRODUCTION, Fact, Place, Reply
from weekly.writer.evidence import Evidence
from weekly.writer.facts import believed, facts_of

INTERNAL: Place = "internal"
_SHOWN = 80
"""Characters of a quote that explanations show."""


class Item(Record, frozen=True, kw_only=True):
    """Something to write, with its facts and its draft. `kind` is empty for the introduction.

    `places` has the lists that the writer may move the highlight to.
    """

    id: str
    task: str
    project: str = ""
    kind: str = ""
    facts: tuple[Fact, ...]
    draft: str
    places: tuple[Place, ...] = ()


class Written(NamedTuple):
    """A text of the writer, empty where nothing passed, the list to move it to, and lines that explain both."""

    text: str
    lines: tuple[str, ...]
    place: Place = ""


def items_of(
    project: str, selection: Selection, releases: Sequence[Release], extension_patterns: Sequence[str]
) -> tuple[Item, ...]:
    """Return what there is to write about a project's highlights."""
    items = []
    for highlight in selection.highlights:
        ref = highlight.pulls[0].ref
        tasks = [(ref, "highlight")]
        tasks += [(f"feature:{ref}", "feature")] if is_feature(highlight, extension_patterns) else []
        facts = facts_of(highlight, releases)
        kind = highlight.verdict.kind.value
        items += [
            Item(
                id=key,
                task=task,
                project=project,
                kind=kind,
                facts=facts,
                draft=highlight.text,
                places=_places(highlight) if task == "highlight" else (),
            )
            for key, task in tasks
        ]
    return tuple(items)


def _places(highlight: Highlight) -> tuple[Place, ...]:
    """Return the lists that a writer may move a highlight to. What the project itself marks, it can't move."""
    verdict = highlight.verdict
    is_marked = verdict.is_breaking or highlight.words is Words.AUTHOR or verdict.rule == REVERT
    if is_marked or not verdict.kind.is_highlight or advisories(highlight.pulls):
        return ()
    kinds: tuple[Place, ...] = ("improvement", "bugfix") if verdict.rule == "words" else ()
    # What developers notice is listed because the project wants it.
    return (*kinds, INTERNAL) if verdict.audience is Audience.USERS else kinds


def introduction_item(draft: str, selections: Mapping[str, Selection]) -> Item:
    """Return the introduction, whose facts are the draft and the bullets that are shown."""
    facts = [Fact(source="draft", text=draft)]
    facts += [
        Fact(source=f"bullet of {name}", text=f"{name}: {highlight.text}")
        for name, selection in selections.items()
        for highlight in selection.highlights
    ]
    return Item(id=INTRODUCTION, task=INTRODUCTION, facts=believed(facts), draft=draft)


def verdicts_of(reply: Reply, item: Item, config: WriterConfig) -> tuple[Checked, ...]:
    """Check the sentences of an answer, as being of the kind that the writer moves them to."""
    kind = item.kind if moved_to(reply, item) in ("", INTERNAL) else reply.kind
    return check(reply.sentences, Evidence(item.facts), kind=kind, share=config.support, longest=config.longest)


def moved_to(reply: Reply, item: Item) -> Place:
    """Return the list that the writer moves a highlight to, empty where it stays."""
    return reply.kind if reply.kind in item.places and reply.kind != item.kind else ""


def written(reply: Reply | None, item: Item, config: WriterConfig) -> Written:
    """Return the sentences of an answer that pass, and how each was judged."""
    if reply is None:
        return Written("", ())
    place = moved_to(reply, item)
    made = ", ".join(filter(None, (reply.model, reply.prompt)))
    by = f" ({made})" if made else ""
    if place == INTERNAL:
        return Written("", (f"the writer{by} finds that users don't notice it",), place)
    verdicts = verdicts_of(reply, item, config)
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


def with_texts(selection: Selection, texts: Mapping[str, Written], *, counts: bool) -> Selection:
    """Return a project's selection with the writer's texts, places and remarks. `counts` internal changes in a line."""
    known = [(highlight, texts.get(highlight.pulls[0].ref, Written("", ()))) for highlight in selection.highlights]
    shown = [_replaced(highlight, one) for highlight, one in known if one.place != INTERNAL]
    hidden = [pull for highlight, one in known if one.place == INTERNAL for pull in highlight.pulls]
    return msgspec.structs.replace(
        selection,
        improvements=tuple(one for one in shown if one.verdict.kind is not Kind.BUGFIX),
        bugfixes=tuple(one for one in shown if one.verdict.kind is Kind.BUGFIX),
        internal=_ordered((*selection.internal, *hidden)) if counts else selection.internal,
        left_out=(*selection.left_out, *(LeftOut(pull=pull, why=_UNNOTICED) for pull in hidden)),
        remarks={highlight.pulls[0].ref: one.lines for highlight, one in known if one.lines},
    )


def _ordered(pulls: Sequence[PullRequest]) -> tuple[PullRequest, ...]:
    return tuple(sorted(pulls, key=lambda pull: (pull.repo, pull.number)))


def moved_verdicts(selections: Mapping[str, Selection], texts: Mapping[str, Written]) -> Iterator[tuple[str, Verdict]]:
    """Yield the verdicts on pull requests that the writer moves, by their refs. `selections` are before the move."""
    for selection in selections.values():
        for highlight in selection.highlights:
            if place := texts.get(highlight.pulls[0].ref, Written("", ())).place:
                for pull in highlight.pulls:
                    yield pull.ref, _moved(highlight.verdict, place)


def _moved(verdict: Verdict, place: Place) -> Verdict:
    """Return a verdict as the writer finds it."""
    if place == INTERNAL:
        moved = msgspec.structs.replace(verdict, audience=Audience.DEVELOPERS, audience_reason=_UNNOTICED)
        return msgspec.structs.replace(moved, rule=WRITER_RULE, evidence=_UNNOTICED)
    return msgspec.structs.replace(verdict, kind=Kind(place), rule=WRITER_RULE, evidence=_MOVED)


_MOVED = "the writer finds that it belongs there"
_UNNOTICED = "the writer finds that only developers notice it"


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

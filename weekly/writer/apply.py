"""Replace drafted text by the writer's sentences that pass the check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from weekly.config.writer import WriterConfig
from weekly.highlights.extensions import is_feature
from weekly.highlights.select import Selection
from weekly.model import Highlight, Record, Release, Words
from weekly.text.markdown import Markdown, escape, link, shortened
from weekly.writer.checker import LINK, Verdict, check
from weekly.writer.document import Fact, Reply
from weekly.writer.evidence import Evidence
from weekly.writer.facts import believed, facts_of

INTRODUCTION = "introduction"
_SHOWN = 80
"""Characters of a quote that explanations show."""


class Item(Record, frozen=True, kw_only=True):
    """Something to write, with its facts and its draft. `kind` is empty for the introduction."""

    id: str
    task: str
    project: str = ""
    kind: str = ""
    facts: tuple[Fact, ...]
    draft: str


class Written(NamedTuple):
    """A text of the writer, empty where nothing passed, and lines that explain it."""

    text: str
    lines: tuple[str, ...]


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
            Item(id=key, task=task, project=project, kind=kind, facts=facts, draft=highlight.text)
            for key, task in tasks
        ]
    return tuple(items)


def introduction_item(draft: str, selections: Mapping[str, Selection]) -> Item:
    """Return the introduction, whose facts are the draft and the bullets that are shown."""
    facts = [Fact(source="draft", text=draft)]
    facts += [
        Fact(source=f"bullet of {name}", text=f"{name}: {highlight.text}")
        for name, selection in selections.items()
        for highlight in selection.highlights
    ]
    return Item(id=INTRODUCTION, task=INTRODUCTION, facts=believed(facts), draft=draft)


def verdicts_of(reply: Reply, item: Item, config: WriterConfig) -> tuple[Verdict, ...]:
    """Check the sentences of an answer."""
    return check(reply.sentences, Evidence(item.facts), kind=item.kind, share=config.support, longest=config.longest)


def written(reply: Reply | None, item: Item, config: WriterConfig) -> Written:
    """Return the sentences of an answer that pass, and how each was judged."""
    if reply is None:
        return Written("", ())
    verdicts = verdicts_of(reply, item, config)
    passed = [verdict for verdict in verdicts if not verdict.why]
    made = ", ".join(filter(None, (reply.model, reply.prompt)))
    lines = [f"the writer's words{f' ({made})' if made else ''}"] if passed else []
    lines += [f"the writer failed: {reply.problem}"] if reply.problem else []
    for verdict in verdicts:
        support = " | ".join(f"“{shortened(quote, _SHOWN)}”" for quote in verdict.support)
        if verdict.why:
            lines.append(f"refused: {verdict.why}: {verdict.text}")
        else:
            lines.append(f"supported by {support}: {verdict.text}")
    return Written(_rendered(" ".join(verdict.text for verdict in passed)), tuple(lines))


def with_texts(selection: Selection, texts: Mapping[str, Written]) -> Selection:
    """Return a project's selection with the writer's texts and remarks."""

    def replaced(highlight: Highlight) -> Highlight:
        one = texts.get(highlight.pulls[0].ref)
        if one is None or not one.text:
            return highlight
        return msgspec.structs.replace(highlight, text=one.text, words=Words.WRITER, replaced=str(highlight.text))

    refs = [highlight.pulls[0].ref for highlight in selection.highlights]
    return msgspec.structs.replace(
        selection,
        improvements=tuple(map(replaced, selection.improvements)),
        bugfixes=tuple(map(replaced, selection.bugfixes)),
        remarks={ref: texts[ref].lines for ref in refs if ref in texts and texts[ref].lines},
    )


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

"""Render the editor's desk, and the post with its editable parts marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from weekly.compose.explain import Explanation
from weekly.desk.entries import Entry, events_of, feature_of, highlights_of, others_of, videos_of
from weekly.model import Events, Feature, Finding, Introduction, Post, Record
from weekly.notes.file import Notes
from weekly.preview.annotations import AnnotatedPost, BulletNote, FindingNote, LineFinder, annotate, with_notes
from weekly.preview.page import Topic, environment_of, post_html
from weekly.render.environment import folders_of
from weekly.render.page import frame_of
from weekly.text import forum_markdown
from weekly.text.markdown import heading, trusted


class Region(Record, frozen=True, kw_only=True):
    """The lines of an entry, from the first to the one after the last."""

    first: int
    end: int
    key: str


class Body(Record, frozen=True, kw_only=True):
    """The post's HTML, its entries and findings, and the entries that aren't in it."""

    html: str
    entries: tuple[Entry, ...]
    others: tuple[Entry, ...]
    findings: tuple[FindingNote, ...]
    explanations: Mapping[str, Explanation]


def body_of(post: Post, text: str, notes: Notes, findings: Sequence[Finding], projects: Mapping[str, str]) -> Body:
    """Return the post's Markdown `text` as HTML in which each entry has its key.

    `projects` has each pull request's own project.
    """
    annotated = annotate(post, text, findings)
    explanations = annotated.explanations
    highlights = highlights_of(post, notes, explanations, projects)
    found = list(_regions(post, text.split("\n"), notes))
    entries = (*(entry for entry, _ in found), *(entry for _, entry in highlights))
    keys = {id(highlight): entry.key for highlight, entry in highlights}

    def print_note(note: Any, parts: Any) -> str:
        match note:
            case str():
                return note
            case FindingNote():
                return str(parts.finding(note))
            case BulletNote(highlight=None):
                return f'<span hidden data-refs="{escape(" ".join(one.ref for one in note.explanations))}"></span>'
        return f'<span hidden data-bullet="{escape(keys.get(id(note.highlight), ""))}"></span>'

    regions = sorted((region for _, region in found if region), key=lambda region: region.first)
    tokens = tuple(with_notes(annotated.tokens, _with_keys(annotated, regions)))
    return Body(
        html=post_html(tokens, environment_of(folders_of(None), ()), print_note, post),
        entries=entries,
        others=tuple(others_of(post, notes, explanations, entries)),
        findings=annotated.findings,
        explanations=explanations,
    )


def desk_page(week: str, topic: Topic) -> str:
    """Return the page, whose policy permits its own style and script and requests to its server."""
    environment = environment_of(folders_of(None), ())
    template = environment.get_template("desk/desk.html.j2")
    return template.render(
        week=week, topic=topic, version="", **frame_of(environment, "desk/style.css", "desk/desk.js")
    )


def text_html(text: str) -> str:
    """Return Markdown that somebody is writing as the forum will show it."""
    return post_html(forum_markdown.parse(text), environment_of(folders_of(None), ()), lambda *_: "")


def _regions(post: Post, lines: Sequence[str], notes: Notes) -> Iterator[tuple[Entry, Region | None]]:
    """Yield the entries that aren't highlights, with their lines where these are found."""
    finder, left = LineFinder(lines), list(range(len(notes.features)))
    for section in post.sections:
        first = finder.find(heading(section.heading, section.level))
        match section:
            case Introduction():
                text, is_edited = trusted(section.text), notes.introduction is not None
                entry = Entry(key="introduction", type="introduction", text=text, is_edited=is_edited)
                yield entry, _region(entry, finder, text or heading(section.heading, section.level), first)
                for entry in videos_of(section, notes):
                    words = _region(entry, finder, entry.text, None) if entry.text else None
                    url = _region(entry, finder, entry.fields["url"], None)
                    yield entry, url and Region(first=words.first if words else url.first, end=url.end, key=entry.key)
            case Feature():
                entry = feature_of(section, notes, left)
                region = _region(entry, finder, entry.text, first)
                yield entry, region and _to_next_heading(region, lines, first)
            case Events():
                for event, event_entry in events_of(section, notes):
                    line = finder.find(f"- {trusted(event.when)}")
                    if event_entry:
                        region = None if line is None else Region(first=line, end=line + 1, key=event_entry.key)
                        yield event_entry, region


def _to_next_heading(region: Region, lines: Sequence[str], heading_line: int | None) -> Region:
    """Return the region of a feature with its heading and its links."""
    end = next((line for line in range(region.end, len(lines)) if lines[line].startswith("#")), len(lines))
    return Region(first=region.first if heading_line is None else heading_line, end=end, key=region.key)


def _region(entry: Entry, finder: LineFinder, text: str, otherwise: int | None) -> Region | None:
    """Return the lines of a text, or one line where the text isn't found."""
    own = text.split("\n")
    first = finder.find(own[0])
    if first is not None:
        return Region(first=first, end=first + len(own), key=entry.key)
    return None if otherwise is None else Region(first=otherwise, end=otherwise + 1, key=entry.key)


def _with_keys(annotated: AnnotatedPost, regions: Sequence[Region]) -> dict[int, list[Any]]:
    """Return the post's notes with an element around each region that has its key, or the key within a list item."""
    blocks = [(token.map[0], index, token) for index, token in enumerate(annotated.tokens) if token.map]
    items = {line: index for line, index, token in blocks if token.type == "list_item_open"}
    tops = {line: index for line, index, token in blocks if token.level == 0}
    notes: defaultdict[int, list[Any]] = defaultdict(list)
    end = 0
    for region in regions:
        if region.first in items:
            notes[items[region.first] + 1].append(f'<span hidden data-bullet="{escape(region.key)}"></span>')
        elif region.first in tops and region.first >= end:
            end = region.end
            notes[tops[region.first]].append(f'<div data-key="{escape(region.key)}">')
            notes[next((tops[line] for line in tops if line >= end), len(annotated.tokens))].append("</div>")
    for index, others in annotated.notes.items():
        notes[index] += others
    return notes

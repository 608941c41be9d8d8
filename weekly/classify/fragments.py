"""Read the kind and the author's sentence from changelog fragments in a pull request's diff.

Known are towncrier, antsibull, reno, chloggen, changesets, scriv, go-changelog, calens, lists of changes in YAML, and entries under
"Unreleased" of a changelog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from weekly.classify.plain_text import sentence, sentences
from weekly.config.rules import ChangelogRules, KindRules
from weekly.model import Audience, Kind, Patch, PullRequest, Record
from weekly.text.patterns import fits, lazy_pattern
from weekly.text.vocabulary import word_list


class AuthorNote(Record, frozen=True, kw_only=True):
    """An author's changelog entry. `kind` is None where only the text can show it.

    `type` is the author's word for the kind, `source` the file or the place in the description.
    """

    kind: Kind | None
    text: str
    type: str = ""
    source: str = ""
    is_breaking: bool = False
    audience: Audience | None = None


_OWN_ENTRIES = 2
"""Entries of a change to the changelog alone, above which it collects those of others for a release."""
_MOST_ENTRIES = 20
"""Entries of a file that are read."""

_SKIPPED = frozenset(("release_summary", "prelude", "known_issues", "issues", "summary"))
_YAML = lazy_pattern(r".*\.ya?ml", re.IGNORECASE)
_CHANGELOG = lazy_pattern(
    r"(?:.*/)?(?:changelog|changes|history|news|release[-_ ]?notes)(?:\.(?:md|rst|txt))?", re.IGNORECASE
)
_TOWNCRIER = lazy_pattern(r"[^/]*?\.(?!(?:rst|md|txt|mdx)$)([A-Za-z][A-Za-z_-]*)(?:\.\d+)?(?:\.(?:rst|md|txt|mdx))?")
_NOT_FRAGMENTS = lazy_pattern(
    r"(?:.*/)?(?:readme|template|\.gitignore|config|_?template|index|\.gitkeep|conf)\b[^/]*", re.IGNORECASE
)
_HEADING = lazy_pattern(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = lazy_pattern(r"^([=~^\-\"'*+#])\1{2,}\s*$")
_VERSION = lazy_pattern(
    r"\bunreleased\b|\bnext\b|\bupcoming\b|\bdevelopment\b|\bv?\d+\.\d|\bmain\b|\bmaster\b|\bHEAD\b", re.IGNORECASE
)
_FRONT_MATTER = lazy_pattern(
    r"""^\s*["']?([@\w][\w./@-]*)["']?\s*:\s*["']?(patch|minor|major|none)["']?\s*$""", re.IGNORECASE
)

_BREAKS = lazy_pattern(r"\W*breaking(?:[ -]changes?)?\W*?(?:[:\])!]|\s[-–—])\W*", re.IGNORECASE)
_COMPONENT = lazy_pattern(r"@?[A-Za-z_][\w./-]*")
_NO_COMPONENT = frozenset(("all", "core", "general", "global", "main", "misc", "none", "other", "root", "various"))
# The content of a symbolic link to another fragment.
_LINKED = lazy_pattern(r"[\w./+-]+\.(?:md|rst|txt|ya?ml)")
_FENCED = lazy_pattern(r"^```+\s*release-note:\s*([\w-]+)[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def patch_patterns(rules: KindRules) -> tuple[str, ...]:
    """Return the patterns of paths whose patches may hold changelog entries."""
    return (*rules.changelog.fragments, *rules.changelog.files)


@lru_cache(maxsize=10_000)  # the same files are changed week after week
def is_fragment(path: str, rules: ChangelogRules) -> bool:
    """Return whether a path is a changelog fragment or a changelog."""
    return fits(path, rules.fragments) or fits(path, rules.files)


def note_in_diff(pull: PullRequest, rules: KindRules) -> AuthorNote | None:
    """Return what a pull request's changelog entries say, if it has any.

    Who rewords the entries of others, or collects them for a release, isn't their author.
    """
    edited = {change.path for change in pull.files if change.deletions}
    is_edit = bool(pull.files) and all(_CHANGELOG.fullmatch(change.path.strip()) for change in pull.files)
    notes = [
        note
        for patch in pull.patches
        if patch.is_new or patch.path not in edited or _CHANGELOG.fullmatch(patch.path.strip())
        for note in islice(_notes_of(patch, rules.changelog), _MOST_ENTRIES)
    ]
    if is_edit and len(notes) > _OWN_ENTRIES:
        return None
    if len(notes) > 1:
        related = [note for note in notes if not _CHANGELOG.fullmatch(note.source.strip()) or _is_about(note, pull)]
        notes = related or (notes if len(notes) <= _MAY_DIFFER else [])
    return merged(notes)


def _is_about(note: AuthorNote, pull: PullRequest) -> bool:
    """Tell whether one of several entries is about a pull request. A merge of branches may add the entries of others."""
    own = " ".join((pull.title, pull.head or "", *(commit.subject for commit in pull.commits)))
    entry, title = (
        {word[:_STEM] for word in _TELLING.findall(text.lower()) if word not in word_list("common")}
        for text in (note.text, own)
    )
    return not entry or not entry.isdisjoint(title)


_MAY_DIFFER = 2
"""Entries that may be a pull request's own, though none has a word of its title."""
_STEM = 5
"""Letters by which words are compared: "crash" and "crashes"."""
_TELLING = lazy_pattern(r"[a-z0-9]{3,}")


def merged(notes: Sequence[AuthorNote]) -> AuthorNote | None:
    """Return several notes as one, with the kind and the text of the first in rank, None where there is none."""
    if not notes:
        return None
    ranked = sorted(notes, key=_rank)
    lead = ranked[0]
    written = [note.text for note in ranked if note.text and (note.kind is lead.kind or _is_farewell(note))]
    return msgspec.structs.replace(
        lead,
        text=sentences(written),
        is_breaking=any(note.is_breaking for note in notes),
        audience=Audience.DEVELOPERS if {note.audience for note in notes} == {Audience.DEVELOPERS} else None,
    )


def kind_of_type(name: str, rules: ChangelogRules) -> tuple[Kind | None, bool]:
    """Return the kind that a word such as `bugfix` or `Added` stands for, and whether it means a breaking change."""
    for word in dict.fromkeys((_word(name), _word(re.split(r"[\s_-]+", name.strip())[-1]))):
        is_breaking = word in _words(rules.breaking)
        kind = next((kind for kind in Kind if word in _words(rules.patterns(kind))), None)
        if kind or is_breaking:
            return kind or Kind.IMPROVEMENT, is_breaking
    return None, False


def _rank(note: AuthorNote) -> tuple[bool, int]:
    """Order notes from news and improvements to removals and the rest."""
    if note.kind is None or not note.kind.is_highlight:
        return True, tuple(Kind).index(note.kind) + 1 if note.kind else len(Kind) + 1
    return _is_farewell(note), tuple(Kind).index(note.kind)


def _is_farewell(note: AuthorNote) -> bool:
    return note.is_breaking or _word(note.type).startswith("deprecat")


@lru_cache(maxsize=64)
def _words(types: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_word, types))


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def _notes_of(patch: Patch, rules: ChangelogRules) -> Iterator[AuthorNote]:
    if not patch.added or _NOT_FRAGMENTS.fullmatch(patch.path):
        return
    path = patch.path.strip()
    name = path.rpartition("/")[2]
    if _CHANGELOG.fullmatch(path) and fits(path, rules.files):
        yield from _of_changelog(patch, rules, is_whole=False)
    elif not (patch.is_new and fits(path, rules.fragments)):
        return  # who edits an entry rewords the news of another change
    elif _YAML.fullmatch(name):
        yield from _of_yaml(patch, rules)
    elif ".changeset/" in f"/{path}":
        yield from _of_changeset(patch)
    elif match := _TOWNCRIER.fullmatch(name):
        yield _typed(patch, match[1], "\n".join(patch.added), rules)
    else:
        yield from _of_folder_or_sections(patch, rules)


def _typed(patch: Patch, word: str, text: str, rules: ChangelogRules, component: str = "") -> AuthorNote:
    """Return a note with the kind that its type stands for."""
    kind, is_breaking = kind_of_type(word, rules)
    text, breaks = without_breaking("" if _LINKED.fullmatch(text.strip()) else sentence(text))
    return AuthorNote(
        kind=kind, text=_placed(text, component), type=word, source=patch.path, is_breaking=is_breaking or breaks
    )


def without_breaking(text: str) -> tuple[str, bool]:
    """Return a text without a leading mark such as "Breaking change:", and whether it has one."""
    match = _BREAKS.match(text)
    return (text[match.end() :], True) if match else (text, False)


def _placed(text: str, component: str) -> str:
    """Return a text that begins with the only part of the project that it is about."""
    name = component.strip().removeprefix("pkg/")
    is_named = not text or name.lower() in _NO_COMPONENT or name in text
    return text if is_named or not _COMPONENT.fullmatch(name) else f"`{name}` - {text}"


def _of_folder_or_sections(patch: Patch, rules: ChangelogRules) -> Iterator[AuthorNote]:
    """Read a fragment whose folder is its type, or which has fences or sections as go-changelog and scriv write them."""
    if fenced := _FENCED.findall("\n".join(patch.added)):
        yield from (_typed(patch, word, text, rules) for word, text in fenced)
        return
    folder = patch.path.rpartition("/")[0].rpartition("/")[2]
    if kind_of_type(folder, rules)[0] and not patch.path.lower().startswith(("changes/", "changelog/")):
        yield _typed(patch, folder, "\n".join(patch.added), rules)
        return
    found = list(_of_changelog(patch, rules, is_whole=True))
    yield from found
    if not found and (text := sentence("\n".join(patch.added))):
        label, colon, rest = text.partition(": ")
        if colon and kind_of_type(label, rules)[0]:  # as calens writes them: "Enhancement: Show the speed"
            yield _typed(patch, label, rest, rules)
        else:
            yield AuthorNote(kind=None, text=text, source=patch.path)


def _of_yaml(patch: Patch, rules: ChangelogRules) -> Iterator[AuthorNote]:
    """Read antsibull's and reno's sections, lists of changes, or the keys of chloggen."""
    fields = _yaml("\n".join(patch.added))
    if words := next((fields[key] for key in ("change_type", "type", "kind", "category") if fields.get(key)), None):
        names = ("note", "body", "title", "description", "message", "text")
        text = sentences(_texts(next((fields[name] for name in names if fields.get(name)), "")))
        component = ",".join(_texts(fields.get("component") or fields.get("scope")))
        audience = Audience.DEVELOPERS if fields.get("change_logs") == ["api"] else None
        for word in _texts(words)[:1]:
            yield msgspec.structs.replace(_typed(patch, word, text, rules, component), audience=audience)
        return
    for key, values in fields.items():
        kind, is_breaking = kind_of_type(key, rules)
        if key in _SKIPPED or (kind is None and not is_breaking):
            continue
        for value in values if isinstance(values, list) else [values]:
            change = value if isinstance(value, dict) else {"type": key, "description": value}
            word, text, scope = ("".join(_texts(change.get(name))) for name in ("type", "description", "scope"))
            if text:
                yield _typed(patch, word, text, rules, scope)


def _yaml(text: str) -> dict[str, Any]:
    """Return the fields of a YAML file, none where it isn't one."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _texts(value: object) -> list[str]:
    """Return the texts of a field. Nested values are left out, since aliases can make them endless."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _of_changeset(patch: Patch) -> Iterator[AuthorNote]:
    """Read the packages' version steps, and the text after them. A patch may be of any kind."""
    packages = {match[1]: match[2].lower() for line in patch.added if (match := _FRONT_MATTER.match(line))}
    lines = [line for line in patch.added if not _FRONT_MATTER.match(line) and line.strip() != "---"]
    text, breaks = without_breaking(sentence("\n".join(lines)))
    step = next((step for step in ("major", "minor", "patch") if step in packages.values()), "none")
    if text or (packages and step == "none"):
        kind = {"major": Kind.IMPROVEMENT, "minor": Kind.IMPROVEMENT, "none": Kind.HOUSEKEEPING}.get(step)
        text = _placed(text, ",".join(packages))
        yield AuthorNote(kind=kind, text=text, type=step, source=patch.path, is_breaking=step == "major" or breaks)


def _of_changelog(patch: Patch, rules: ChangelogRules, *, is_whole: bool) -> Iterator[AuthorNote]:
    """Read entries by their section. The lines begin with the headings above them."""
    section, is_current = "", True
    for entry in _entries(patch.added):
        if entry.startswith("#"):
            title = entry.lstrip("# ").strip("[]:* ")
            kind, is_breaking = kind_of_type(re.sub(r"^\W+|\s*\(.*\)$", "", title), rules)
            if kind or is_breaking:
                section = title
            elif not is_whole and _VERSION.search(title):
                section, is_current = "", re.search(r"\d+\.\d", title) is None or "unreleased" in title.lower()
            continue
        kind, _ = kind_of_type(section, rules) if section else (None, False)
        if kind and is_current and sentence(entry):
            yield _typed(patch, section, entry, rules)


def _entries(lines: Sequence[str]) -> Iterator[str]:
    """Return headings, each with a leading `#`, and list items with the lines that continue them."""
    item: list[str] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        is_title = line.strip() and not line[:1].isspace() and _UNDERLINE.match(following) is not None
        starts_item = re.match(r"^\s{0,3}[-*+]\s", line) is not None
        if _UNDERLINE.match(line) or _HEADING.match(line) or is_title or starts_item or not line.strip():
            if item:
                yield "\n".join(item)
            item = []
        if match := _HEADING.match(line):
            yield f"# {match[2]}"
        elif is_title:
            yield f"# {line.strip()}"
        elif line.strip() and not _UNDERLINE.match(line) and (starts_item or item or line[:1] not in ("<", "|", "[")):
            item.append(re.sub(r"^\s{0,3}[-*+]\s+", "", line))
    if item:
        yield "\n".join(item)

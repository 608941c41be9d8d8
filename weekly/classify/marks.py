"""Read Conventional Commits types, brackets, gitmoji and tracker keys before a title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from weekly.config.rules import KindRules
from weekly.model import Kind, Record
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.wrappers import NO_STANDARD
from weekly.text.vocabulary import word_list

_KEY = rf"{NO_STANDARD}[A-Z][A-Z0-9_]{{1,14}}-\d+"
KEY = lazy_pattern(_KEY)
"""An issue tracker's key, such as ABC-12."""

_TRACKER_KEY = lazy_pattern(rf"^(?:{_KEY}|(?:GH|#)[ -]?\d+|bpo-\d+)(?:\s*[,&+/]\s*{_KEY})*(?:\s*[:–—|-]\s+|\s+)(?=\S)")
_BRACKET = lazy_pattern(r"^(?:\[([^\[\]]{1,60})\]|【([^【】]{1,60})】)\s*[:–—-]?\s*(?=\S)")
_KEY_IN_BRACKET = lazy_pattern(
    rf"^(?:(?:fix(?:ed|es)?|closes?d?|see)[ :]+)?(?:{_KEY}|#?\d+)(?:[ ,;/&]+(?:{_KEY}|#?\d+))*$", re.IGNORECASE
)
_TYPE = lazy_pattern(
    r"^([A-Za-z][\w-]*)\s?(?:\(([^()]*)\))?\s?(!)?\s?[:\uff1a]\s+(?=\S)|^([A-Za-z][\w-]*)(?:\(([^()]*)\))?(!)?\uff1a(?=\S)"
)
_SHORTCODE = lazy_pattern(r"^:([a-z][a-z0-9_+]+):\s*(?=\S)")
_EMOJI = lazy_pattern(
    "^((?:[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\U0001f000-\U0001faff]\ufe0f?\u20e3?(?:\u200d[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)*)+)"
    r"\s*[:-]?\s*(?=\S)"
)
# "(fixes #12)" after a title says nothing about the kind: people write it after new features too.
_NUMBER = r"[\w./-]{0,80}#\d{1,9}"
_REFERENCE = lazy_pattern(
    rf"(?<=\S)\s?\((?:(?:clos|fix|resolv)(?:e[sd]?|ing)|refs?|see):? {_NUMBER}(?:(?:, and|,| and) {_NUMBER})*\)$",
    re.IGNORECASE,
)
_MOST_MARKS = 8

_REFACTORING = frozenset(["♻", "recycle", "🏗", "building_construction"])
_BREAKING = frozenset(["💥", "boom", "⚠", "warning"])


class Marks(Record, frozen=True, kw_only=True):
    """The marks of a title, and the text after them. `mark` is the mark that decides the kind."""

    text: str
    kind: Kind | None = None
    mark: str = ""
    scopes: tuple[str, ...] = ()
    is_breaking: bool = False


@lru_cache(maxsize=10_000)  # titles recur as commits' subjects, and each rule asks
def marks_of(title: str, rules: KindRules) -> Marks:
    """Take the marks off a title. One of no interest to users decides over the others."""
    text, scopes = title.strip(), []
    found: list[_Mark] = []
    for _ in range(_MOST_MARKS):
        mark = _first_mark(text, rules)
        if mark is None:
            break
        found.append(mark)
        scopes += [mark.scope] if mark.scope else []
        text = text[mark.end :]
    deciding = [mark for mark in found if mark.kind]
    lead = next(
        (mark for mark in deciding if mark.kind and not mark.kind.is_highlight), deciding[0] if deciding else None
    )
    is_breaking = any(mark.is_breaking for mark in found)
    kind = lead.kind if lead else None
    text = _REFERENCE.sub("", text) if text.endswith(")") else text
    return Marks(text=text, kind=kind, mark=lead.text if lead else "", scopes=tuple(scopes), is_breaking=is_breaking)


class _Mark(NamedTuple):
    """One mark, with its end and its meaning."""

    end: int
    text: str = ""
    kind: Kind | None = None
    scope: str = ""
    is_breaking: bool = False


def _first_mark(text: str, rules: KindRules) -> _Mark | None:
    """Return the mark that a text begins with."""
    if match := _TRACKER_KEY.match(text):
        return _Mark(match.end())
    if match := _SHORTCODE.match(text) or _EMOJI.match(text):
        name = match[1].replace("\ufe0f", "").partition("\u200d")[0]
        return _Mark(match.end(), match[1], _kind_of_emoji(name, rules), is_breaking=name in _BREAKING)
    if match := _BRACKET.match(text):
        name = (match[1] or match[2]).strip()
        kind = _kind_of_name(name, rules)
        is_scope = not (kind or _KEY_IN_BRACKET.match(name) or name.lower() in rules.prefixes.ignored)
        return _Mark(match.end(), match[0].strip(), kind, name if is_scope else "")
    if match := _TYPE.match(text):
        name, scope, bang = match[1] or match[4], match[2] or match[5] or "", match[3] or match[6]
        kind = _kind_of_type(name, scope, rules)
        if kind or name.lower() in rules.prefixes.ignored:
            return _Mark(match.end(), match[0].strip(), kind, scope, is_breaking=bool(bang))
    return None


def kind_of_prefix(name: str, rules: KindRules) -> Kind | None:
    """Return the kind of a type or scope. For refactoring the project chooses."""
    kind = rules.prefixes.kind(name)
    if kind is None and name.lower() in rules.prefixes.refactoring:
        return Kind.IMPROVEMENT if rules.refactoring else Kind.HOUSEKEEPING
    return kind


def _kind_of_type(name: str, scope: str | None, rules: KindRules) -> Kind | None:
    """Return the kind of `fix(ci)`: a scope of no interest to users decides."""
    kind = kind_of_prefix(name, rules)
    scope_kind = kind_of_prefix(scope.removesuffix("-dev"), rules) if scope else None
    return scope_kind if scope_kind and not scope_kind.is_highlight else kind


def _kind_of_name(name: str, rules: KindRules) -> Kind | None:
    """Return the kind of a bracket's content: `chore`, `Bug Fix`, `docs/api`, `fix(ui)`."""
    match = re.fullmatch(r"([A-Za-z][\w -]*?)\s*(?:[(/:].*)?", name)
    return kind_of_prefix(name, rules) or (kind_of_prefix(match[1], rules) if match else None)


def _kind_of_emoji(name: str, rules: KindRules) -> Kind | None:
    """Return the kind of an emoji or its shortcode, by the project's prefixes, else by gitmoji."""
    if name in rules.prefixes.ignored:
        return None
    if kind := kind_of_prefix(name, rules):
        return kind
    if name in _REFACTORING:
        return Kind.IMPROVEMENT if rules.refactoring else Kind.HOUSEKEEPING
    return next((kind for kind in Kind if name in word_list(f"gitmoji_{kind.value}")), None)

"""Turn an author's changelog entries or release note into the sentences of a highlight."""

from __future__ import annotations

import re
from typing import NamedTuple

from weekly.classify.fragments import note_in_diff
from weekly.classify.release_notes import note_in_description, says_none
from weekly.config.highlights import HighlightRules
from weekly.config.rules import KindRules
from weekly.highlights.description import split_sentences
from weekly.highlights.placing import with_phrase
from weekly.highlights.scopes import part_of
from weekly.highlights.worth import has_predicate
from weekly.model import Kind, PullRequest, Verdict
from weekly.text import english, titles
from weekly.text.english import Form
from weekly.text.markdown import harmless, shortened
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.articles import FUNCTION
from weekly.text.titles.code_spans import NAMES, mark
from weekly.text.titles.parse import NEGATIVE

LONGEST_NOTE = 1_000
"""Characters after which an author's note is cut: a highlight is no page."""
MOST_ENTRIES = 4
"""The most sentences of a note that a bullet has."""


# What introduces a release or a pull request, and says no change.
_IS_NO_CHANGE = lazy_pattern(r"This (?:is|was) ")


class Entry(NamedTuple):
    """One sentence of a note, and the part of the project that it names."""

    text: str
    part: str


_PART = lazy_pattern(
    r"^`{0,2}(?P<name>@?[A-Za-z_][\w./-]*(?:\.\*)?)`{0,2}(?P<kind>(?: [a-z]+){0,2} (?:plugins?|utils?|modules?))? +[-–—] +(?=\S)"
)
_NOUN = lazy_pattern(
    r"(?:new|(?:addition|introduction|overhaul|removal|rewrite|rework) of|support for)\s", re.IGNORECASE
)
# What an entry states as a fact is new: "`backup` shows the speed", "Certificates can be renewed".
_STATES = lazy_pattern(
    r"^((?:The )?`[^`]+`(?: command)?)(?= (?:accepts|allows|displays|honou?rs|includes|lists|prints|reports|returns|shows|supports)\b)"
)
_CAN = lazy_pattern(
    r"^((?:The )?[A-Z][\w-]*(?: [\w-]+){0,2} can)(?= (?!(?:now|not|no longer|only)\b)[a-z]+\b)(?!.*\bnow\b)"
)
_ROLE = lazy_pattern(
    r"^config(?=\w)|(?<=\w)(?:connector|exporter|extension|helper|processor|provider|receiver)$|[^a-z0-9]"
)
_WRONG = lazy_pattern(
    r"\b(?:was|were|returned|failed|crashed|caused|broke|broken|did(?: not|n['’]t)|could(?: not|n['’]t)|made|lost|ignored|raised"
    r"|produced|kept|used to|would)\b"
)


def author_note(pull: PullRequest, verdict: Verdict, rules: HighlightRules, kinds: KindRules) -> str:
    """Return the author's own words on a change in the voice of the post, empty where there are none."""
    note = note_in_diff(pull, kinds)
    if note is None or not note.text:
        note = note_in_description(pull, kinds)
    if note is None or not note.text or says_none(note.text) or _IS_NO_CHANGE.match(note.text):
        return ""
    text = shortened(harmless(note.text), LONGEST_NOTE).strip()
    is_fix = verdict.kind is Kind.BUGFIX
    parts: dict[str, list[str]] = {}
    for sentence in split_sentences(text):
        if parts and _TO_DO.match(sentence):
            parts[titles.finished(sentence)] = [""]
            continue
        entry = _entry(sentence, pull, is_fix=is_fix, rules=rules)
        if not parts or _is_change(entry.text):
            parts.setdefault(entry.text, []).append(entry.part)
    return " ".join(_joined(sentence, names) for sentence, names in list(parts.items())[:MOST_ENTRIES])


def _entry(sentence: str, pull: PullRequest, *, is_fix: bool, rules: HighlightRules) -> Entry:
    part = label = ""
    if match := _PART.match(sentence):
        name, kind, sentence = match["name"], match["kind"] or "", sentence[match.end() :]
        is_needless = name.lower() in pull.repo.lower().split("/") or _is_named(name, sentence)
        part = f"in the `{name}`{kind}" if kind else "" if is_needless else f"in `{name}`"
    elif label := _label(sentence):
        phrase = part_of(label, pull, rules) or ""
        sentence, part = titles.parse(sentence).text, "" if phrase.endswith("?") else phrase
    return Entry(_turned(sentence, is_fix=is_fix, is_placed=bool(part or label), rules=rules), part)


def _is_change(text: str) -> bool:
    """Return whether a note's further sentence is a change of its own, and no explanation."""
    return has_predicate(text) and not _SINCE.match(text)


# What readers have to do, as "Use `--pool` instead."
_TO_DO = lazy_pattern(
    r"(?:please |users (?:should|must|have to|need to) )?(?:migrate|run|set|switch|upgrade|use) .*(?:\binstead\b|`)",
    re.IGNORECASE,
)
_SINCE = lazy_pattern(r"(?:Broke|Broken|Caused|Introduced|Regressed) (?:by|in|since|with) ")


def _label(sentence: str) -> str:
    """Return the part of the project before a note's colon, such as "cli" or "host volumes", empty where there is none."""
    parts = titles.parse(sentence)
    is_part = not parts.reverts and len(parts.text.split()) > 2 and FUNCTION.isdisjoint(parts.scope.lower().split())
    return parts.scope if is_part else ""


def _is_named(name: str, sentence: str) -> bool:
    """Return whether a sentence names a part in other words, such as "OTLP exporter" for `otlpexporter`."""
    stem = _ROLE.sub("", name.rpartition("/")[2].lower())
    return len(stem) > 2 and stem in re.sub(r"[^a-z0-9]", "", sentence.lower())


def _turned(sentence: str, *, is_fix: bool, is_placed: bool, rules: HighlightRules) -> str:
    """Return a sentence in the past tense where it is an order, and a stated bug of a named part as its fix."""
    verb = titles.parse(sentence).verb
    names = (*NAMES, *rules.names)
    if NEGATIVE.match(sentence) or (verb and verb.form in (Form.BASE, Form.THIRD)):
        return titles.sentence(sentence, commands=rules.commands, names=names)
    if _NOUN.match(sentence):
        return titles.sentence(sentence, commands=rules.commands, names=names)
    sentence = mark(sentence, commands=rules.commands, names=names)
    stated = sentence.strip()
    if not is_fix:
        stated = _CAN.sub(r"\1 now", _STATES.sub(r"\1 now", stated, count=1), count=1)
    whole = titles.finished(stated)
    if is_fix and is_placed and not has_predicate(whole) and _WRONG.search(sentence):
        first = sentence.split(maxsplit=1)[0]
        lowered = sentence if not first.isalpha() or not first[1:].islower() else sentence[0].lower() + sentence[1:]
        return titles.finished(f"Fixed an issue where {lowered}")
    return whole


def _joined(sentence: str, parts: list[str]) -> str:
    """Return a sentence with the parts that it is about, counted where there are more than two."""
    named = list(dict.fromkeys(filter(None, parts)))
    if len(named) > 2 and all(name.startswith("in `") for name in named):
        return with_phrase(sentence, f"in {english.counted(len(named), 'module')}")
    return with_phrase(sentence, english.listed([*named[:1], *(name.removeprefix("in ") for name in named[1:])]))

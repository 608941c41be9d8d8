"""Draft sentences from the commits of a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from weekly.classify.internal import internal_reason, without_function
from weekly.classify.lexicon import GRAVE
from weekly.config.highlights import HighlightRules
from weekly.highlights.merging import content, says_the_same, spoken
from weekly.highlights.scopes import scope_phrase, with_phrase
from weekly.highlights.worth import has_order, has_predicate, is_clear, is_vague, names_single_object
from weekly.model import Commit, PullRequest
from weekly.text import english, titles
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES


class Line(NamedTuple):
    """A sentence from a title, without and with the part of the project that it is about."""

    bare: str
    text: str


def sentence_of(title: str, *, is_fix: bool, rules: HighlightRules) -> str:
    """Return a title or subject as a sentence, with the fault that it fixes by some means of code."""
    names = (*NAMES, *rules.names)
    found = without_function(titles.sentence(title, commands=rules.commands, names=names, is_fix=is_fix))
    match = _BY_MEANS.match(found)
    if match and GRAVE.search(match[3]) and internal_reason(f"Used {match[1]}."):
        return f"{english.past(match[2]).capitalize()} {match[3]}"
    return found


_BY_MEANS = lazy_pattern(r"^(?:Switched to|Now uses) (.+?) to (avoid|fix|prevent) (.+)$")


_NOT_NEWS = lazy_pattern(
    r"^(?:merge\b|(?:tests?|docs?|i18n|gomod|github|ci|travis|vendor|style|po|make|\.github)\b)|\b(?:fixup!|squash!|typos?|usage|go fmt"
    r"|golint|comments?|smarter|simpler|nicer|cleaner|saner|swagger|metadata|readme|copyright|spelling)\b",
    re.IGNORECASE,
)
_MOST_COMMITS = 3
_NEWS_VERBS = english.words(
    "add fix support allow implement introduce enable prevent handle expose drop remove improve reduce show reject"
    " validate log warn disallow"
    " restrict restore respect return"
)


def of_commits(pull: PullRequest, rules: HighlightRules, *, about: frozenset[str] = frozenset()) -> tuple[Line, ...]:
    """Return the first commits that a user would notice, as sentences, of those about the given words."""
    found = []
    for subject in dict.fromkeys(_whole_subject(commit) for commit in pull.commits):
        if len(subject.split()) < 3 or _NOT_NEWS.search(subject) or is_vague(subject) or names_single_object(subject):
            continue
        if not about <= content(subject):
            continue
        sentence = sentence_of(subject, is_fix=False, rules=rules)
        if _is_news(sentence) and is_clear(sentence):
            found.append(Line(sentence, with_phrase(sentence, _phrase_of(pull, subject, rules))))
    found.sort(key=lambda line: not line.bare.startswith("Added"))
    return tuple(distinct(found)[:_MOST_COMMITS])


def _is_news(sentence: str) -> bool:
    """Return whether a commit's sentence tells users of something new, fixed or removed."""
    words = sentence.split(maxsplit=2)
    if words[:1] == ["Now"]:
        words = words[1:]
    verb = english.verb(words[0]) if words else None
    return sentence.startswith("No longer ") or (verb is not None and verb.base in _NEWS_VERBS)


def _phrase_of(pull: PullRequest, subject: str, rules: HighlightRules) -> str:
    return scope_phrase(msgspec.structs.replace(pull, title=subject), rules)


def matching_commit(pull: PullRequest, sentence: str, rules: HighlightRules) -> str:
    """Return the commit's sentence that says the same as a noun title with a verb, empty where none does."""
    wanted = content(sentence)
    best, most = "", 0.0
    for commit in pull.commits:
        subject = _whole_subject(commit)
        if not subject or _NOT_NEWS.search(subject):
            continue
        found = sentence_of(subject, is_fix=False, rules=rules)
        if not is_clear(found):
            continue
        is_bare = not has_predicate(sentence) and ": " not in sentence and not has_order(sentence)
        if is_bare and content(found) - _GIVEN < wanted and found.split(maxsplit=1)[0] in _GIVES:
            found = f"{found.split(maxsplit=1)[0]} {titles.with_article(sentence)}"
        share = len(wanted & content(found)) / max(len(wanted), 1)
        if share > most:
            best, most = found, share
    return best if most > 0.5 or (most == 0.5 and len(wanted) > _FEW) else ""


_FEW = 3
"""Telling words of a title of which a commit must share more than half."""


_GIVES = ("Added", "Implemented", "Introduced")
_GIVEN = english.words("implemented introduced support")


def whole_title(pull: PullRequest) -> str:
    """Return a title that GitHub cut with its rest, from the commits or the description."""
    title = normalise(pull.title)
    if not title.endswith(("…", "...")):
        return title
    begun = title.rstrip("….").rstrip()
    for commit in pull.commits:
        if (subject := _whole_subject(commit)).startswith(begun):
            return subject
    first = pull.body.strip().splitlines()[0].strip() if pull.body.strip() else ""
    return f"{begun}{first.lstrip('….')}" if first.startswith(("…", "...")) else title


def _whole_subject(commit: Commit) -> str:
    """Return a commit's subject with the rest that its body begins with, empty where the rest is nowhere."""
    subject = commit.subject.rstrip()
    if not subject.endswith(("…", "...")):
        return subject
    first = re.split(r"\n\s*\n", commit.body.strip(), maxsplit=1)[0]
    if not first.startswith(("…", "...")):
        return ""
    rest = " ".join(first.lstrip("…. ").split())
    return f"{subject.rstrip('…. ')} {rest}" if rest and len(rest) <= _LONGEST_REST else ""


_LONGEST_REST = 150


def distinct(lines: Sequence[Line]) -> list[Line]:
    """Return sentences without those that say the same as an earlier one."""
    found: list[Line] = []
    for line in lines:
        if not any(says_the_same(spoken(line.bare), spoken(other.bare)) for other in found):
            found.append(line)
    return found

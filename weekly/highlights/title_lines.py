"""Draft sentences from the title of a pull request."""

from __future__ import annotations

import re

from weekly.config.highlights import HighlightRules
from weekly.highlights.commits import Line, matching_commit, of_commits, sentence_of, whole_title
from weekly.highlights.merging import content
from weekly.highlights.scopes import scope_phrase, with_phrase
from weekly.highlights.worth import VAGUE_NOUNS, has_order, has_predicate, is_vague, names_single_object
from weekly.model import Kind, PullRequest, Verdict
from weekly.text import english, titles
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.wrappers import ONLY_REFERENCE


def title_sentences(pull: PullRequest, verdict: Verdict, rules: HighlightRules) -> tuple[Line, ...]:
    """Return what a pull request does by its title, or by its commits where the title doesn't say it."""
    is_fix = verdict.kind is Kind.BUGFIX
    title = whole_title(pull)
    if ONLY_REFERENCE.match(titles.parse(title).text):
        issue = next((one.title for one in pull.closes if one.title), "")
        sentence = sentence_of(issue or title, is_fix=True, rules=rules)
        return of_commits(pull, rules) or (Line(sentence, sentence),)
    if is_vague(title):
        is_inner = _OF_BUILD.search(title) or (_OF_CODE.search(title) and "fix" not in title.lower())
        return () if is_inner else of_commits(pull, rules)
    phrase = scope_phrase(pull, rules)
    sentence = sentence_of(title, is_fix=is_fix, rules=rules)
    if (flagged := _with_flags(sentence, pull)) != sentence:
        return (Line(flagged, with_phrase(flagged, phrase)),)
    text = titles.parse(title).text
    if names_single_object(title):
        thing = text.partition(" ")[2]
        is_named = thing.rpartition(" ")[2].lower() not in VAGUE_NOUNS
        named = content(thing)
        lines = of_commits(pull, rules, about=frozenset() if named <= VAGUE_NOUNS else named)
        part = thing if thing in rules.commands else phrase.removeprefix("for ").rstrip("?")
        if lines or with_phrase(text, phrase) == text or not is_named:
            is_part = is_fix and is_named and (part == thing or phrase.startswith("for "))
            fixed = f"Fixed an issue with {part}."
            return lines or ((Line(fixed, fixed),) if is_part else ())
    if _NAMES_AREAS.search(sentence):
        return of_commits(pull, rules)
    parts = titles.parse(title)
    if parts.verb is None and not parts.reverts and not _MICRO.search(title):
        found = _of_noun_title(pull, title, sentence, phrase, rules)
        return found or ((Line(sentence, with_phrase(sentence, phrase)),) if is_fix and _happens(sentence) else ())
    return (Line(sentence, with_phrase(sentence, phrase)),) if sentence else ()


def _of_noun_title(
    pull: PullRequest, title: str, sentence: str, phrase: str, rules: HighlightRules
) -> tuple[Line, ...]:
    """Return what a pull request does whose title has no verb."""
    found = _several_added(pull, sentence) or matching_commit(pull, sentence, rules)
    if not found and names_single_object(sentence):
        return of_commits(pull, rules)
    if not found and not has_predicate(sentence):
        return _of_noun(pull, title, sentence, phrase, rules)
    if not found or (sentence.startswith("Fixed") and len(content(found)) <= len(content(sentence))):
        found = sentence
    return (Line(found, with_phrase(found, phrase)),)


_OF_CODE = lazy_pattern(r"\b(?:clean-?ups?|code quality|refactor\w*|simplifications?)\b", re.IGNORECASE)
_OF_BUILD = lazy_pattern(r"\b(?:build|ci|grammar|makefiles?|meson|spelling|tests?|typos?)\b", re.IGNORECASE)

# A sentence that says where several things were wrong, and not what.
_NAMES_AREAS = lazy_pattern(r"^Fixed (?:issues|an issue) (?:with|in) [A-Za-z]+(?:(?:, [A-Za-z]+)* and [A-Za-z]+)?\.$")

_UNNAMED_OPTIONS = lazy_pattern(r"^Added (?:\w+ ){0,2}(?:options|flags)(?= (?:to|for)|\.$)")
_FLAG = lazy_pattern(r"(?<![\w-])--[a-z][a-z-]+")


def _with_flags(sentence: str, pull: PullRequest) -> str:
    """Return "Added more options …" with the flags that the commits add."""
    added = [commit.subject for commit in pull.commits if " add " in f" {commit.subject.lower()}"]
    flags = list(dict.fromkeys(flag for subject in added for flag in _FLAG.findall(subject)))
    if not flags or not _UNNAMED_OPTIONS.search(sentence):
        return sentence
    return _UNNAMED_OPTIONS.sub(f"Added {english.listed([f'`{flag}`' for flag in flags[:_MOST_FLAGS]])}", sentence)


_MOST_FLAGS = 4


# What is optimised in the code, whatever its commits do one by one.
_MICRO = lazy_pattern(r"\bmicro[- ]?optimi[sz]", re.IGNORECASE)


def _of_noun(pull: PullRequest, title: str, sentence: str, phrase: str, rules: HighlightRules) -> tuple[Line, ...]:
    """Return a noun title with the verb of its commits, or what the commits say. A clause stays as it is."""
    if _is_clause(sentence):
        return (Line(sentence, with_phrase(sentence, phrase)),)
    wanted = content(titles.parse(title).text)
    is_noun = not _ACTION.search(sentence) and ": " not in sentence and not has_order(sentence)
    for commit in pull.commits if is_noun and not _NO_THING.search(sentence) else ():
        parts = titles.parse(commit.subject)
        is_added = parts.verb and parts.verb.base in ("add", "implement", "introduce")
        if is_added and (wanted & content(parts.text) or _ANNOUNCES.search(parts.scope)):
            added = f"Added {titles.with_article(sentence)}"
            return (Line(added, with_phrase(added, phrase)),)
    return tuple(line for line in of_commits(pull, rules) if _SHARE * len(wanted & content(line.bare)) >= len(wanted))


_SHARE = 3
"""A commit that stands for a noun title has this part of its words: one in three."""


_SEVERAL_THINGS = lazy_pattern(r"\b(?:events?|commands|columns|endpoints|records|metrics|keys)\.$")


def _several_added(pull: PullRequest, sentence: str) -> str:
    """Return a noun title of things that the commits add one by one, with its verb."""
    verbs = [titles.parse(commit.subject).verb for commit in pull.commits]
    is_added = any(verb and verb.base in ("add", "implement", "introduce", "support") for verb in verbs)
    is_plain = _SEVERAL_THINGS.search(sentence) and not has_predicate(sentence) and not _is_clause(sentence)
    return f"Added {titles.with_article(sentence)}" if is_plain and is_added else ""


def _is_clause(sentence: str) -> bool:
    """Return whether a noun title has a verb of its own: "List shows all pools"."""
    verbs = (english.verb(word) for word in sentence.rstrip(".").split()[1:-1])
    has_third = any(verb and verb.form is english.Form.THIRD and verb.base not in english.NOUN_LIKE for verb in verbs)
    return has_third or bool(_CLAUSE.search(sentence)) or sentence.startswith(("If ", "When ", "While "))


def _happens(sentence: str) -> bool:
    """Return whether the title of a fix says what happens, by a verb that may be a noun: "Countdown stops at zero"."""
    match = _HAPPENS.search(sentence)
    return match is not None and match[1] not in english.PLURAL_NOUNS


_HAPPENS = lazy_pattern(
    r"^(?:[\w`.'-]+ ){1,3}?([a-z]{2,}(?:[^aeiousx\W]s|[aeo]ys|[^s\W]es)) "
    r"(?:a|after|again|an|at|before|forever|open|the|to (?:an?|its|the)|too|twice|until|when|while)\b"
)
_ANNOUNCES = lazy_pattern(r"^(?:api|doc/api-extensions|shared/version(?:/api)?)$")
_NO_THING = lazy_pattern(r"\b(?:updates?|changes?|adjustments?|bits|work|tweaks|fixes)(?: \([^)]*\))?\.$")
_ACTION = lazy_pattern(r"(?:[ai]tion|ment|ing|al|rework|split|clean-?up|batch)\.$", re.IGNORECASE)
_CLAUSE = lazy_pattern(
    r"\b(?:is|are|was|were|can|cannot|will|should|must|has|have|needs to) (?!and\b|for\b|of\b|in\b|to\b|$)"
    r"|\bimprovements? in the ",
    re.IGNORECASE,
)

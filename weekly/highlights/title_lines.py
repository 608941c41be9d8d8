"""Draft sentences from the title and the commits of a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from weekly.classify.internal import has_code, internal_reason, without_function
from weekly.config.highlights import HighlightRules
from weekly.highlights.commands import with_calls
from weekly.highlights.merging import content, says_the_same, spoken
from weekly.highlights.placing import with_phrase
from weekly.highlights.scopes import scope_phrase
from weekly.highlights.worth import VAGUE_NOUNS, has_order, has_predicate, is_clear, is_vague, names_single_object
from weekly.model import Commit, Kind, PullRequest, Verdict
from weekly.text import english, titles
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES, masked
from weekly.text.titles.wrappers import ONLY_REFERENCE
from weekly.text.vocabulary import word_list


class Line(NamedTuple):
    """A sentence from a title, without and with the part of the project that it is about."""

    bare: str
    text: str


def sentence_of(title: str, *, is_fix: bool, rules: HighlightRules) -> str:
    """Return a title or subject as a sentence, with the fault that it fixes by some means of code."""
    names = (*NAMES, *rules.names)
    sentence = titles.sentence(title, commands=rules.commands, names=names, is_fix=is_fix)
    keeps = not rules.names_parts and not internal_reason(sentence) and not has_code(sentence)
    return sentence if keeps else without_function(sentence)


def title_sentences(pull: PullRequest, verdict: Verdict, rules: HighlightRules) -> tuple[Line, ...]:
    """Return what a pull request does by its title, or by its commits where the title doesn't say it."""
    is_fix = verdict.kind is Kind.BUGFIX
    title = with_calls(whole_title(pull), pull, rules)
    if ONLY_REFERENCE.match(titles.parse(title).text):
        issue = next((one.title for one in pull.closes if one.title), "")
        sentence = sentence_of(issue, is_fix=True, rules=rules)
        return of_commits(pull, rules) or ((Line(sentence, sentence),) if sentence else ())
    if is_vague(title):
        is_inner = _OF_BUILD.search(title) or (_OF_CODE.search(title) and "fix" not in title.lower())
        return () if is_inner else of_commits(pull, rules)
    phrase = scope_phrase(pull, rules)
    sentence = sentence_of(title, is_fix=is_fix, rules=rules)
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
    is_thin = _THIN.match(masked(sentence)) or (titles.parse(title).verb is None and _IMPROVED.match(masked(sentence)))
    if is_thin and len(lines := of_commits(pull, rules)) == 1 and not _SAYS_NOTHING.match(masked(lines[0].bare)):
        return lines
    if _SAYS_NOTHING.match(masked(sentence)):
        return ()
    parts = titles.parse(title)
    if parts.verb is None and not parts.reverts:
        found = _of_noun_title(pull, title, sentence, phrase, rules, is_fix=is_fix)
        stated = with_phrase(sentence, phrase) if rules.names_parts else sentence
        return found or ((Line(sentence, stated),) if is_fix and _happens(sentence) else ())
    return (Line(sentence, with_phrase(sentence, phrase)),) if sentence else ()


def _happens(sentence: str) -> bool:
    """Return whether the title of a fix says what happens, by a verb that may be a noun: "Countdown stops at zero"."""
    match = _HAPPENS.search(sentence)
    return match is not None and match[1] not in english.PLURAL_NOUNS


_HAPPENS = lazy_pattern(
    r"^(?:[\w`.'-]+ ){1,3}?([a-z]{2,}(?:[^aeiousx\W]s|[aeo]ys|[^s\W]es)) "
    r"(?:a|after|again|an|at|before|forever|open|the|to (?:an?|its|the)|too|twice|until|when|while)\b"
)


def _of_noun_title(
    pull: PullRequest, title: str, sentence: str, phrase: str, rules: HighlightRules, *, is_fix: bool
) -> tuple[Line, ...]:
    """Return what a pull request does whose title has no verb."""
    is_compared = sentence.startswith("Made ")
    found = sentence if is_compared else _several_added(pull, sentence) or matching_commit(pull, sentence, rules)
    if not found and names_single_object(sentence):
        return of_commits(pull, rules)
    if not found and not has_predicate(sentence):
        lines = _of_noun(pull, title, sentence, phrase, rules)
        added = "" if is_fix or lines else _added_thing(pull, sentence)
        return (Line(added, with_phrase(added, phrase)),) if added else lines
    if not found or (has_predicate(sentence) and len(content(found)) <= len(content(sentence))):
        found = sentence
    return (Line(found, with_phrase(found, phrase)),)


# What was changed, and not how: the commits may say it.
_THIN = lazy_pattern(
    r"^(?:(?:Adjusted|Changed|Tweaked|Updated) (?:[\w-]+ ){0,2}(?:[\w-]+|`+)"
    r"|Fixed (?:an? |some |the |various )?(?:[\w-]+ ){1,3}(?:bug|error|issue|problem)s?)\.$"
)
_IMPROVED = lazy_pattern(r"^Improved (?:[\w-]+ ){0,1}[\w-]+\.$")
# Where something was wrong, in a word or two, and not what.
_SAYS_NOTHING = lazy_pattern(r"^Fixed (?:an? |some |the |various )?(?:[\w-]+ ){0,2}(?:bug|issue|problem)s?\.$")
_OF_CODE = lazy_pattern(r"\b(?:clean-?ups?|code quality|refactor\w*|simplifications?)\b", re.IGNORECASE)
_OF_BUILD = lazy_pattern(r"\b(?:build|ci|grammar|makefiles?|meson|spelling|tests?|typos?)\b", re.IGNORECASE)

# A sentence that says where several things were wrong, and not what.
_NAMES_AREAS = lazy_pattern(r"^Fixed (?:issues|an issue) (?:with|in) [A-Za-z]+(?:(?:, [A-Za-z]+)* and [A-Za-z]+)?\.$")


def _of_noun(pull: PullRequest, title: str, sentence: str, phrase: str, rules: HighlightRules) -> tuple[Line, ...]:
    """Return a noun title with the verb of its commits, or what the commits say. A clause stays as it is."""
    if _is_clause(sentence):
        return (Line(sentence, with_phrase(sentence, phrase)),)
    wanted = content(titles.parse(title).text)
    is_noun = not _ACTION.search(sentence) and ": " not in sentence and not has_order(sentence)
    for commit in pull.commits if is_noun and not _NO_THING.search(sentence) else ():
        parts = titles.parse(commit.subject)
        is_added = parts.verb and parts.verb.base in ("add", "implement", "introduce")
        if is_added and wanted & content(parts.text):
            added = f"Added {titles.noun_with_article(sentence)}"
            return (Line(added, with_phrase(added, phrase)),)
    return tuple(line for line in of_commits(pull, rules) if _SHARE * len(wanted & content(line.bare)) >= len(wanted))


def _added_thing(pull: PullRequest, sentence: str) -> str:
    """Return a noun title of a thing with its verb, where hardly anything but new code shows that it is new."""
    added, removed = (sum(getattr(change, name) for change in pull.files) for name in ("additions", "deletions"))
    words = sentence.rstrip(".").split()
    thing = words[-1].lower()
    is_large = added >= _LARGE
    is_thing = bool({thing, thing.removesuffix("s")} & word_list("things"))
    is_thing = is_thing or (is_large and thing.endswith("ing") and thing not in word_list("work"))
    is_thing = is_thing and len(words) > (1 if is_large else _NAMED_BY)
    is_plain = not has_order(sentence) and (is_large or not _ACTION.search(sentence)) and not _NO_NAME.search(sentence)
    if all(word[:1].isupper() for word in words):
        sentence = " ".join(word.lower() if word.istitle() and word not in NAMES else word for word in words)
    is_new = added >= _NEW and added > _NEW_SHARE * removed
    return f"Added {titles.noun_with_article(sentence)}" if is_thing and is_plain and is_new else ""


_NO_NAME = lazy_pattern(
    r": |\b(?:no|not|vs|without|tests?|testing|refactor\w*|cleaning|docs|logging|building|linting)\b", re.IGNORECASE
)
_NEW, _NEW_SHARE = 30, 4
"""Added lines, and added lines for each removed one, from which a change brings something new."""
_LARGE = 150
"""Added lines from which one word is enough to name what is new."""
_NAMED_BY = 2
"""Words that are too few to name what is new in a smaller change."""


_SHARE = 3
"""A commit that stands for a noun title has this part of its words: one in three."""


_SEVERAL_THINGS = lazy_pattern(r"\b(?:events?|commands|columns|endpoints|records|metrics|keys)\.$")


def _several_added(pull: PullRequest, sentence: str) -> str:
    """Return a noun title of things that the commits add one by one, with its verb."""
    verbs = [titles.parse(commit.subject).verb for commit in pull.commits]
    is_added = any(verb and verb.base in ("add", "implement", "introduce", "support") for verb in verbs)
    is_plain = _SEVERAL_THINGS.search(sentence) and not has_predicate(sentence) and not _is_clause(sentence)
    return f"Added {titles.noun_with_article(sentence)}" if is_plain and is_added else ""


def _is_clause(sentence: str) -> bool:
    """Return whether a noun title has a verb of its own: "List shows all pools"."""
    verbs = (english.verb(word) for word in sentence.rstrip(".").split()[1:-1])
    has_third = any(verb and verb.form is english.Form.THIRD and verb.base not in english.NOUN_LIKE for verb in verbs)
    return has_third or " improvement in the " in sentence or sentence.startswith(("If ", "When ", "While "))


_NO_THING = lazy_pattern(r"\b(?:updates?|changes?|adjustments?|bits|work|tweaks|fixes)(?: \([^)]*\))?\.$")
_ACTION = lazy_pattern(r"(?:[ai]tion|ment|ing|al|rework|split|clean-?up|batch)\.$", re.IGNORECASE)


# Commits ---------------------------------------------------------------------------------------------------------------

_NOT_NEWS = lazy_pattern(
    r"^(?:merge|tests?|docs?|i18n|gomod|github|ci|vendor|style|po|make|\.github)\b|\b(?:fixup!|squash!|typos?|usage|go fmt|golint"
    r"|comments?|initial commit|smarter|simpler|nicer|cleaner|saner|swagger|metadata|readme|copyright|spelling)\b",
    re.IGNORECASE,
)
_MOST_COMMITS = 3


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
            found.append(
                Line(sentence, with_phrase(sentence, scope_phrase(msgspec.structs.replace(pull, title=subject), rules)))
            )
    found.sort(key=lambda line: not line.bare.startswith("Added"))
    return tuple(distinct(found)[:_MOST_COMMITS])


def _is_news(sentence: str) -> bool:
    """Return whether a commit's sentence tells users of something new, fixed or removed."""
    words = sentence.split(maxsplit=2)
    if words[:1] == ["Now"]:
        words = words[1:]
    verb = english.verb(words[0]) if words else None
    return sentence.startswith("No longer ") or (verb is not None and verb.base in word_list("news_verbs"))


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
            found = f"{found.split(maxsplit=1)[0]} {titles.noun_with_article(sentence)}"
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

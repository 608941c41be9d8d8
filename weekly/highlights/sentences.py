"""Draft a highlight from the author's note, or from title, commits, closed issues and description."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from weekly.classify.advisories import advisories
from weekly.classify.internal import internal_reason, without_function
from weekly.classify.lexicon import GRAVE
from weekly.config import HighlightRules, KindRules
from weekly.highlights.author_notes import author_note
from weekly.highlights.explanation import explanation, formerly, stated
from weekly.highlights.extensions import extensions_of
from weekly.highlights.merging import content, says_the_same, spoken
from weekly.highlights.scopes import scope_phrase, with_phrase
from weekly.highlights.worth import UNTOLD, has_predicate, is_clear, is_vague, names_single_object
from weekly.model import Commit, Kind, PullRequest, Verdict, Words
from weekly.text import english, titles
from weekly.text.markdown import normalise
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES
from weekly.text.titles.wrappers import ONLY_REFERENCE


class Line(NamedTuple):
    """A sentence from a title, without and with the part of the project that it is about."""

    bare: str
    text: str


class Draft(NamedTuple):
    """A drafted text, and its sentence from the title. `worthless` is the reason against a highlight, if any."""

    text: str
    lead: str
    words: Words = Words.DRAFTED
    worthless: str = ""


def draft(pulls: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules, kinds: KindRules) -> Draft:
    """Draft the text of a highlight about pull requests of which the first leads."""
    for pull in pulls:
        if note := author_note(pull, verdict, rules, kinds):
            return Draft(text=_with_advisories(note, pulls), lead=note, words=Words.AUTHOR)
    if extended := _of_extensions(pulls, rules):
        return Draft(text=_with_advisories(extended, pulls), lead=extended, words=Words.AUTHOR)
    lines = _of_titles(pulls, verdict, rules)
    if not lines:
        whole = _whole(pulls[0], rules)
        return Draft(text=whole, lead=whole, worthless="neither its title nor its commits say what is new")
    lead = pulls[0]
    if "`" in lines[0].bare and (better := stated(lead.body)):
        lines = [Line(better, better), *lines[1:]]
    explained = _explained(lead, lines[0].text, verdict, rules)
    text = _run_together([*(line.text for line in lines), *explained], rules.longest)
    return Draft(text=_with_advisories(text, pulls), lead=lines[0].bare)


def _of_extensions(pulls: Sequence[PullRequest], rules: HighlightRules) -> str:
    """Return what the pull requests add to the project's lists of extensions, empty if nothing is readable."""
    texts = [one.text for pull in pulls for one in extensions_of(pull, rules.extensions)]
    text = " ".join(dict.fromkeys(filter(None, texts)))[: rules.longest] if texts and all(texts) else ""
    return text if len(text.split()) > _SHORT or is_vague(pulls[0].title) else ""


_SHORT = 5
"""Words of an extension's sentence that say less than the title."""


def _of_titles(pulls: Sequence[PullRequest], verdict: Verdict, rules: HighlightRules) -> list[Line]:
    """Return the sentences of the lead, and of the others where they certainly add something."""
    found = list(title_sentences(pulls[0], verdict, rules))
    for pull in pulls[1:]:
        for line in title_sentences(pull, verdict, rules):
            if not found or (is_clear(line.bare) and not _repeats(line.bare, " ".join(one.bare for one in found))):
                found.append(line)
    return _distinct(found)


def title_sentences(pull: PullRequest, verdict: Verdict, rules: HighlightRules) -> tuple[Line, ...]:
    """Return what a pull request does by its title, or by its commits where the title doesn't say it."""
    is_fix = verdict.kind is Kind.BUGFIX
    title = whole_title(pull)
    if ONLY_REFERENCE.match(titles.parse(title).text):
        issue = next((one.title for one in pull.closes if one.title), "")
        sentence = _sentence(issue or title, is_fix=True, rules=rules)
        return _of_commits(pull, rules) or (Line(sentence, sentence),)
    if is_vague(title):
        return () if _OF_BUILD.search(title) else _of_commits(pull, rules)
    phrase = scope_phrase(pull, rules)
    sentence = _sentence(title, is_fix=is_fix, rules=rules)
    if (flagged := _with_flags(sentence, pull)) != sentence:
        return (Line(flagged, with_phrase(flagged, phrase)),)
    text = titles.parse(title).text
    says_where = with_phrase(text, phrase) != text and text.rpartition(" ")[2].lower() not in UNTOLD
    if names_single_object(title) and not says_where and phrase.startswith("for ") and not pull.commits[1:]:
        fixed = f"Fixed an issue with {phrase.removeprefix('for ').rstrip('?')}."
        return (Line(fixed, fixed),) if is_fix and text.rpartition(" ")[2].lower() not in UNTOLD else ()
    if names_single_object(title) and ((lines := _of_commits(pull, rules)) or not says_where):
        return lines
    if _NAMES_AREAS.search(sentence):
        return _of_commits(pull, rules)
    parts = titles.parse(title)
    if parts.verb is None and not parts.reverts and not _MICRO.search(title):
        return _of_noun_title(pull, title, sentence, phrase, rules)
    return (Line(sentence, with_phrase(sentence, phrase)),) if sentence else ()


def _of_noun_title(
    pull: PullRequest, title: str, sentence: str, phrase: str, rules: HighlightRules
) -> tuple[Line, ...]:
    """Return what a pull request does whose title has no verb."""
    found = _several_added(pull, sentence) or _matching_commit(pull, sentence, rules)
    if not found and names_single_object(sentence):
        return _of_commits(pull, rules)
    if not found and not has_predicate(sentence):
        return _of_noun(pull, title, sentence, phrase, rules)
    found = found or sentence
    return (Line(found, with_phrase(found, phrase)),)


_OF_BUILD = lazy_pattern(r"\b(?:build|ci|makefiles?|meson|tests?)\b", re.IGNORECASE)

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
    is_noun = not _ACTION.search(sentence) and ": " not in sentence and not _has_order(sentence)
    for commit in pull.commits if is_noun and not _NO_THING.search(sentence) else ():
        parts = titles.parse(commit.subject)
        is_added = parts.verb and parts.verb.base in ("add", "implement", "introduce")
        if is_added and (wanted & content(parts.text) or _ANNOUNCES.search(parts.scope)):
            added = f"Added {titles.with_article(sentence)}"
            return (Line(added, with_phrase(added, phrase)),)
    return tuple(line for line in _of_commits(pull, rules) if wanted & content(line.bare))


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
    return has_third or bool(_CLAUSE.search(sentence))


def _has_order(sentence: str) -> bool:
    """Return whether a verb stands within a noun title: "Pool state avoid double names"."""
    verbs = (english.verb(word) for word in sentence.rstrip(".").split()[1:])
    return any(verb and verb.form is english.Form.BASE and verb.base not in english.NOUN_LIKE for verb in verbs)


_ANNOUNCES = lazy_pattern(r"^(?:api|doc/api-extensions|shared/version(?:/api)?)$")
_NO_THING = lazy_pattern(r"\b(?:updates?|changes?|adjustments?|bits|work|tweaks|fixes)(?: \([^)]*\))?\.$")
_ACTION = lazy_pattern(r"(?:[ai]tion|ment|ing|al|rework|split|clean-?up|batch)\.$", re.IGNORECASE)
_CLAUSE = lazy_pattern(
    r"\b(?:is|are|was|were|can|cannot|will|should|must|has|have|needs to) (?!and\b|for\b|of\b|in\b|to\b|$)"
    r"|\bimprovements? in the ",
    re.IGNORECASE,
)


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


def _sentence(title: str, *, is_fix: bool, rules: HighlightRules) -> str:
    names = (*NAMES, *rules.names)
    found = without_function(titles.sentence(title, commands=rules.commands, names=names, is_fix=is_fix))
    match = _BY_MEANS.match(found)
    if match and GRAVE.search(match[3]) and internal_reason(f"Used {match[1]}."):
        return f"{english.past(match[2]).capitalize()} {match[3]}"
    return found


_BY_MEANS = lazy_pattern(r"^(?:Switched to|Now uses) (.+?) to (avoid|fix|prevent) (.+)$")


def _whole(pull: PullRequest, rules: HighlightRules) -> str:
    return _sentence(pull.title, is_fix=False, rules=rules) or normalise(pull.title) or "…"


_NOT_NEWS = lazy_pattern(
    r"^(?:merge\b|(?:tests?|docs?|i18n|gomod|github|ci|travis|vendor|style|po|make|\.github)\b)|\b(?:fixup!|squash!|typos?|usage|go fmt"
    r"|golint|comments?|swagger|metadata|readme|copyright|spelling)\b",
    re.IGNORECASE,
)
_MOST_COMMITS = 3
_NEWS_VERBS = english.words(
    "add fix support allow implement introduce enable prevent handle expose drop remove improve reduce show reject"
    " validate log warn disallow"
    " restrict restore respect return"
)


def _of_commits(pull: PullRequest, rules: HighlightRules) -> tuple[Line, ...]:
    """Return the first commits that a user would notice, as sentences."""
    found = []
    for subject in dict.fromkeys(_whole_subject(commit) for commit in pull.commits):
        if len(subject.split()) < 3 or _NOT_NEWS.search(subject) or is_vague(subject) or names_single_object(subject):
            continue
        sentence = _sentence(subject, is_fix=False, rules=rules)
        if _is_news(sentence) and is_clear(sentence):
            found.append(Line(sentence, with_phrase(sentence, _phrase_of(pull, subject, rules))))
    found.sort(key=lambda line: not line.bare.startswith("Added"))
    return tuple(_distinct(found)[:_MOST_COMMITS])


def _is_news(sentence: str) -> bool:
    """Return whether a commit's sentence tells users of something new, fixed or removed."""
    words = sentence.split(maxsplit=2)
    if words[:1] == ["Now"]:
        words = words[1:]
    verb = english.verb(words[0]) if words else None
    return sentence.startswith("No longer ") or (verb is not None and verb.base in _NEWS_VERBS)


def _phrase_of(pull: PullRequest, subject: str, rules: HighlightRules) -> str:
    return scope_phrase(msgspec.structs.replace(pull, title=subject), rules)


def _matching_commit(pull: PullRequest, sentence: str, rules: HighlightRules) -> str:
    """Return the commit's sentence that says the same as a noun title with a verb, empty where none does."""
    wanted = content(sentence)
    best, most = "", 0.0
    for commit in pull.commits:
        subject = _whole_subject(commit)
        if not subject or _NOT_NEWS.search(subject):
            continue
        found = _sentence(subject, is_fix=False, rules=rules)
        if not is_clear(found):
            continue
        is_bare = not has_predicate(sentence) and ": " not in sentence and not _has_order(sentence)
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


def _explained(lead: PullRequest, first: str, verdict: Verdict, rules: HighlightRules) -> list[str]:
    """Return what the description adds to the title's sentence."""
    is_fix = verdict.kind is Kind.BUGFIX
    found = explanation(lead.body, whole="body" not in lead.cut, is_fix=is_fix, most=rules.explain)
    if is_fix and found and first.startswith(("No longer", "Now", "Fixed")):
        found = (formerly(found[0]), *found[1:])
    names = (*NAMES, *rules.names)
    return [titles.explaining_sentence(one, commands=rules.commands, names=names) for one in found]


def _distinct(lines: Sequence[Line]) -> list[Line]:
    """Return sentences without those that say the same as an earlier one."""
    found: list[Line] = []
    for line in lines:
        if not any(says_the_same(spoken(line.bare), spoken(other.bare)) for other in found):
            found.append(line)
    return found


def _run_together(sentences: Sequence[str], longest: int) -> str:
    text = sentences[0]
    for sentence in sentences[1:]:
        if len(text) + 1 + len(sentence) <= longest and not _repeats(sentence, text):
            text = f"{text} {sentence}"
    return text


def _repeats(sentence: str, text: str) -> bool:
    """Return whether a sentence says hardly more than what is already said."""
    new, old = (content(words) for words in (sentence, text))
    return len(new - old) < 2 or len(new & old) > 0.35 * len(new)


_MOST_ADVISORIES = 3


def _with_advisories(text: str, pulls: Sequence[PullRequest]) -> str:
    """Return a text whose first sentence names the advisories that it closes."""
    numbers = [number for number in advisories(pulls) if number not in text]
    if not numbers or len(numbers) > _MOST_ADVISORIES:
        return text
    end = re.search(r"[.!?](?=\s|$)", text)
    at = end.start() if end else len(text)
    return f"{text[:at]} ({english.listed(numbers)}){text[at:]}"

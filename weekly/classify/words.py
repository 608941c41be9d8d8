"""Weigh words, paths and sizes, and describe the evidence in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from weekly.classify import features
from weekly.classify.features import Features
from weekly.classify.lexicon import traits
from weekly.classify.marks import KEY, marks_of
from weekly.classify.paths import without_fragments
from weekly.classify.tokens import CODE, tokens
from weekly.classify.weights import ALWAYS, CLASSES, REFACTORING, REST, Evidence, Weights, contributions, likelihood
from weekly.config.rules import KindRules
from weekly.model import Kind, PullRequest, Verdict
from weekly.text.patterns import lazy_pattern

_REFACTORING_SIGNS = tuple(
    f"{source}~{trait}"
    for source in ("title", "commits")
    for trait in ("refactoring", "removal", "internals", "cosmetic")
)
"""Features that weigh differently in projects that treat refactoring as an improvement."""

REFACTORING_TITLE = "mark:refactoring"
"""The feature of titles that begin with refactoring. Only a project's own past gives it a weight."""

CHORES = lazy_pattern(
    r"(?i:(?=.*(?:release|version|\d\.\d))(?:prepare|cut|tag|finali[sz]e|set)(?: for)?(?: the)?(?: (?:next|new|development))?"
    r"(?: version)?(?: release)?(?: (?:for|of|to))?(?: version)?(?: \S*\d\.\d\S*)?(?: release)?)\W*$"
    r"|(?i:(?:back-?)?merge (?:branch )?\W?(?:origin/)?(?:release|stable|v?\d)[\w./-]*(?: v?\d\S*)?\W? (?:back )?(?:in)?to \S+)$"
    r"|(?:[Aa]dd(?:ed|s)?|[Uu]pdated?)\b(?:.+\b(?:to|in))?(?: the)? (?:"
    r"(?i:(?:authors|contributors|credits|maintainers)(?:\.\w+| (?:file|list)))|AUTHORS|CONTRIBUTORS|CREDITS|MAINTAINERS|THANKS)\W*$"
)
"""A title on a release or a list of names, which the post has elsewhere."""

FIXES = lazy_pattern(r"(?:[^\s:]+: )?(fix(?:e[sd])?|resolve[sd]?)\b(?! (?:typos?|docs?|tests?)\b)", re.IGNORECASE)
"""A title whose sentence begins with "Fixed" or "Resolved", which no list of improvements can have."""

ADDS = lazy_pattern(
    r"(?:[^\s:]+: )?add(?:s|ed|ing)? (?:an? |new )?(?:[\w`-]+ ){0,3}(?:commands?|endpoints?|flags?|options?|support|warnings?)\b"
    r"(?!.*\b(?:avoid|bug|crash|fail\w*|fix\w*|missing|prevent|wrong)\b)",
    re.IGNORECASE,
)
"""A title of something new, which no list of bug fixes should have."""

TESTS = lazy_pattern(
    r"^(?:add|extend|fix|improve|move|remove|update|write)(?:e?s|e?d|ing)? (?:(?:an?|the|some|more|missing|new|better|failing|flaky) )*"
    r"(?:(?:e2e|integration|regression|smoke|system|unit) )?tests?(?: cases?| coverage)?(?= (?:for|in|of|on|to)\b|\.?$)",
    re.IGNORECASE,
)
"""Titles that are about tests alone: "Add test for pools"."""
UPDATES = lazy_pattern(
    r"(?:[^\s:]+: )?(?:bump|update|upgrade) (?:all |\w+ )?dep(?:endencie)?s(?: (?:for|in|of|to) .*)?\W*$", re.IGNORECASE
)
"""A title about the dependencies as such, whatever they are."""

REFACTORS = lazy_pattern(
    r"(?:[\w./-]+: )?(refactor(?:s|ed|ing)?|restructur(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)
"""A title that begins with refactoring."""

MOST_WORDS = 5
"""The most pieces of evidence in a description."""

_BUMP = lazy_pattern(r"(?:.*:\s*)?(?:bump|pin|(?:update|upgrade)\b.*(?:\bdependenc|\bmodules|\d\.\d))", re.IGNORECASE)
_DEPENDENCIES = lazy_pattern(r"(?:go\.?mod|deps?|dependencies|vendor)\b|.*\bdependenc(?:y|ies)\b", re.IGNORECASE)


def features_of(pull: PullRequest, rules: KindRules, note: str = "") -> Features:
    """Return the features of a pull request. A release note replaces the title."""
    marks, files = marks_of(pull.title, rules), without_fragments(pull, rules)
    title, source = (note, "release note") if note else (marks.text, "title")
    found = features.features(pull, title, files, source=source)
    if key := KEY.search(pull.title.strip().removesuffix(marks.text)):
        found.add("mark:key", 1.0, "title", key[0])
    if rules.refactoring:
        found.strengths[REFACTORING] = 1.0
        for name in _REFACTORING_SIGNS:
            if name in found.strengths:
                found.add(f"refactoring:{name}", found.strengths[name], *found.evidence[name])
    elif match := REFACTORS.match(marks.text):
        found.add(REFACTORING_TITLE, 1.0, "title", match[1])
    return found


def weigh(pull: PullRequest, found: Features, weights: Weights, rule: str, *, is_noted: bool = False) -> Verdict:
    """Return the likeliest kind by its features, which for a release note is always a highlight."""
    strengths = {ALWAYS: 1.0} | found.strengths
    among = tuple(kind for kind in CLASSES if kind.is_highlight or not is_noted)
    chances = likelihood(strengths, weights, among)
    kind, rival = list(chances)[:2]
    tips = contributions(strengths, weights, kind, rival, found.evidence)
    return Verdict(
        kind=_kind_of_rest(pull) if kind is REST else kind,
        rule=rule,
        evidence=_described(pull, tips),
        confidence=round(chances[kind], 3),
    )


def _described(pull: PullRequest, tips: Mapping[Evidence, float]) -> str:
    """Describe the evidence in plain words, the weightiest first."""
    ranked = sorted((-tip, piece) for piece, tip in tips.items() if tip > 0.05 and CODE not in piece[1])
    sources: dict[str, list[str]] = {}
    shown: set[str] = set()
    for _, (source, word) in ranked:
        parts = set(word.split())
        if len(shown) < MOST_WORDS and (source in ("size", "changed") or not parts <= shown):
            sources.setdefault(source, []).append(word)
            shown |= parts if source not in ("size", "changed") else {word}
    pieces = [sentence_of(source, words) for source, words in sources.items()]
    if pieces and pull.closes:
        pieces.append(f"closes #{pull.closes[0].number}")
    return ", ".join(dict.fromkeys(pieces)) or "nothing decides"


def sentence_of(source: str, words: list[str]) -> str:
    """Return one piece of evidence as a part of a sentence."""
    quoted = ", ".join(f"'{word}'" for word in dict.fromkeys(words))
    sentences = {
        "title": f"the title says {quoted}",
        "release note": f"the release note says {quoted}",
        "commits": f"commits say {quoted}",
        "text": f"the description says {quoted}",
        "branch": f"the branch name says {quoted}",
        "paths": f"paths contain {quoted}",
    }
    return sentences.get(source) or ", ".join(words)


def _kind_of_rest(pull: PullRequest) -> Kind:
    """Return which kind of no highlight it is, by its title, else its commits."""
    if _BUMP.match(pull.title) or _DEPENDENCIES.match(pull.title):
        return Kind.DEPENDENCIES
    for line in (pull.title, *[commit.subject for commit in pull.commits]):
        shown = dict(traits(tokens(line.replace("/", " ").replace(":", " "))))
        for trait, kind in (("docs", Kind.DOCUMENTATION), ("tests", Kind.TESTS_CI)):
            if trait in shown:
                return kind
    return REST


_REASONS = {
    "label": "It has the {}.",
    "bot": "It was {}.",
    "ticked-box": "The box was {}.",
    "issue-label": "It {}.",
    "editor": "You chose the kind in {}.",
}
"""A sentence for each rule's evidence. For other rules it is the evidence itself."""
_CLEAR = re.compile(r"the (?:title|description|release note) says '.*?'(?=[,;]|$)")
"""The evidence of weighed words that readers understand best."""


def reason_of(verdict: Verdict) -> str:
    """Return the clearest reason for a verdict in plain words, without the details of the rule."""
    evidence = verdict.evidence
    if verdict.rule == "words":
        clear = None if evidence.startswith("only ") else _CLEAR.search(evidence)
        evidence = clear[0] if clear else re.split("[,;] ", evidence)[0]
    elif verdict.rule in _REASONS and not evidence.startswith("every commit"):
        return _REASONS[verdict.rule].format(evidence)
    return f"{evidence[:1].upper()}{evidence[1:]}."

"""Order highlights by their subject, from breaking changes and security to what users see."""

from __future__ import annotations

import re
from typing import NamedTuple

from weekly.classify.advisories import advisories
from weekly.classify.internal import has_code
from weekly.classify.lexicon import GRAVE
from weekly.highlights.worth import has_predicate
from weekly.model import Highlight, Kind, PullRequest, Words
from weekly.text import titles
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list


class Weight(NamedTuple):
    """The keys by which highlights are ordered, least first."""

    group: int
    reach: int
    repo: str
    number: int


BREAKING, SECURITY, FAREWELL, GRAVE_FAULT, OTHER = range(5)
_NEWS = words("add support implement introduce enable allow expose provide")
_SECURITY = lazy_pattern(
    r"\b(?:security (?:issue|fix|hole|bug|vulnerabilit)\w*|vulnerab\w*|CVE-\d\S*|GHSA-\S+|privilege escalation)\b",
    re.IGNORECASE,
)
# Rules by which people's words decide: the type of a changelog entry, or a label.
_BY_PEOPLE = ("changelog-entry", "release-note", "label", "issue-label")
_SECURITY_TYPE = lazy_pattern(r"(?:says|label|labelled) '[^']*\bsecurity\b", re.IGNORECASE)
_FAREWELL = lazy_pattern(
    r"^(?:Deprecated(?! `\w+[.#])|(?:Removed|Dropped) (?:the )?(?:.+ )?(?:ability|command|flag|option|setting|support)\b(?! from )"
    r"|Now requires \S+(?: \S+)? v?\d)|\b(?:is|are|been) (?:now |officially )*deprecated\b"
)
_USER_FACING = lazy_pattern(r"(?:^|/)(?:docs?|man|help|manpages?)/|(?:^|/)(?:README|CHANGELOG|NEWS)", re.IGNORECASE)


def weight(highlight: Highlight) -> Weight:
    """Return what a highlight is ordered by."""
    pulls = highlight.pulls
    reach = max(_reach(pull, highlight.verdict.kind) for pull in pulls) + 2 * (highlight.words is Words.AUTHOR)
    reach -= 2 * (not has_predicate(highlight.text))
    return Weight(group=_group(highlight), reach=-reach, repo=pulls[0].repo, number=pulls[0].number)


def is_security(highlight: Highlight) -> bool:
    """Return whether a highlight closes a security hole."""
    text = f"{highlight.pulls[0].title}\n{highlight.text}"
    is_typed = highlight.verdict.rule in _BY_PEOPLE and _SECURITY_TYPE.search(highlight.verdict.evidence)
    return bool(is_typed or _SECURITY.search(text) or advisories(highlight.pulls))


def _group(highlight: Highlight) -> int:
    if highlight.verdict.is_breaking:
        return BREAKING
    if is_security(highlight):
        return SECURITY
    first = highlight.text.partition(". ")[0]
    if _FAREWELL.search(first) and not has_code(first):
        return FAREWELL
    text = f"{highlight.pulls[0].title}\n{highlight.text}"
    return GRAVE_FAULT if highlight.verdict.kind is Kind.BUGFIX and GRAVE.search(text) else OTHER


def _reach(pull: PullRequest, kind: Kind) -> int:
    """Return how much a user notices of a change that is documented, requested or new."""
    verb = titles.parse(pull.title).verb
    base = verb.base if verb else ""
    reach = 2 * any(_USER_FACING.search(change.path) for change in pull.files) + 2 * bool(pull.closes)
    return reach + 2 * (kind is Kind.IMPROVEMENT and base in _NEWS) - 2 * (base in word_list("upkeep"))

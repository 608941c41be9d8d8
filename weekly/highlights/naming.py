"""Name a highlight in a few words, as an introduction does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from weekly.classify.internal import internal_reason
from weekly.highlights.worth import has_predicate, is_imperative
from weekly.model import Audience, Highlight, Kind, PullRequest, Words
from weekly.text import english, titles
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import NAMES, masked
from weekly.text.vocabulary import word_list

MOST_WORDS = 8

_LEADS = {
    "Added": "", "Introduced": "", "Implemented": "", "Reworked": "a rework of ", "Removed": "the removal of ",
    "Dropped": "the removal of ", "Improved": "better ", "Reintroduced": "",
}  # fmt: skip
_CLAUSE = lazy_pattern(
    r" (?:when|if|while|whenever|unless|until|so that|because|since|after|before|by(?! default)|instead of|due to|in order|using)\b"
    r"| (?:that|which) (?:can|may|will|allows?|enables?|lets?|makes?)\b| to be \w+ed\b"
    r"| to (?:[a-z]*[^s ] (?:that|if|whether)|allow|avoid|control|enable|let|make|prevent|support)\b"
    r"|, (?:which|so|as|where|adding|allowing|enabling|introducing|making)\b|,? and (?=(?:now|[a-z]+ed)\b)|[;:](?=\s|$)"
)
# What follows is a part of the matter: "nodes that have a proxy", "lakes, ferries and boats".
_NARROWS = lazy_pattern(r" (?:that|which|where|without|to be)\b|[,:]")
_PREPOSITIONS = ("for", "of", "to", "in", "on", "with", "from", "as", "and")
_NO_OBJECT = lazy_pattern(
    r"\b(?:demo|docs?|documentation|logo|website)\b|^(?:to|for|of|in|on|with) |^support for using\b|`(?:\w+/|[^`]*[a-z.][A-Z])|"
    r"(?:^| )(?:about|against|as|and|an?|between|by|for|from|in|of|on|per|the|to|via|with|without)$"
    r"|^(?:support|handling)$|^support for (?:first|initial)$|\{[^}]*$|\([^)]*$"
    r"|[*\[\]\"“”](?=[^`]*(?:`[^`]*`[^`]*)*$)|(?:^|\s)['‘]|(?:^|\s)\W+(?:\s|$)"
    r"|^(?:minor|few|several|some|various|misc|how|that|the way|what|when|where|whether|which|who|why)\b"
    r"|\bability (?!to\b)"
    r"|^(?:an? |the )?(?:new )?(?:ability|flags?|options?|possibility|behaviou?rs?|keys?|settings?|features?|improvements?|way)$"
    r"|^(?:support for )?`[\w./-]*\.(?:ya?ml|toml|cfg|ini|json|lock|mod|txt|md)`$|^(?:the |an? )?(?:new )?`[A-Z]\w*` fields?$"
)
_ARTICLES = words("a an the support missing")
_TO = lazy_pattern(r" to (?!(?:[a-z]+ )(?:the|a|an|all|any)\b)(?=`|the |[A-Z]|[a-z-]+(?: [a-z]+)?$)")
_LEFT_TO = lazy_pattern(
    r"^(?!support for |[a-z]+ing |.*\b(?:ability|command|flag|option|setting) to ).* to (?![a-z]+ (?:the|a|an|all|any)\b)"
)
_MINOR = words(
    "option flag param parameter metadata column field cla classe warning log error check completion logging"
)
_SMALL = words("missing typo message warning comment example entry entries icon note notes")
_ACTIVITY = r"^support for (?:\w+ly )?[a-z]+ing\b"
_LAST_PHRASE = lazy_pattern(rf"(?!{_ACTIVITY}|.*bility to )(.{{12,}}) (?:in|on|for|from|across) .+?$")
_HEAD = lazy_pattern(r" (?:in|for|of|to|on|with|from|as) ")


def named(highlight: Highlight) -> str:
    """Return a highlight as a noun phrase, empty where neither its text nor its title gives one.

    The title of an extension says more to readers than the names of its keys and endpoints.
    """
    text = re.sub(r" \([^()]*\)", "", re.split(r"(?<=[.!?:])\s", highlight.text, maxsplit=1)[0])
    phrase = _phrase(text)
    is_raw = highlight.words is Words.AUTHOR and ("`" in phrase or not phrase)
    return (named_title(highlight.pulls[0].title) if is_raw else "") or phrase


def named_title(title: str) -> str:
    """Return a title as a noun phrase, without a remark in parentheses at its end."""
    title = titles.sentence(re.sub(r" \([^()]*\)$", "", title)).replace("` `", " ")
    if internal_reason(title) or _HAS_SIGN.search(title) or _HAS_ORDER.search(title):
        return ""
    if has_predicate(title) or is_imperative(title):
        return _phrase(title)
    is_noun = _NOUN_TITLE.match(title) and _cut(title.rstrip(".")) == title.rstrip(".")
    return _phrase(f"Added {titles.lowered(title, frozenset(NAMES))}") if is_noun else ""


# A title that has no verb is certainly a noun phrase where its head looks like a noun, and no word like a clause.
_NOUN_TITLE = lazy_pattern(
    r"^(?!(?:in|on|for|with|\w+ly)\b)(?!.*\b(?:are|be|can|could|does|has|have|is|not|should|was|will)\b)"
    r"\S+ (?:.* )?(?:support|APIs?|plugins?|modules?|options?|fields?|filters?|commands?|pages?|keys?|settings?|drivers?"
    r"|\w{3,}(?:tion|ment|ity|ance|ence|ing)s?)(?: (?:for|of|in|to|on|from|with) .+)?\.?$"
    r"|^(?:Support|Better|[Aa]n?|The|New|Experimental|Initial) .+$|^[\w-]+ by default\.?$",
    re.IGNORECASE,
)


def _phrase(sentence: str) -> str:
    """Return the object of a sentence as a noun phrase, empty where it has none that stands alone."""
    verb, _, rest = sentence.rstrip(".!?…").partition(" ")
    if (
        verb not in _LEADS
        or not rest
        or rest.startswith(("more ", "and ", "or "))
        or not _SMALL.isdisjoint(re.findall(r"\w+", rest.lower()))
    ):
        return ""
    phrase = _cut(rest)
    if _NARROWS.search(masked(phrase)):
        return ""
    what, _, where = phrase.partition(" to ")
    if verb == "Added" and where and what.rpartition(" ")[2] in word_list("attributes"):
        return ""  # "the name for the log" names no matter
    has_order = (match := _TO.search(phrase)) and _is_order(phrase[match.end() :])
    if not _LEADS[verb] and not has_order and not re.match(r"(?:support for )?[a-z]+ing\b", phrase):
        phrase = _TO.sub(" in " if _IS_IN.search(_TO.split(phrase)[0]) else " for ", phrase, count=1)
    is_unclear = verb == "Improved" and re.match(r"(?:a|an|the)\b", rest)
    if is_unclear or (_LEFT_TO.search(phrase) and _LEADS[verb] != "the removal of "):
        return ""
    if not _LEADS[verb] and _ONLY_NAMES.match(phrase) and "support" not in phrase.split():
        phrase = f"support for {phrase}"
    while len(phrase.split()) > MOST_WORDS and (match := _LAST_PHRASE.match(phrase)):
        phrase = match[1]
    phrase = phrase.removesuffix(" for use").removesuffix(" again")
    matter = phrase.removeprefix("support for ")
    if not phrase or _length(matter) > MOST_WORDS or matter.count(" for ") > 1 or _NO_OBJECT.search(phrase):
        return ""
    return f"{_LEADS[verb]}{_with_article(phrase) if not _LEADS[verb] else phrase}"


def _length(phrase: str) -> int:
    """Return the number of words without articles."""
    return sum(word not in ("a", "an", "the") for word in phrase.split())


def _is_order(text: str) -> bool:
    verb = english.verb(text.partition(" ")[0])
    return verb is not None and verb.form is english.Form.BASE


def _with_article(phrase: str) -> str:
    """Return a phrase of something new as English has it: "support for …", "a new …", "the ability to …"."""
    if phrase.startswith("ability to"):
        return f"the {phrase}"
    if match := _SUPPORT.match(phrase):
        return f"support for {match[1]}"
    head = re.split(r" (?:`|and |in |for |of |to |on |with |as |from )", phrase, maxsplit=1)[0].rpartition(" ")[2]
    if head in word_list("things") and phrase.split(maxsplit=1)[0].lower() not in _ARTICLES:
        return "" if " and " in phrase else f"{english.article(phrase)} {phrase}"
    return phrase


_SUPPORT = lazy_pattern(
    r"^(?!(?:a|an|basic|better|experimental|first|full|initial|native|support|the) )([^,]+) support$"
)
_NAME = r"(?:`[^`]*`|[A-Z0-9][\w.-]*|[a-z-]*\d[\w.-]*)"
_ONLY_NAMES = lazy_pattern(rf"(?!`[A-Z]+ /){_NAME}(?: {_NAME})*(?: (?:for|in|on|as|with|and|from) .*)?$|[\w-]+$")
_IS_IN = lazy_pattern(r"\b(?:columns?|commands?|fields?|flags?|keys?|options?|support)\b|`")
_HAS_ORDER = lazy_pattern(r".\b(?:adds?|allows?|fix(?:es)?|supports) ", re.IGNORECASE)
_HAS_SIGN = lazy_pattern(r"[:()/]|`[^`]*[A-Z(]")


def _cut(text: str) -> str:
    """Return a text up to its first clause."""
    hidden = masked(text)
    ends = (found.start() for found in _CLAUSE.finditer(hidden))
    return text[
        : next((end for end in ends if hidden[:end].rpartition(" ")[2] not in _PREPOSITIONS), len(text))
    ].strip()


def is_news(highlight: Highlight) -> bool:
    """Return whether a highlight brings something new that can be named."""
    is_new = highlight.text.startswith(("Added", "Introduced", "Implemented", "Removed support", "Dropped support"))
    is_gone = highlight.text.startswith(("Removed", "Dropped")) and is_documented(highlight.pulls)
    text = _cut(highlight.text) if highlight.words is Words.AUTHOR else highlight.text
    is_public = not internal_reason(text) and highlight.verdict.audience is Audience.USERS
    is_announced = is_new or is_gone or highlight.words is Words.AUTHOR
    return highlight.verdict.kind is Kind.IMPROVEMENT and is_announced and is_public and bool(named(highlight))


STRONG, STRONG_SUPPORT = 80, 5
"""Changed lines of code from which news without documentation, and new support, is what a week was about."""


class Size(NamedTuple):
    """A highlight's share of the project's news. A plain name has no code and begins with no activity."""

    is_main: bool
    is_documented: bool
    is_support: bool
    is_plain: bool
    lines: int

    @property
    def weight(self) -> int:
        """The lines, by which news are ordered: double where documented, a quarter where the name isn't plain."""
        return self.lines * (1 + self.is_documented) // (1 if self.is_plain else 4)

    @property
    def is_strong(self) -> bool:
        """True where the week was about it."""
        return self.is_main and (self.is_documented or self.lines >= (STRONG_SUPPORT if self.is_support else STRONG))


def size(highlight: Highlight) -> Size:
    """Return how large a highlight is, by what it is, its documentation and its code."""
    name = named(highlight)
    documented = is_documented(highlight.pulls)
    head = _HEAD.split(name, maxsplit=1)[0].rpartition(" ")[2].lower().rstrip("s")
    is_main = head not in _MINOR and not _FLAG.search(name) and (documented or not _is_vague(name))
    is_plain = "`" not in name and not re.match(_ACTIVITY, name)
    return Size(is_main, documented, name.startswith("support for"), is_plain, code_lines(highlight.pulls))


_FLAG = lazy_pattern(r"^(?:support for )?`(?:-|[^`]*=)")


def _is_vague(name: str) -> bool:
    """Return whether a name is support for a plural or activity in one word: "support for Operations"."""
    single = re.fullmatch(r"support for (\w[a-z]+)", name)
    return single is not None and (single[1].islower() or single[1].endswith("s") or _is_order(single[1].lower()))


def code_lines(pulls: Sequence[PullRequest]) -> int:
    """Return the number of changed lines, without tests, documentation and generated files."""
    changes = [change for pull in pulls for change in pull.files if not _NOT_COUNTED.search(change.path)]
    return sum(change.additions + change.deletions for change in changes)


def is_documented(pulls: Sequence[PullRequest]) -> bool:
    """Return whether pull requests change the documentation."""
    return any(_DOCUMENTED.search(change.path) for pull in pulls for change in pull.files)


_DOCUMENTED = lazy_pattern(r"(?:^|/)docs?/")
_NOT_COUNTED = lazy_pattern(
    r"(?:^|/)(?:vendor|node_modules|po|tests?|docs?)/|_test\.\w+$|(?:^|/)test_[^/]*$|\.(?:po|pot|sum|lock)$|(?:^|/)package-lock\.json$"
)

"""Name a highlight in a few words, as an introduction does."""

from __future__ import annotations

import re

from weekly.highlights.worth import internal_reason
from weekly.model import Audience, Highlight, Kind
from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import spans

MOST_WORDS = 8

_LEADS = {
    "Added": "", "Introduced": "", "Implemented": "", "Reworked": "a rework of ", "Removed": "the removal of ",
    "Dropped": "the removal of ", "Improved": "better ", "Reintroduced": "",
}  # fmt: skip
_CLAUSE = lazy_pattern(
    r" (?:when|if|while|whenever|unless|until|so that|because|since|after|before|by|instead of|rather than|without|which|where|that|due to"
    r"|in order|everywhere|conforming|allowing|using|containing|including)\b| and (?=(?:fixed|added|removed|updated|now|improved)\b)|[,;:]"
)
_PREPOSITION = lazy_pattern(r"(?:^| )(?:for|of|to|in|on|with|from|as|and)$")
_NO_OBJECT = lazy_pattern(r"(?:^| )(?:for|of|to|in|on|with|from|as|and|a|an|the)$|^(?:support|handling)$")
_ONLY_CODE = lazy_pattern(
    r"^(?:support for )?(?:an? |the )?(?:new )?"
    r"(?:`[\w./-]*\w\.(?:ya?ml|toml|cfg|ini|json|lock|mod|txt|md)`|`(?=\w*[a-z])[A-Z]\w*` fields?)$"
)
_ARTICLES = words("a an the support initial basic experimental missing")
_SINGLE = lazy_pattern(
    r"\b(?:option|flag|command|key|setting|parameter|daemon|endpoint|page|extension|check|profile|driver|API|field|plugin|module|type)$"
)
_TO = lazy_pattern(r" to (?!(?:[a-z]+ )(?:the|a|an|all|any)\b)(?=`|the |[A-Z]|[a-z-]+(?: [a-z]+)?$)")
_LEFT_TO = lazy_pattern(r"^(?!support for |[a-z]+ing ).* to (?![a-z]+ (?:the|a|an|all|any)\b)")
_LAST_PHRASE = lazy_pattern(r"(.{12,}) (?:in|on|for|with|from|across|using) .+?$")
_HEAD = lazy_pattern(r" (?:in|for|of|to|on|with|from|as) ")
_MINOR = lazy_pattern(
    r"\b(?:options?|flags?|parameters?|metadata|columns?|fields?|warnings?|logs?|errors?|checks?|completions?|logging)$",
    re.IGNORECASE,
)
_SMALL = lazy_pattern(r"\b(?:missing|typo|message|warning|comment|example|entry|entries)\b", re.IGNORECASE)


def named(highlight: Highlight) -> str:
    """Return a highlight as a noun phrase, empty where its sentence gives none."""
    sentence = re.split(r"(?<=[.!?])\s", highlight.text, maxsplit=1)[0].rstrip(".!?…")
    verb, _, rest = sentence.partition(" ")
    if verb not in _LEADS or not rest or _SMALL.search(rest):
        return ""
    if verb == "Improved" and re.match(r"(?:a|an|the)\b", rest):
        return ""
    phrase = _cut(rest)
    if not re.match(r"(?:support for )?[a-z]+ing\b", phrase):
        phrase = _TO.sub(" in ", phrase)
    if _LEFT_TO.search(phrase):
        return ""
    if re.fullmatch(r"`[^`]*`", phrase) and verb == "Added":
        phrase = f"support for {phrase}"
    while len(phrase.split()) > MOST_WORDS and (match := _LAST_PHRASE.match(phrase)):
        phrase = match[1]
    if not phrase or len(phrase.split()) > MOST_WORDS or _NO_OBJECT.search(phrase) or _ONLY_CODE.match(phrase):
        return ""
    if re.match(r"support for (?!using\b)[a-z]+ing\b", phrase):
        phrase = phrase.removeprefix("support for ")
    is_plain = not _LEADS[verb] and " and " not in phrase
    if is_plain and _SINGLE.search(_HEAD.split(phrase, maxsplit=1)[0]) and phrase.split()[0].lower() not in _ARTICLES:
        phrase = f"{english.article(phrase)} {phrase}"
    return f"{_LEADS[verb]}{phrase}"


def _cut(text: str) -> str:
    """Return a text up to its first clause."""
    masked = "".join("`" * len(piece) if is_code else piece for piece, is_code in spans(text))
    match = next(
        (found for found in _CLAUSE.finditer(masked) if not _PREPOSITION.search(masked[: found.start()])), None
    )
    return (text[: match.start()] if match else text).strip()


def is_news(highlight: Highlight) -> bool:
    """Return whether a highlight brings something new that can be named."""
    is_new = highlight.text.startswith(("Added", "Introduced", "Implemented", "Removed support", "Dropped support"))
    is_public = not internal_reason(highlight.text) and highlight.verdict.audience is Audience.USERS
    return highlight.verdict.kind is Kind.IMPROVEMENT and is_new and is_public and bool(named(highlight))


def size(highlight: Highlight) -> tuple[bool, bool, int]:
    """Return a highlight's share of the project's news, by feature, documentation and changed lines."""
    files = [change for pull in highlight.pulls for change in pull.files]
    is_documented = any(_DOCUMENTED.search(change.path) for change in files)
    head = _HEAD.split(named(highlight), maxsplit=1)[0]
    return (
        not _MINOR.search(head),
        is_documented,
        sum(change.additions + change.deletions for change in files),
    )


_DOCUMENTED = lazy_pattern(r"(?:^|/)docs?/")

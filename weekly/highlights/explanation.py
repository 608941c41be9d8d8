"""Choose the sentences of a description that tell readers the problem, its effect and the remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from weekly.classify.internal import has_code, internal_reason
from weekly.highlights.description import prose
from weekly.highlights.merging import content
from weekly.text import english, titles
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import mark, spans
from weekly.text.vocabulary import phrases

LONGEST_SENTENCE = 200
MOST_SENTENCES = 5
"""Sentences of a description up to which it explains a change to readers. Longer ones explain it to reviewers."""

_NO_PROSE = lazy_pattern(
    r"https?://|\b(?:and|because|by|from|if|in|of|or|that|the|when|where|with)(?: (?:and|or)\b|\W*$)"
    r"|\b(?:if|the|to|when|where|with) (?:are|for|is|of|was|were)\b|(?<!\w)@\w|(?<![\w&])#\d+|\b[0-9a-f]{9,40}\b|\?$|\d\d:\d\d:\d\d"
    r"|(?<!\w):\w+:|\b(?:edit|update|note|nb):"
)
_SUBJECT_THIS = lazy_pattern(r"^this (?:pr|pull request|change|patch|series|commit|mr|branch|work)\b", re.IGNORECASE)
_GAIN = lazy_pattern(
    r"^this (?:now |also |thus |then )?(?:allows?|lets?|enables|makes? it possible|reduces|avoids|prevents|ensures|means that|improves"
    r"|restores|speeds up)\b",
    re.IGNORECASE,
)
_NEWS = lazy_pattern(
    r"\b(?:now (?!and\b)[a-z]+|(?:works?|does|do) now|no longer|it is possible to|users? can|by default)\b",
    re.IGNORECASE,
)
_FORMERLY = lazy_pattern(
    r"^(?:previously|before this|before,|until now|so far|formerly|up to now|in the past)\b", re.IGNORECASE
)
_PAST = lazy_pattern(
    r"\b(?:was|were|had|did|didn['’]t|wasn['’]t|weren['’]t|could(?: not|n['’]t)|would|failed|crashed|caused|led to"
    r"|lost|broke|ignored|kept"
    r"|returned|ended up|ran|hung|leaked|took|went|got|became|missed|used to)\b",
    re.IGNORECASE,
)
_MODERN_WORDS = words(
    "the a an is are was were to of in on for and it this that with by be as can not no now when if from"
)
_FINITE = lazy_pattern(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|could|will|would|must|may|should|now|[a-z]{3,}(?:s|ed))\b",
    re.IGNORECASE,
)


def explanation(body: str, *, whole: bool = True, is_fix: bool = False, most: int = 3) -> tuple[str, ...]:
    """Return the sentences that help a reader, none where that is in doubt."""
    if not body.strip() or most < 1:
        return ()
    paragraphs = [sentences for sentences in prose(body, whole=whole) if sentences]
    if sum(map(len, paragraphs)) > MOST_SENTENCES:
        return ()
    problem = _problem(paragraphs)
    if is_fix and problem:
        return tuple(titles.finished(sentence) for sentence in problem[:most])
    found: list[str] = []
    for sentence in (sentence for sentences in paragraphs for sentence in sentences):
        is_remark = is_fix and sentence.startswith("This ")  # on the fix itself, or on the fault in the present tense
        if len(found) < most and not is_remark and _is_readable(sentence, is_next=bool(found)) and _tells(sentence):
            found.append(titles.finished(_without_subject(sentence)))
        elif found and not _FORMERLY.match(sentence):
            break
    return tuple(found)


def stated(body: str) -> str:
    """Return the statement with which a description says what it adds, in present tense, empty where it has none."""
    first = _first_statement(body)
    return first if first.startswith(("adds ", "introduces ", "implements ")) and not has_code(first) else ""


def restated(bodies: Sequence[str], title: str) -> str:
    """Return how a body begins, in present tense, where it says what the title says in more words.

    "This renames the VM image to `disk.qcow2`." says more than the title "Rename VM image".
    """
    parts = titles.parse(title)
    bases = (parts.verb.base,) if parts.verb else _BRINGS
    wanted = content(parts.text)
    for body in bodies:
        first = _first_statement(body)
        verb, found = english.verb(first.partition(" ")[0]), content(first)
        is_same = verb is not None and verb.form is Form.THIRD and verb.base in bases
        if is_same and len(found) > len(wanted) and len(wanted & found) >= _MOSTLY * len(wanted):
            return first
    return ""


_BRINGS = ("add", "allow", "implement", "introduce")
"""Verbs of a statement that a title without a verb stands for."""
_MOSTLY = 0.75
"""The share of a title's words that a statement of the same matter has."""
LONGEST_STATEMENT = 180


def _first_statement(body: str) -> str:
    """Return a body's first sentence without its subject "this", empty where that doesn't fit a post."""
    first = next((sentences[0] for sentences in prose(body) if sentences), "")
    match = _STATES.match(first)
    if match is None or len(first) > LONGEST_STATEMENT or _NOT_ALONE.search(first):
        return ""
    return first[match.end() :] if _is_readable(_without_subject(first)) else ""


_STATES = lazy_pattern(
    r"^(?:this|the)(?: (?:pr|pull request|change|patch|series|commit|mr|branch|work))? (?:now |also )?(?=[a-z]+s\b)",
    re.IGNORECASE,
)
_NOT_ALONE = lazy_pattern(
    r"\b(?:above|below|following|previous|these|those|this|we|our)\b.*\b(?:above|below|following|these|those|we|our)\b"
)


def mended(bodies: Sequence[str]) -> str:
    """Return the fault that a body says it fixes, as "Fixed a bug where …", or an empty string."""
    for body in bodies:
        for sentence in chain.from_iterable(prose(body)):
            match = _MENDS.match(sentence)
            if match and len(sentence) <= LONGEST_STATEMENT and _is_readable(f"The {match['what']}"):
                return titles.finished(f"Fixed {match['what']}")
    return ""


_MENDS = lazy_pattern(
    r"^(?:(?:it|this|which|that)(?: (?:also|pr|pull request|change|patch|commit|should))* )?(?:fix(?:es|ed)?|resolves?|solves?) "
    r"(?P<what>(?:an?|the) (?:[a-z-]+ ){0,2}"
    r"(?:bug|issue|problem|regression|race(?: condition)?|crash|panic|leak|deadlock|hang|failure|case)s?"
    r" (?:where|in which|when|whereby) \S+ \S+ .+)$",
    re.IGNORECASE,
)


_REMARK = lazy_pattern(
    r"This (?:is|was|has been) (?:caught|discovered|found|introduced|noticed|reported|seen|spotted)\b"
)


def _problem(paragraphs: list[list[str]]) -> list[str]:
    """Return the sentences with which a description opens, as far as they tell what was wrong and what came of it."""
    found: list[str] = []
    for sentence in (sentence for sentences in paragraphs for sentence in sentences):
        is_next = bool(found)
        if not _is_readable(sentence, is_next=is_next) or _REMARK.match(sentence):
            break
        is_past = bool(_PAST.search(_plain(sentence))) and " will " not in sentence
        if is_past or (is_next and (_NEWS.search(sentence) or _is_gain(sentence))):
            found.append(sentence)
            if not is_past:
                break
        else:
            break
    return found


def _is_gain(sentence: str) -> bool:
    """Return whether a sentence says what a change is good for."""
    return bool(_GAIN.match(_without_subject(sentence)))


def _tells(sentence: str) -> bool:
    """Return whether a sentence tells what is new, or what was wrong before."""
    text = _plain(sentence)
    if _FORMERLY.match(text):
        return bool(_PAST.search(text)) and not _is_dangling(text.partition(" ")[2])
    return _is_gain(text) or (bool(_NEWS.search(text)) and not _PAST.search(text))


def _is_readable(sentence: str, *, is_next: bool = False) -> bool:
    """Return whether a sentence fits a post, as a complete English sentence without doubts."""
    text = _plain(sentence)
    is_odd = _NO_PROSE.search(text) or phrases("unexplaining").search(text)
    if (
        is_odd
        or not len(text.split()) >= 4
        or len(sentence) > LONGEST_SENTENCE
        or ": " in text
        or sentence.endswith((":", "…"))
    ):
        return False
    is_begun = text[0].isupper() or sentence[0] == "`" or not text[0].isalpha()
    if not is_begun or (_is_dangling(text) and not is_next):
        return False
    letters = sum(char.isalpha() or char in " `'" for char in sentence)
    if letters < 0.8 * len(sentence) or not _FINITE.search(text) or not _MODERN_WORDS & set(text.lower().split()):
        return False
    return not _is_order(text) and not internal_reason(sentence) and not has_code(mark(sentence))


_AFTER_PLURAL = words("of in on to for from with are can were")
_OBJECTS = words("the a an to all any")
_AFTER_CLAUSE = lazy_pattern(r"(?:after|as|because|if|since|when|while) [^,]+, ", re.IGNORECASE)
_AFTER_PAST = words("a an it some that the this")


def _is_order(text: str) -> bool:
    """Return whether a sentence begins with a bare verb or a verb without its subject: "Delete the volume"."""
    if match := _AFTER_CLAUSE.match(text):
        text = text[match.end() :]
    first, following, *_ = (*(word.strip("`,").lower() for word in text.split()), "", "")
    verb = english.verb(first)
    if verb is None:
        is_past = first.endswith("ed") and following in _AFTER_PAST
        return is_past or first in ("is", "was", "are", "has", "were", "be", "do")
    if verb.form is Form.BASE:
        return verb.base not in english.NOUN_LIKE or following in _OBJECTS or (following == "x" and verb.base == "use")
    is_plural = verb.form is Form.THIRD and verb.base in english.NOUN_LIKE
    return not (is_plural and following in _AFTER_PLURAL)


def _is_dangling(text: str) -> bool:
    """Return whether a sentence refers to one before it."""
    return phrases("dangling").find(text)[0] == 0 and bool(phrases("dangling").search(text))


def _plain(sentence: str) -> str:
    return "".join("x" if is_code else piece for piece, is_code in spans(sentence))


def _without_subject(sentence: str) -> str:
    """Return "This PR allows …" with the change as its subject."""
    return _SUBJECT_THIS.sub("This", sentence)


def formerly(sentence: str) -> str:
    """Return a past problem after the sentence that fixes it, as "Previously, instances were …"."""
    is_new = _NEWS.search(sentence) or not _PAST.search(sentence)
    if is_new or _FORMERLY.match(sentence) or sentence.startswith("This ") or _is_dangling(sentence):
        return sentence
    first = sentence.split(maxsplit=1)[0]
    keeps = first[:1] == "`" or not first[1:].islower() or not first.isalpha()
    is_name = keeps and first.lower() not in ("a", "i")
    return f"Previously, {sentence if is_name else sentence[0].lower() + sentence[1:]}"

"""Choose the sentences of a description that tell readers the problem, its effect and the remedy."""

from __future__ import annotations

import re

from weekly.classify.internal import has_code, internal_reason
from weekly.highlights.description import prose
from weekly.text import english, titles
from weekly.text.english import Form, words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import mark, spans

LONGEST_SENTENCE = 280

_NO_NEWS = lazy_pattern(
    r"https?://|(?<!\w)@\w|(?<![\w&])#\d+|\b[0-9a-f]{9,40}\b|\?$|\d\d:\d\d:\d\d|(?<!\w):\w+:"
    r"|\b(?:this pr (?:is|was)|reviewers?|review(?:ed|ing)?|commits?|lint(?:er|ing)?|refactor\w*|ci|unit tests?"
    r"|tests?|todo|wip|rebase[ds]?"
    r"|as discussed|jira|still to be|lgtm|spec(?:ification)?|see (?:also|the|below|above)|extension already|copilot|cherry[- ]?pick\w*"
    r"|checklist|template|disclosed|for reference|error is (?:not )?wrapped|root cause|edit:|update:|note:|nb:"
    r"|n\.b\.|this prs|let['’]s|let us|thanks|sorry|hello)\b",
    re.IGNORECASE,
)
_DOUBT = lazy_pattern(
    r"\b(?:not sure|unsure|i think|i guess|i believe|imo|imho|maybe|perhaps|probably|presumably|possibly|hopefully"
    r"|seems?|might|apparently"
    r"|arguably|should (?:we|i|be)|i|let me|although|we (?:can|could|should|need|want|may|might|cannot)|my"
    r"|nightmare|for now|intentionally)\b",
    re.IGNORECASE,
)
_FUTURE = lazy_pattern(
    r"\b(?:will (?:follow|come|be (?:added|done|implemented|addressed|removed))|follow[- ]?ups?|later"
    r"|in (?:the )?future|next (?:pr|step|release)"
    r"|going to|plan(?:s|ned)? to|upcoming|eventually|would be able|until we)\b",
    re.IGNORECASE,
)
_OLD_AS_PRESENT = lazy_pattern(
    r"\b(?:currently|at the moment|right now|as of now|today|presently|at present|existing code)\b", re.IGNORECASE
)
_DANGLING = lazy_pattern(
    r"^(?:as|since|because|it|they|he|she|these|those|both|such|that|there(?:fore)?|however|instead|also|if (?:that|this|so|it)"
    r"|because of this|and|but|or|so"
    r"|then|otherwise|as such|in (?:this|that|these|such) cases?|the (?:latter|former|same|old ones|new ones|above"
    r"|first|second)|this approach"
    r"|with this|in addition|due to this|for (?:this|that)|either|neither|another|finally|additionally|furthermore|moreover|besides)\b",
    re.IGNORECASE,
)
_SUBJECT_THIS = lazy_pattern(r"^this (?:pr|pull request|change|patch|series|commit|mr|branch|work)\b", re.IGNORECASE)
_GAIN = lazy_pattern(
    r"^(?:this|this (?:pr|pull request|change|patch|series|commit|mr|branch|work)) (?:now |also |thus "
    r"|then )?(?:allows?|lets?|enables|makes? it possible"
    r"|reduces|avoids|prevents|ensures|means that|lays|improves|restores|speeds up|lifts|simplifies the use)\b",
    re.IGNORECASE,
)
_NEWS = lazy_pattern(
    r"\b(?:(?:can|is|are|does|do|works?|will) now|now (?:\w+ly )?(?:is|are|has|have|can|(?:only |also |always )?[a-z]+)\b|no longer"
    r"|it is (?:now )?possible to|users? can|by default)\b",
    re.IGNORECASE,
)
_FORMERLY = lazy_pattern(
    r"^(?:previously|before this|before,|until now|so far|formerly|up to now|in the past)\b", re.IGNORECASE
)
_PRONOUN = lazy_pattern(r"^\w+,? (?:they|it|this|these|those|that)\b", re.IGNORECASE)
_CIRCUMSTANCE = lazy_pattern(r"^(?:when|whenever|if|in case|on|after|while|during|with)\b", re.IGNORECASE)
_PAST = lazy_pattern(
    r"\b(?:was|were|had|did|didn['’]t|wasn['’]t|weren['’]t|could(?: not|n['’]t)|would|failed|crashed|caused|led to"
    r"|lost|broke|ignored|kept"
    r"|returned|ended up|ran|hung|leaked|took|went|got|became|missed|used to)\b",
    re.IGNORECASE,
)
_PRESENT = lazy_pattern(
    r"\b(?:is|are|has|have|does|do|can|cannot|fails|crashes|causes|leads|returns|ignores|now)\b", re.IGNORECASE
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
    chain = _problem(paragraphs)
    if is_fix and chain:
        return tuple(titles.finished(sentence) for sentence in chain[:most])
    found: list[str] = []
    for sentence, is_first in ((one, at == 0) for sentences in paragraphs for at, one in enumerate(sentences)):
        is_gain = _is_readable(sentence, is_next=bool(found)) and _is_gain(sentence, is_first=is_first or bool(found))
        if is_gain and len(found) < most:
            found.append(titles.finished(_without_subject(sentence)))
        elif found and not _FORMERLY.match(sentence):
            break
    return tuple(found)


def stated(body: str) -> str:
    """Return the sentence with which a description says what its change adds, empty where it says it otherwise."""
    first = next((sentences[0] for sentences in prose(body) if sentences), "")
    match = _ADDS.match(first)
    if match is None or has_code(first) or not _is_readable(first):
        return ""
    return titles.sentence(f"{match[1].capitalize()} {first[match.end() :]}")


_ADDS = lazy_pattern(
    r"^this (?:pr |pull request |change |patch |series |commit |mr |branch |work )?(adds|introduces|implements) (?=\S)",
    re.IGNORECASE,
)


def _problem(paragraphs: list[list[str]]) -> list[str]:
    """Return the sentences with which a description opens, as far as they tell what was wrong and what came of it."""
    found: list[str] = []
    for sentence in (sentence for sentences in paragraphs for sentence in sentences):
        is_next = bool(found)
        if not _is_readable(sentence, is_next=is_next):
            break
        is_past = bool(_PAST.search(_plain(sentence))) and not _is_present(sentence)
        if is_past or (is_next and (_NEWS.search(sentence) or _GAIN.match(sentence))):
            found.append(sentence)
            if not is_past:
                break
        else:
            break
    return found


def _is_present(sentence: str) -> bool:
    """Return whether the main clause is in the present."""
    text = _plain(sentence)
    first = min((match.start() for match in _PRESENT.finditer(text)), default=len(text))
    past = min((match.start() for match in _PAST.finditer(text)), default=len(text))
    return first < past


def _is_gain(sentence: str, *, is_first: bool) -> bool:
    text = _plain(sentence)
    if _FORMERLY.match(text):
        return bool(_PAST.search(text)) and not _PRONOUN.search(text)
    if _GAIN.match(text):
        return (
            is_first
            or bool(_SUBJECT_THIS.match(text))
            or not re.match(r"^this (?:caus|mean|lead)", text, re.IGNORECASE)
        )
    return bool(_NEWS.search(text)) and not _PAST.search(text)


def _is_readable(sentence: str, *, is_next: bool = False) -> bool:
    """Return whether a sentence fits a post, as a complete English sentence without doubts."""
    text = _plain(sentence)
    is_odd = any(pattern.search(text) for pattern in (_NO_NEWS, _DOUBT, _FUTURE, _OLD_AS_PRESENT))
    if is_odd or not len(text.split()) >= 4 or len(sentence) > LONGEST_SENTENCE or sentence.endswith((":", "…")):
        return False
    if (_DANGLING.match(text) and not is_next) or not (
        text[0].isupper() or sentence[0] == "`" or not text[0].isalpha()
    ):
        return False
    letters = sum(char.isalpha() or char in " `'" for char in sentence)
    if letters < 0.8 * len(sentence) or not _FINITE.search(text) or not _MODERN_WORDS & set(text.lower().split()):
        return False
    return not _is_order(text) and not internal_reason(sentence) and not has_code(mark(sentence))


_AFTER_PLURAL = words("of in on to for from with are can were")
_OBJECTS = words("the a an to all any")


def _is_order(text: str) -> bool:
    """Return whether a sentence begins with a bare verb or a verb without its subject: "Delete the volume"."""
    first, following, *_ = (*(word.strip("`,").lower() for word in text.split()), "", "")
    verb = english.verb(first)
    if verb is None:
        return first in ("is", "was", "are", "has", "were", "be", "do")
    if verb.form is Form.BASE:
        return verb.base not in english.NOUN_LIKE or following in _OBJECTS or (following == "x" and verb.base == "use")
    is_plural = verb.form is Form.THIRD and verb.base in english.NOUN_LIKE
    return not (is_plural and following in _AFTER_PLURAL)


def _plain(sentence: str) -> str:
    return "".join("x" if is_code else piece for piece, is_code in spans(sentence))


def _without_subject(sentence: str) -> str:
    """Return "This PR allows …" with the change as its subject."""
    return _SUBJECT_THIS.sub("This", sentence)


def formerly(sentence: str) -> str:
    """Return a past problem after the sentence that fixes it, as "Previously, instances were …"."""
    is_new = _NEWS.search(sentence) or not _PAST.search(sentence)
    if (
        is_new
        or _FORMERLY.match(sentence)
        or _DANGLING.match(sentence)
        or re.match(r"^this\b", sentence, re.IGNORECASE)
    ):
        return sentence
    first = sentence.split(maxsplit=1)[0]
    keeps = first[:1] == "`" or not first[1:].islower() or not first.isalpha()
    is_name = keeps and first.lower() not in ("a", "i")
    return f"Previously, {sentence if is_name else sentence[0].lower() + sentence[1:]}"

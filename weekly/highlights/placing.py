"""Put the phrase that names a part of the project into a sentence."""

from __future__ import annotations

import re

from weekly.text import english
from weekly.text.english import words
from weekly.text.patterns import lazy_pattern
from weekly.text.titles.code_spans import masked
from weekly.text.vocabulary import word_list

_CLAUSE = lazy_pattern(
    r" (?:when|if|in case|while|whenever|unless|until|so that|because|since|after|before|during|by [a-z]+ing|instead of|rather than"
    r"|to avoid"
    r"|to [a-z]+|as (?:it|this)|should|without|in which|which|where|that|due to|in order"
    r"|(?:for|in|on) (?:[a-z]+ ){1,2}(?:having|lacking|running|using))\b| \((?=[^)]*\)\W*$)"
)
AS_WRITTEN = "??"
"""The end of a phrase with a name that may be one of the code only."""
_MOST_WORDS_AS_WRITTEN = 11
_SCREEN = lazy_pattern(r"in the (?:GUI|TUI|UI|dashboard)$")
_SHOWN = lazy_pattern(
    r"\b(?:animation|button|colou?r|column|CSS|dialog|dropdown|form|icon|layout|menu|modal|nav|page|panel|pop(?:over|up)|safari|screen|sidebar"
    r"|status.?bar|tab|theme|toggle|tooltip|view)s?\b",
    re.IGNORECASE,
)
_CALL_OR_FLAG = lazy_pattern(r"`[a-z][\w-]* [^`]+`|`--[^`]+` (?:(?:flag|option) )?(?:for|in|to) ")
_KIND = lazy_pattern(r"^in the `[^`]+` (?:\w+ )?(\w+)$")
_OF_BUILD = lazy_pattern(r"\b(?:builds?|compil\w+|linking|meson|autotools)\b", re.IGNORECASE)
_TAKES_INFINITIVE = lazy_pattern(
    r"\b(?:abilit(?:y|ies)|able|allowed|attempt(?:s|ing)?|expected|fail(?:s|ing)?|failures?|having|how|means|need(?:s|ed|ing)?|not|option"
    r"|required|supposed|tries|trying|unable|unused|used|want(?:s|ed|ing)?|ways?|possible|impossible|possibility)$"
)
_ASKS_IF = lazy_pattern(
    r" (?:asks?|checks?|detects?|determines?|finds? out|knows?|sees?|tells?|tests?|verif(?:y|ies))$"
)
_HAS_PURPOSE = lazy_pattern(r"\b(?:command|endpoint|field|flag|key|option|parameter|rule|setting|subcommand)(?: `+)?$")
_ASKS_TO = lazy_pattern(r"(?:Allowed|Asked|Forced|Instructed) ")
_PHRASE_WORD = lazy_pattern(r"[A-Za-z][\w-]*")


def with_phrase(sentence: str, phrase: str) -> str:
    """Return a sentence with the phrase before its first clause, unchanged where it names the part already.

    A phrase that ends in "?" is general, and only helps short sentences. AS_WRITTEN ends one that may be a name of the
    code: it only stands at the end of a short sentence.
    """
    is_written = phrase.endswith(AS_WRITTEN)
    is_general = phrase.endswith("?") and not is_written
    phrase = phrase.rstrip("?")
    if whole := _with_noun(sentence, phrase):
        return whole
    if (phrase == "in the CLI" and _CALL_OR_FLAG.search(sentence)) or (
        _SCREEN.match(phrase) and _SHOWN.search(sentence)
    ):
        return sentence
    is_build = _OF_BUILD.search(sentence) and not phrase.endswith(" images")
    is_kind = (kind := _KIND.search(phrase)) and re.search(rf"\b{kind[1]}s?\b", sentence)
    is_needless = not phrase or _names(sentence, phrase) or is_build or is_kind
    if is_needless or (is_general and _is_placed(sentence)) or (is_written and _SAYS_WHERE.search(masked(sentence))):
        return sentence
    sentence = _IN_FUNCTION.sub(".", sentence)
    if (command := _COMMAND.match(phrase)) and (behaves := _BEHAVES.match(sentence)):
        return f"{command[1]} {behaves[1].lower()} {sentence[behaves.end() :]}"
    if phrase.startswith("in "):
        if _ENDS_IN_PLACE.search(sentence):
            return sentence
        phrase = _joint(sentence) + phrase[2:]
    elif _FOR_NAME.fullmatch(phrase) and " for " in sentence:
        phrase = f"{'on' if phrase[4:] in PLATFORMS else 'in'} {phrase[4:]}"
    if (match := _OF_ALL.match(phrase)) and (noun := re.search(rf"(?<!{match[1]} )\b{match[2]}\b", sentence)):
        return f"{sentence[: noun.start()]}{match[1]} {sentence[noun.start() :]}"
    at = _clause(sentence, phrase)
    is_quoted = sentence.count('"', 0, at) % 2 == 1  # a title in quotes has no place for it
    is_short = len(sentence.split()) <= _MOST_WORDS_AS_WRITTEN
    is_last = at == len(sentence.rstrip(".!?…"))
    stays = is_quoted or (is_written and not (is_short and is_last))
    return sentence if stays else f"{sentence[:at]} {phrase}{sentence[at:]}"


def _with_noun(sentence: str, phrase: str) -> str:
    """Return a sentence with the part as a noun of it, empty where the part is no noun of it."""
    if (match := _ADDED_WHOLE.match(sentence)) and (part := _PART.fullmatch(phrase)):
        return f"Added the {part[1]} {match['noun']}{match['rest']}"
    if (match := _CHANGED_WHOLE.match(sentence)) and (part := _PART.fullmatch(phrase)):
        joint = " for" if match["verb"].endswith("support") else ""
        return f"{match['verb']}{joint} {part[1]}{match['rest']}"
    if phrase in ("in `completion`", "in `completions`") and (match := _ADDED_NAME.match(sentence)):
        return f"Added completions for {match[1]}"
    if phrase.startswith("for ") and _LACKS_NOUN.search(sentence):
        return f"{sentence[:-1]} {phrase.removeprefix('for ')}."
    return ""


# What is added is the part itself: "Added a module" in `ion`.
_ADDED_WHOLE = lazy_pattern(
    r"Added (?:an? |the )?(?:new )?(?P<noun>"
    r"(?:backend|collector|command|component|driver|exporter|extractor|module|package|plugin|provider|theme))(?P<rest>\.| when .+)$"
)
# What is changed is the part itself: "Upgraded to 1.2" in `kiln`.
_CHANGED_WHOLE = lazy_pattern(
    r"(?P<verb>(?:Bumped|Downgraded|Updated|Upgraded)(?= to)|(?:Disabled|Enabled)(?= by)"
    r"|Added (?:(?:basic|experimental|initial) )?support(?=\.))(?P<rest> to v?\d[\w.-]*\.| by default\.|\.)$"
)
_ADDED_NAME = lazy_pattern(r"Added (?!.*\bcompletions?\b)(?!(?:an?|missing|more|new|some|support|the)\b)(.+)$")
_PART = lazy_pattern(r"(?:in|for) (?:the )?(`[\w.-]+`)(?: (?:backend|component|module|plugin|theme))?")
# What a command does now: "`lxc info` now shows the location".
_COMMAND = lazy_pattern(r"in (`(?:[a-z][\w-]* [^`]+|[A-Z]{1,6}\d{2,5})`)$")
_BEHAVES = lazy_pattern(r"(Now|No longer) (?![a-z]+s (?:in|on|from|to) `)")


def _joint(sentence: str) -> str:
    """Return the preposition of the part: something is added to it or removed from it, or happens in it."""
    joint = {"Added": "to", "Removed": "from", "Dropped": "from"}.get(sentence.partition(" ")[0], "in")
    if _FURTHER_VERB.search(sentence) or _ABILITY.search(sentence):
        return "in"
    is_joined = any(not _is_infinitive(match[0]) for match in re.finditer(rf" {joint} \S+", sentence))
    return "in" if is_joined else joint


_ABILITY = lazy_pattern(r"\b(?:ability|possibility|way) to ")
_FURTHER_VERB = lazy_pattern(r"(?:, |,? and )[a-z]+ed ")


def _clause(sentence: str, phrase: str) -> int:
    """Return the position of the first clause after the verb and its object, of the end where there is none.

    A short clause stays with its verb before the name of a part. "To `in_tail`" parts an option from what it is for.
    """
    may_part = phrase.startswith("to ")
    is_part = phrase.startswith(("in the ", "to the ")) or "`" in phrase or "-" in phrase
    hidden = masked(sentence)
    end = len(sentence.rstrip(".!?…"))
    least = 2 if sentence.startswith(("Now ", "No longer ")) else 1
    for match in _CLAUSE.finditer(hidden):
        before = hidden[: match.start()]
        has_purpose = bool(may_part and _HAS_PURPOSE.search(before))
        is_asked = not has_purpose and (_TAKES_INFINITIVE.search(before) or _ASKS_TO.match(before))
        is_object = match[0].startswith(" to ") and (not _is_infinitive(match[0], is_sure=has_purpose) or is_asked)
        is_cause = match[0].startswith(" by ") and before.endswith(("caused", "triggered"))
        is_asked_if = match[0] == " if" and _ASKS_IF.search(before)
        is_pair = before.endswith((" and", " or"))
        if not (is_object or is_cause or is_asked_if or is_pair) and len(before.split()) > least:
            start = match.start() - len(" only") * before.endswith(" only")
            clause = hidden[match.start() : end]
            stays = is_part and (start < match.start() or not _CONDITION.search(clause))
            return end if stays and len(clause.split()) <= _SHORT_CLAUSE else start
    return end


# Clauses that take the name of a part for a part of them, such as "before emitting".
_CONDITION = lazy_pattern(
    r"^ (?:as|because|if|since|so|to|unless|until|which|where|that|when it)\b|^ \(|(?:ed|ing)$| (?:it|them)$"
)
_SHORT_CLAUSE = 3
"""Words of a clause that stays before the phrase: "Now rebuilds only when affected in the `worker` plugin"."""


def _is_infinitive(words: str, *, is_sure: bool = False) -> bool:
    """Return whether words end in a verb. Where a verb is expected, one that may be a noun counts."""
    verb = english.verb(words.rsplit(maxsplit=1)[-1])
    return verb is not None and verb.form is english.Form.BASE and (is_sure or verb.base not in english.NOUN_LIKE)


PLATFORMS = words(
    "Android Azure CentOS Debian Fedora FreeBSD Gentoo Linux macOS NetBSD NixOS OpenBSD OpenStack Ubuntu VMware Windows"
)
_FOR_NAME = lazy_pattern(r"for (?!\w+s$)[A-Z][\w.-]+")
# "in the AppArmor profiles" of a sentence about a profile makes it an AppArmor profile.
_OF_ALL = lazy_pattern(r"in the ([A-Z]\w+) ([a-z]+s?)s$")
# An adjective whose noun is the part of the project: "Fixed restore on ephemeral" containers.
_LACKS_NOUN = lazy_pattern(
    r" (?:for|from|in|of|on|to|with) (?:clustered|ephemeral|nested|non-[a-z]+|remote|running|stopped|(?:un)?(?:managed|privileged))\.$"
)
# A function of C whose part is named: "Fixed a leak in `pool_exit`" for pools.
_IN_FUNCTION = lazy_pattern(r" in `[a-z]+(?:_[a-z0-9]+)+(?:\(\))?`\.$")
_ENDS_IN_PLACE = lazy_pattern(r" in `?[a-z./][\w./-]*`?\.$")
_PLACE = lazy_pattern(
    r"(?<!support) (?:for|from|in|of|on|within) (?!(?:boot|demand|errors?|exit|failures?|restore|shutdown|start|stop)\b)"
)
_SAYS_WHERE = lazy_pattern(
    r"(?:(?<!support) for (?=`)| (?:across|during|in|on|within) (?!`|(?:\w+ing|demand|error|exit|parallel)\b))"
)
_MOST_WORDS = 6


def _is_placed(sentence: str) -> bool:
    """Return whether a sentence says enough to do without a general phrase, such as "for networks?"."""
    return len(sentence.split()) > _MOST_WORDS or bool(_PLACE.search(sentence))


def _names(sentence: str, phrase: str) -> bool:
    """Return whether a sentence has the telling word of a phrase, or its whole command."""
    if match := _COMMAND.match(phrase):
        call = match[1].strip("`")
        last = call.rpartition(" ")[2]
        return any(name in sentence for name in (call, f"`{last}`", f"{last} command")) or f"`{last} " in sentence
    low = re.sub(r"[^a-z0-9]+", " ", sentence.lower()).replace("virtual machine", "vm").replace("qemu", "qemu vm")
    telling = [word for word in _PHRASE_WORD.findall(phrase) if word.lower() not in word_list("filling")]
    telling = telling or [word for word in _PHRASE_WORD.findall(phrase) if len(word) > 3]
    plain = [re.sub(r"[^a-z0-9]+", " ", _singular(word).lower()).strip().replace("qemu", "vm") for word in telling]
    squeezed = low.replace(" ", "")
    return any(f" {word}" in f" {low}" or (len(word) > _LONG and word in squeezed) for word in plain if len(word) > 1)


def _singular(word: str) -> str:
    """Return "VM" for "VMs". Short words such as "ls" and "cos" are no plurals."""
    return word.removesuffix("s") if len(word) > 3 or word[:-1].isupper() else word


_LONG = 6
"""Letters above which a name is found in a sentence though it is written in two words there."""

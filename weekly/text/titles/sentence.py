"""Turn a title into a sentence in the past tense; where that isn't safe, its words stay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weekly.text import english
from weekly.text.english import Form, Verb, words
from weekly.text.titles.code_spans import NAMES, mark
from weekly.text.titles.parse import ADVERB, NEGATIVE, apart, verb_at
from weekly.text.titles.phrases import FUNCTION, tail, with_article


def sentence(title: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """A title as a sentence: no scope, in the past tense, code in code spans, a full stop."""
    parts = apart(title)
    if parts.reverts:
        return _finished(f'Reverted "{parts.reverts}"')
    if len(parts.text.split()) < 2 and parts.scope:
        return _finished(mark(f"{parts.scope}: {parts.text}", commands=commands, names=names))
    text = mark(parts.text, commands=commands, names=names)
    said = _told(text) or text
    is_tool = said.replace("-", " ").partition(" ")[0] in commands
    return _finished(said) if not is_tool else said[0] + _finished(said)[1:]


def told(text: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """A sentence of a description in the same voice: one that begins "Replaces …" is told in the past, others stay."""
    text = mark(text, commands=commands, names=names)
    verb = verb_at(text)
    rest = text.partition(" ")[2]
    if verb is None or verb.form is not Form.THIRD or english.is_behaviour(verb.base):
        return _finished(text)
    return _finished(_joined(english.past(verb.base).capitalize(), _thirds(rest)) or text)


_THIRD_AFTER = re.compile(r"(,? and |, )(?:also )?([a-z-]+s)\b(?= [a-z`])")


def _thirds(text: str) -> str | None:
    """The rest of such a sentence; None where a second verb is joined that would have to be turned as well."""
    for match in _THIRD_AFTER.finditer(text):
        verb = english.verb(match[2])
        if verb is not None and verb.form is Form.THIRD:
            return None
    return text


def _finished(text: str) -> str:
    text = text.strip().rstrip(",;:").rstrip()
    if not text:
        return ""
    if "a" <= text[0] <= "z" and not text.startswith(("http:", "https:")):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _told(text: str) -> str:
    """The text as something that was done; empty where that can't be told safely."""
    if match := NEGATIVE.match(text):
        return _negated(text[match.end() :])
    if match := ADVERB.match(text):
        return _qualified(match[1].lower(), text[match.end() :])
    if text.lower().startswith("support for "):
        return f"Added {text[0].lower()}{text[1:]}"
    verb = verb_at(text)
    if verb is None:
        return ""
    rest = _after_first_word(text)
    if re.match(r"(?:and|&|\+|/|or)\s", rest):
        return _pair(verb, rest)
    return _done(verb, rest)


def _after_first_word(text: str) -> str:
    return text.partition(" ")[2].strip()


_CRASHES = {"crash": "a crash", "panic": "a panic", "hang": "a hang", "deadlock": "a deadlock", "segfault": "a crash"}
_CIRCUMSTANCE = words("when on in during while where with after at for due whenever before")


_MANNER = re.compile(r"^(?:[a-z]+ly|always|ever|also) ")


def _negated(text: str) -> str:
    """A title that forbids: "Don't crash by …" tells of a crash that was fixed; any other "don't" of what is no longer done."""
    verb = verb_at(text)
    first = text.split(maxsplit=1)[0].lower() if text else ""
    rest = _after_first_word(text)
    start = rest.split(maxsplit=1)[0].lower() if rest else ""
    if first in _CRASHES:
        if start == "by":
            return f"Fixed {_CRASHES[first]} caused {rest}"
        if start == "if":
            return f"Fixed {_CRASHES[first]} when{rest[2:]}"
        if not rest or start in _CIRCUMSTANCE:
            return f"Fixed {_CRASHES[first]} {rest}"
    if first == "leak" and rest and start not in FUNCTION:
        return f"Fixed a leak of {rest}"
    if match := _MANNER.match(text):
        manner, text = match[0], text[match.end() :]
        first, rest = text.split(maxsplit=1)[0].lower() if text else "", _after_first_word(text)
        verb = None
    else:
        manner = ""
    verb = verb or english.verb(first)
    if verb is None or verb.form is not Form.BASE or verb.base in ("be", "have", "do"):
        return ""
    return _joined(f"No longer {manner}{english.third(verb.base)}", tail(with_article(verb.base, rest), Form.THIRD))


def _qualified(adverb: str, text: str) -> str:
    first = text.split(maxsplit=1)[0].lower() if text else ""
    verb = english.verb(first)
    if verb is None or verb.form is not Form.BASE or verb.base in ("be", "have", "do"):
        return ""
    rest = _after_first_word(text)
    is_change = not english.is_behaviour(verb.base) and verb.base not in ("set", "use")
    if is_change and (adverb == "also" or verb.base == "fix"):
        return _joined(
            f"{adverb.capitalize()} {english.past(verb.base)}", tail(with_article(verb.base, rest), Form.PAST)
        )
    if adverb == "better":
        return f"Improved handling of {rest}" if verb.base == "handle" else ""
    return _joined(f"Now {adverb} {english.third(verb.base)}", tail(with_article(verb.base, rest), Form.THIRD))


def _pair(verb: Verb, rest: str) -> str:
    """Turn both verbs of "Fix and improve X", which share what follows."""
    match = re.match(r"(and|&|\+|/|or)\s+([A-Za-z-]+)\s+(?=\S)", rest)
    other = english.verb(match[2]) if match else None
    if match is None or other is None or match[1] == "or" or other.form is not verb.form:
        return ""
    rest = rest[match.end() :]
    if english.is_behaviour(verb.base) and verb.form is not Form.PAST:
        lead = f"Now {english.third(verb.base)} and {english.third(other.base)}"
        return _joined(lead, tail(rest, Form.THIRD, verb.form))
    if english.is_behaviour(verb.base) or english.is_behaviour(other.base):
        return ""
    lead = f"{english.past(verb.base).capitalize()} and {english.past(other.base)}"
    return _joined(lead, tail(rest, Form.PAST, verb.form))


_CONDITIONAL = re.compile(r"\b(?:only|when|if|unless|while)\b")
_ALTERNATIVE = re.compile(r"\b(?:instead of|rather than|over|for|to)\b")


def _done(verb: Verb, rest: str) -> str:
    base = verb.base
    if base == "support" and rest:
        return _joined("Added support for", tail(rest, Form.PAST, verb.form))
    if base == "cleanup" and rest.partition(" ")[0].lower() in _CIRCUMSTANCE:
        return _joined("Now cleans up", tail(rest, Form.THIRD, verb.form))
    if base == "use" and verb.form is not Form.PAST:
        first = rest.split(maxsplit=1)[0].lower() if rest else ""
        if (
            _ALTERNATIVE.search(rest)
            and not _CONDITIONAL.search(rest)
            and first not in ("correct", "right", "proper", "own")
        ):
            return _joined("Switched to", tail(rest, Form.PAST, verb.form))
        return _joined("Now uses", tail(with_article(base, rest), Form.THIRD, verb.form))
    if english.is_behaviour(base) and verb.form is not Form.PAST and (base, verb.form) not in _ONCE:
        return _joined(f"Now {english.third(base)}", tail(with_article(base, rest), Form.THIRD, verb.form))
    if verb.form is Form.GERUND and not rest:
        return ""
    return _joined(english.past(base).capitalize(), tail(with_article(base, rest), Form.PAST, verb.form))


_ONCE = frozenset((base, form) for base in ("stop", "start") for form in Form)


def _joined(lead: str, rest: str | None) -> str:
    return "" if rest is None else f"{lead} {rest}".rstrip()

"""Take a title apart, and turn it into a sentence in the past tense; where that isn't safe, its words stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from weekly.titles import english
from weekly.titles.english import Form, Verb, words
from weekly.titles.identifiers import NAMES, mark, spans


class Title(NamedTuple):
    """The parts of a title: `[RFC] lxd/api: Add foo (stable-5.0)` is about `lxd/api`, says `Add foo`, for `stable-5.0`."""

    scope: str
    text: str
    verb: Verb | None
    branch: str = ""
    reverts: str = ""


_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"^\[([^\[\]]{1,30})\]:?\s+(?=\S)")
_SCOPE = re.compile(r"""^([^\s:"'`(),][^:"'`]{0,60}?)!?\s?:\s+(?=\S)""")
_MORE_PARTS = re.compile(r" \+ [\w./-]+: ")
_BRANCH = re.compile(r"\s*[(\[](?:for |backport to )?((?:stable|release)[-/ ]?[\w.-]+)[)\]]\.?$", re.IGNORECASE)
_LEADING_BRANCH = re.compile(r"^(?:stable|release)[-/]?[\w.]*$", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\s*(?:\((?:(?:fix(?:es)?|close[sd]?|resolve[sd]?|see|issue|gh|bug)[: ]*)?#\d+\)|(?<![\w#])#\d+)\.?$", re.IGNORECASE
)
_FIX_OF_ISSUE = re.compile(r"^fix(?:es)? (?:issue |bug )?#\d+$", re.IGNORECASE)
_REVERT = re.compile(r"""^(?:Revert|Reverts|Reverted) ["“](.+?)["”]?$""", re.IGNORECASE)


def apart(title: str) -> Title:
    """Take a title apart."""
    text = _SPACE.sub(" ", title).strip()
    branch = ""
    if match := _BRANCH.search(text):
        text, branch = text[: match.start()], match[1]
    while match := _TAG.match(text):
        text = text[match.end() :]
        branch = branch or (match[1] if _LEADING_BRANCH.match(match[1]) else "")
    while (match := _REFERENCE.search(text)) and match.start():
        if text[: match.start()].lower().endswith((" issue", " bug", " pr", " in", " of", " for", " to")):
            break
        text = text[: match.start()]
    if match := _REVERT.match(text):
        return Title(scope="", text=text, verb=Verb("revert", Form.BASE), branch=branch, reverts=match[1])
    scope, text = _scope(text)
    return Title(scope=scope, text=text, verb=_leading_verb(text), branch=branch)


def _scope(text: str) -> tuple[str, str]:
    found = []
    while (match := _SCOPE.match(text)) and _is_scope(match[1]) and not _MORE_PARTS.search(text):
        found.append(match[1])
        text = text[match.end() :]
        if _FIX_OF_ISSUE.match(match[1]):
            return "", f"Fix {text}"
    if found and found[0].partition("(")[0].lower() == "fix" and _leading_verb(text) is None and _names_fault(text):
        text = f"Fix {text}"
    return ": ".join(found), text


def _names_fault(text: str) -> bool:
    """Whether a noun title of a `fix:` names what was wrong, so that "Fixed" can stand before it."""
    phrase = re.split(r" (?:in|on|when|with|for|of|at|during|after|if|while|by|from)\b", text, maxsplit=1)[0]
    return phrase.split()[-1].lower().removesuffix("s") in _FAULTS


def _is_scope(scope: str) -> bool:
    words = scope.split()
    if _FIX_OF_ISSUE.match(scope):
        return True
    if len(words) > 3 or scope.lower().endswith(("http", "https", "note")):
        return False
    first = english.verb(words[0])
    return len(words) == 1 or first is None or first.base in english.NOUN_LIKE


_NEGATIVE = re.compile(r"^(?:don['’]?t|do not|doesn['’]t|does not|never)\s+", re.IGNORECASE)
_ADVERB = re.compile(
    r"^(only|always|properly|correctly|automatically|explicitly|actually|also|consistently|silently|gracefully|better"
    r"|directly|immediately|temporarily)\s+",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"^([A-Za-z]+(?:-[a-z]+)?)(?=\s|$)")
_END_NOUNS = re.compile(
    r"\b(?:bug ?fix(?:es)?|fix(?:es)?|improvements?|clean-?ups?|tweaks?|refactor(?:ing)?|enhancements?|follow-?ups?"
    r"|optimi[sz]ations?|fixups?|rework|hardening)$",
    re.IGNORECASE,
)
_FUNCTION = words(
    "a an and as at after because before between but by due during for from if in into instead of on only or over per"
    " since so than that the this to under unless until using via when where whether which while with within without"
    " through across against not it its their is are was were isn't being"
)
_PREPOSITIONS = words("for to in on from of with and or & +")


def _leading_verb(text: str) -> Verb | None:
    """The verb that a title's words begin with, after "don't", "also" and their like; None for a noun title."""
    rest = text
    for lead in (_NEGATIVE, _ADVERB):
        rest = lead.sub("", rest)
    return _verb_at(rest)


def _verb_at(text: str) -> Verb | None:
    match = _FIRST_WORD.match(text)
    verb = english.verb(match[1]) if match else None
    if match is None or verb is None or verb.base in _NEVER_TURNED:
        return None
    rest = text[match.end() :].split()
    following = rest[0].lower().strip(",") if rest else ""
    if verb.form is Form.THIRD and match[1].lower() in english.PLURAL_NOUNS and (not rest or following in _PREPOSITIONS):
        return None
    if verb.base in english.NOUN_LIKE and verb.form is Form.BASE and _is_noun_title(verb.base, following, text):
        return None
    if verb.form is Form.PAST and verb.base not in ("add", "fix", "remove", "change", "update", "use", "make", "set"):
        # "Improved validation" and "Shared filesystems" are no news of what somebody did, or stand as they are.
        return None
    return None if not rest and verb.form is not Form.BASE else verb


_TAKES_GERUND = words("fix need prefix rework start stop support test try use")
_TAKES_PREPOSITION = frozenset(
    {("check", "for"), ("wait", "for"), ("wait", "on"), ("look", "for"), ("search", "for"), ("switch", "to"), ("move", "to")}
    | {("return", "from"), ("start", "with"), ("run", "in"), ("run", "on"), ("copy", "from"), ("copy", "to"), ("update", "to")}
    | {("watch", "for"), ("check", "with"), ("mount", "with"), ("cleanup", "on"), ("build", "with"), ("upgrade", "to"), ("transition", "to")}
    | {(base, word) for base in ("fix", "cleanup", "update", "rework", "refactor") for word in ("and", "+", "&")}
)


def _is_noun_title(base: str, following: str, text: str) -> bool:
    if following.endswith("ing") and base not in _TAKES_GERUND:
        return True
    if following in _PREPOSITIONS and (base, following) not in _TAKES_PREPOSITION:
        return True
    return _END_NOUNS.search(text) is not None and not _FUNCTION.intersection(text.lower().split()) and base != "fix"


def sentence(title: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """A title as a sentence: no scope, in the past tense, code in code spans, a full stop."""
    parts = apart(title)
    if parts.reverts:
        return _finished(f'Reverted "{parts.reverts}"')
    if parts.verb is None and len(parts.text.split()) < 2 and parts.scope:
        return _finished(mark(f"{parts.scope}: {parts.text}", commands=commands, names=names))
    text = mark(parts.text, commands=commands, names=names)
    said = _told(text) or text
    is_tool = re.split(r"[\s-]", said, maxsplit=1)[0] in commands
    return _finished(said) if not is_tool else said[0] + _finished(said)[1:]


def told(text: str, *, commands: Sequence[str] = (), names: Sequence[str] = NAMES) -> str:
    """A sentence of a description in the same voice: one that begins "Replaces …" is told in the past, others stay."""
    text = mark(text, commands=commands, names=names)
    verb = _verb_at(text)
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
    first = re.match(r"[a-z][\w-]*", text)
    if first and not text.startswith(("http:", "https:")):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def _told(text: str) -> str:
    """The text as something that was done; empty where that can't be told safely."""
    if match := _NEGATIVE.match(text):
        return _negated(text[match.end() :])
    if match := _ADVERB.match(text):
        return _qualified(match[1].lower(), text[match.end() :])
    if text.lower().startswith("support for "):
        return f"Added {text[0].lower()}{text[1:]}"
    verb = _verb_at(text)
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
    """ "Don't crash by …" tells of a crash that was fixed; any other "don't" of what is no longer done."""
    verb = _verb_at(text)
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
    if first == "leak" and rest and start not in _FUNCTION:
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
    tail = _tail(rest, Form.THIRD)
    return _joined(f"No longer {manner}{english.third(verb.base)}", tail)


def _qualified(adverb: str, text: str) -> str:
    first = text.split(maxsplit=1)[0].lower() if text else ""
    verb = english.verb(first)
    if verb is None or verb.form is not Form.BASE or verb.base in ("be", "have", "do"):
        return ""
    rest = _after_first_word(text)
    is_change = not english.is_behaviour(verb.base) and verb.base not in ("set", "use")
    if is_change and (adverb == "also" or verb.base == "fix"):
        return _joined(f"{adverb.capitalize()} {english.past(verb.base)}", _tail(_object(verb.base, rest), Form.PAST))
    if adverb == "better":
        return f"Improved handling of {rest}" if verb.base == "handle" else ""
    tail = _tail(rest, Form.THIRD)
    return "" if tail is None else f"Now {adverb} {english.third(verb.base)} {tail}"


def _pair(verb: Verb, rest: str) -> str:
    """ "Fix and improve X": two verbs that share what follows."""
    match = re.match(r"(and|&|\+|/|or)\s+([A-Za-z-]+)\s+(?=\S)", rest)
    other = english.verb(match[2]) if match else None
    if match is None or other is None or match[1] == "or" or other.form is not verb.form:
        return ""
    behaves = english.is_behaviour(verb.base)
    if english.is_behaviour(other.base) or behaves:
        tail = _tail(rest[match.end() :], Form.THIRD, verb.form) if behaves and verb.form is not Form.PAST else None
        return "" if tail is None else f"Now {english.third(verb.base)} and {english.third(other.base)} {tail}"
    tail = _tail(rest[match.end() :], Form.PAST, verb.form)
    return "" if tail is None else f"{english.past(verb.base).capitalize()} and {english.past(other.base)} {tail}"


_CONDITIONAL = re.compile(r"\b(?:only|when|if|unless|while)\b")
_ALTERNATIVE = re.compile(r"\b(?:instead of|rather than|over|for|to)\b")


def _done(verb: Verb, rest: str) -> str:
    base = verb.base
    if base == "support" and rest:
        return _joined("Added support for", _tail(rest, Form.PAST, verb.form))
    if base == "cleanup" and rest.split()[0].lower() in _CIRCUMSTANCE if rest else False:
        return _joined("Now cleans up", _tail(rest, Form.THIRD, verb.form))
    if base == "use" and verb.form is not Form.PAST:
        first = rest.split(maxsplit=1)[0].lower() if rest else ""
        if _ALTERNATIVE.search(rest) and not _CONDITIONAL.search(rest) and first not in ("correct", "right", "proper", "own"):
            return _joined("Switched to", _tail(rest, Form.PAST, verb.form))
        return _joined("Now uses", _tail(rest, Form.THIRD, verb.form))
    if english.is_behaviour(base) and verb.form is not Form.PAST and (base, verb.form) not in _ONCE:
        return _joined(f"Now {english.third(base)}", _tail(rest, Form.THIRD, verb.form))
    if verb.form is Form.GERUND and not rest:
        return ""
    return _joined(english.past(base).capitalize(), _tail(_object(base, rest), Form.PAST, verb.form))


_ONCE = frozenset((base, form) for base in ("stop", "start", "rewrite", "rebuild") for form in Form)


def _joined(lead: str, tail: str | None) -> str:
    return "" if tail is None else f"{lead} {tail}".rstrip()


_CONJUNCTION = re.compile(r"(,? and|,| \+| &|;) (?=([a-z-]+)\b(?: ([^\s,]+))?)")
_GOVERNED = re.compile(r"\b(?:to|can|could|will|would|must|should|may|might|let|lets|not|cannot|can't|does|do)\b")
_CLAUSE = re.compile(r"\b(?:when|if|that|which|where|while|who|until|before|after)\b")
_DETERMINERS = words("the a an its their all some any it them this that these those each every")
_NEVER_TURNED = words("be do have don't")


def _tail(text: str, form: Form, spoken: Form = Form.BASE) -> str | None:
    """What follows the verb, with the verbs that are joined to it in the same form; None where that is unsure."""
    out, end = [], 0
    plain = "".join("`" * len(piece) if is_code else piece for piece, is_code in spans(text))
    for match in _CONJUNCTION.finditer(plain):
        word, following = match[2], match[3] or ""
        verb = english.verb(word)
        if word in _NEVER_TURNED and match[1] != ",":
            return None
        if word in _NEVER_TURNED:
            return None
        if verb is None or verb.form is not spoken or spoken is form:
            continue
        turn = _is_joined_verb(verb.base, following, plain[: match.start()])
        if turn is None:
            return None
        if turn:
            inflected = english.past(verb.base) if form is Form.PAST else english.third(verb.base)
            out += [text[end : match.end()], inflected]
            end = match.end() + len(word)
    return "".join(out) + text[end:]


def _is_joined_verb(base: str, following: str, before: str) -> bool | None:
    """Whether a word after "and" is a verb beside the first; None where nobody can tell."""
    if _GOVERNED.search(before):
        return False
    if not following or following.lower() in _PREPOSITIONS:
        return False
    if base in english.NOUN_LIKE:
        if following.lower() in _DETERMINERS:
            return None if _CLAUSE.search(before) else True
        return False if len(before.split()) < 2 else None
    if _CLAUSE.search(before) and english.is_behaviour(base):
        return None
    return True


# Nouns of which there is one at a time: "Fix crash" is said "Fixed a crash".
_FAULTS = words(
    "bug crash race condition hang deadlock panic leak regression typo overflow failure issue problem segfault mismatch"
    " mistake oversight"
)
_THINGS = words(
    "argument bug button check column command constraint endpoint event extension field flag function helper hook key limit message"
    " method option page parameter prefix property setting string test timeout tool type value variable version wrapper"
)
_MEASURES = words("number amount level size order count rate use")
_WRONG = words("wrong incorrect bad broken invalid possible potential rare missing")
_GIVES = words("add implement introduce provide readd re-add reintroduce re-introduce")
_TAKES = words("remove drop deprecate rename")
_NO_ARTICLE = _FUNCTION | _DETERMINERS | words(
    "various several multiple many more most few two three both no other another such new-style all one first second"
)


def _object(base: str, rest: str) -> str:
    """What a verb is about, with its article where that is sure."""
    words = re.findall(r"`[^`]*`|\S+", rest)
    phrase: list[str] = []
    for word in words:
        if word.lower() in _FUNCTION or word.lower() in ("&", "+"):
            break
        phrase.append(word)
        if word.endswith((",", ";", ":", ".")):
            break
    following = words[len(phrase)].lower() if len(words) > len(phrase) else ""
    phrase = _to_head(phrase)
    if not phrase or phrase[0].lower() in _NO_ARTICLE or any(word.endswith(("'s", "’s")) for word in phrase):
        return rest
    found = _article_for(base, phrase, following)
    return f"{found} {rest}" if found else rest


def _to_head(phrase: list[str]) -> list[str]:
    """Cut a phrase after its noun where a gerund or a participle follows: "issue handling names"."""
    for place, word in enumerate(phrase[1:], start=1):
        if word.endswith("ing") and phrase[place - 1].lower() in _FAULTS:
            return phrase[:place]
    return phrase


def _article_for(base: str, phrase: list[str], following: str) -> str:
    head = phrase[-1].strip(",.;:").lower()
    first = phrase[0].lower()
    if following == "of" and len(phrase) < 3 and (head in _MEASURES):
        return "the"
    if base in _TAKES:
        return "the" if head in _THINGS and phrase[0].startswith("`") and len(phrase) > 1 else ""
    if following in ("and", "or", "&", "+") and head not in _FAULTS:
        return ""
    if base in ("fix", "prevent", "resolve", "address"):
        fits = head in _FAULTS or (head in _THINGS and base == "fix" and first in _WRONG)
        return english.article(" ".join(phrase)) if fits else ""
    if base in _GIVES and head in _THINGS and (head != "version" or len(phrase) > 1):
        return english.article(" ".join(phrase))
    return ""

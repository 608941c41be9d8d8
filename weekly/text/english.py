"""Inflect verbs, choose articles and write numbers and lists in English."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from weekly.text.patterns import lazy_pattern
from weekly.text.vocabulary import word_list


def words(listed: str) -> frozenset[str]:
    """Return a set of words that are separated by blanks."""
    return frozenset(listed.split())


class Form(Enum):
    """The form in which a verb was found."""

    BASE = "base"
    THIRD = "third"
    PAST = "past"
    GERUND = "gerund"


class Verb(NamedTuple):
    """A verb at the beginning of a text, with its form. `adds` is (add, THIRD)."""

    base: str
    form: Form


# What somebody does to a project: "Added", "Reworked". The past says it.
_CHANGES = word_list("changes")

# What a program does as it runs: "Returned the error" would tell of one time. "Now returns the error" is meant.
_BEHAVES = word_list("behaves")

_IRREGULAR = {
    "be": "was", "begin": "began", "bind": "bound", "bring": "brought", "build": "built", "cast": "cast",
    "catch": "caught", "choose": "chose", "cut": "cut", "deal": "dealt", "do": "did", "draw": "drew", "fall": "fell",
    "find": "found", "forbid": "forbade", "forget": "forgot", "freeze": "froze", "get": "got", "give": "gave",
    "grow": "grew", "hang": "hung", "have": "had", "hide": "hid", "hold": "held", "keep": "kept", "leave": "left",
    "let": "let", "make": "made", "override": "overrode", "overwrite": "overwrote", "put": "put", "quit": "quit",
    "re-write": "re-wrote", "read": "read", "rebuild": "rebuilt", "redo": "redid", "reset": "reset",
    "rewrite": "rewrote", "rid": "rid", "run": "ran", "send": "sent", "set": "set", "show": "showed",
    "shrink": "shrank", "shut": "shut", "speed": "sped", "split": "split", "spread": "spread", "take": "took",
    "teach": "taught", "tell": "told", "think": "thought", "throw": "threw", "undo": "undid", "unfreeze": "unfroze",
    "unhide": "unhid", "unset": "unset", "wake": "woke", "write": "wrote",
}  # fmt: skip

# Two words written as one: "timeout" is no verb, "time out" is.
_PARTED = {
    "cleanup": ("clean", "up"),
    "fallback": ("fall", "back"),
    "fixup": ("fix", "up"),
    "lookup": ("look", "up"),
    "rollback": ("roll", "back"),
    "setup": ("set", "up"),
    "shutdown": ("shut", "down"),
    "speedup": ("speed", "up"),
    "timeout": ("time", "out"),
    "workaround": ("work", "around"),
}

_DOUBLING = word_list("doubling")
_DOUBLED_ALIKE = {"format": "formatted", "reformat": "reformatted"}

NOUN_LIKE = word_list("noun_like")
"""Verbs that are nouns as often: "Fix copy and move of volumes"."""

FAULT_VERBS = words("crash deadlock die error fail forget hang leak panic segfault timeout")
"""Verbs of what goes wrong: at the beginning of a title they name it, nobody sets out to do it."""

PLURAL_NOUNS = words(
    "alerts builds caches commits filters groups indexes inputs lists outputs queries records reports restores traces triggers"
    " changes checks fixes updates tweaks tests uses backports limits logs moves exports imports forwards routes aliases hooks requests"
    " errors"
)
"""Third persons that are plural nouns before a preposition: "Fixes for external calling"."""


class _Forms(NamedTuple):
    third: str
    past: str
    gerund: str


def _inflected(base: str) -> _Forms:
    if base in _PARTED:
        first, second = _PARTED[base]
        return _Forms(*(f"{form} {second}" for form in _inflected(first)))
    doubled = _DOUBLED_ALIKE.get(base, base + base[-1] + "ed" if base in _DOUBLING else "")
    stem = base[:-1]
    is_y = base.endswith("y") and base[-2] not in "aeiou"
    if base in ("be", "have"):
        third = {"be": "is", "have": "has"}[base]
    elif base.endswith(("s", "x", "z", "ch", "sh", "o")):
        third = base + "es"
    else:
        third = stem + "ies" if is_y else base + "s"
    past = doubled or (base + "d" if base.endswith("e") else stem + "ied" if is_y else base + "ed")
    if base in ("get", "let", "put", "cut", "begin"):
        gerund = base + "ting"
    elif base.endswith("ie"):
        gerund = base[:-2] + "ying"
    elif base.endswith("e") and base != "be":
        gerund = stem + "ing"
    else:
        gerund = f"{doubled.removesuffix('ed') or base}ing"
    return _Forms(third, _IRREGULAR.get(base, past), gerund)


_FORMS = {base: _inflected(base) for base in sorted(_CHANGES | _BEHAVES | words("be do have"))}
_BEHAVIOUR = _BEHAVES - _CHANGES
_BY_FORM: dict[str, Verb] = (
    {forms.gerund: Verb(base, Form.GERUND) for base, forms in _FORMS.items()}
    | {forms.past: Verb(base, Form.PAST) for base, forms in _FORMS.items()}
    | {forms.third: Verb(base, Form.THIRD) for base, forms in _FORMS.items()}
    | {base: Verb(base, Form.BASE) for base in _FORMS}
    | {word: Verb("deduplicate", Form.BASE) for word in ("dedup", "de-dup", "dedupe", "de-duplicate")}
    | {"un-hide": Verb("unhide", Form.BASE)}
)


_NO_VERBS = word_list("no_verbs")
BOUND_WORDS = ("bind-", "bulk-", "double-", "force-", "hot-", "live-", "shuffle-")
"""Beginnings of compound verbs: "force-remove"."""
_PREFIXED = lazy_pattern(rf"(?:(?:re|un|de|dis|pre|auto|over|mis)-?|(?:{'|'.join(BOUND_WORDS)}))([a-z]{{3,}})")
_VERBAL = lazy_pattern(r"[a-z]{3,}(?:ify|i[sz]e)")
_INFLECTED = lazy_pattern(r"([a-z-]{3,}?)(ifie[sd]|i[sz]e[sd])")


def verb(word: str) -> Verb | None:
    """Return the verb that a word is a form of, whatever its capitals, None for any other word."""
    low = word.lower()
    return _BY_FORM.get(low) or _derived(low)


def _derived(word: str) -> Verb | None:
    """Read a verb that no list has by its prefix or suffix, as "unmask" or "canonify"."""
    if word in _NO_VERBS or word in NOUN_LIKE:
        return None
    if (match := _PREFIXED.fullmatch(word)) and (root := _BY_FORM.get(match[1])) and match[1] not in _NO_VERBS:
        lead = word[: -len(match[1])]
        return Verb(lead + root.base, root.form) if root.form is not Form.GERUND else None
    if _VERBAL.fullmatch(word):
        return Verb(word, Form.BASE)
    if match := _INFLECTED.fullmatch(word):
        stem = word[:-1] if match[2][1] in "sz" else word[:-3] + "y"
        return Verb(stem, Form.THIRD if word.endswith("s") else Form.PAST)
    return None


def past(base: str) -> str:
    """Return the past tense, as `added` for `add`."""
    return _forms(base).past


def uncapitalised(text: str) -> str:
    """Return a text without the capital of its first word, unless more of its letters are capitals."""
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def is_plural(phrase: str) -> bool:
    """Return whether a noun phrase without what follows its noun is plural, as its last letters have it."""
    return _PLURAL.search(phrase) is not None


_PLURAL = lazy_pattern(r"(?<![aiosu])s$")


def third(base: str) -> str:
    """Return the third person, as `skips` for `skip`."""
    return _forms(base).third


def gerund(base: str) -> str:
    """Return the gerund, as `skipping` for `skip`."""
    return _forms(base).gerund


def _forms(base: str) -> _Forms:
    """Return a verb's forms. A derived verb has those of its root, so that "rerun" becomes "reran"."""
    if base in _FORMS:
        return _FORMS[base]
    match = _PREFIXED.fullmatch(base)
    if match is None or match[1] not in _FORMS:
        return _inflected(base)
    return _Forms(*(base[: -len(match[1])] + form for form in _FORMS[match[1]]))


def is_behaviour(base: str) -> bool:
    """Return whether a verb says what the program does as it runs."""
    if base in _FORMS:
        return base in _BEHAVIOUR
    match = _PREFIXED.fullmatch(base)
    return match is not None and match[1] in _BEHAVIOUR


# Initials that are spelt out begin with a vowel's sound: "an LXD". These are pronounced as words.
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_PRONOUNCED = word_list("pronounced")
_SPELT_OUT = tuple(word_list("spelt_out"))
_INITIALS_FIRST = lazy_pattern(r"([A-Z]{2,})[a-z]")
_SILENT = ("hour", "honest", "heir")
_CONSONANT_SOUND = (
    "uni",
    "use",
    "usa",
    "usb",
    "user",
    "utc",
    "uid",
    "uuid",
    "uri",
    "url",
    "uv_",
    "one",
    "once",
    "eu",
    "ubu",
)


def article(phrase: str) -> str:
    """Return `a` or `an` by a phrase's first sound, without the marks of a code span."""
    word = phrase.lstrip("`\"'-_/.<").split(maxsplit=1)[0].strip("`\"'") if phrase.strip("`\"'-_/.< ") else ""
    initials = word.split("-")[0].split("/")[0]
    if initials.isupper() and len(initials) > 1 and initials not in _PRONOUNCED and "_" not in initials:
        return "an" if initials[0] in _VOWEL_LETTERS else "a"
    if (match := _INITIALS_FIRST.match(word)) and match[1] not in _PRONOUNCED:
        return "an" if word[0] in _VOWEL_LETTERS else "a"  # "an SDist"
    low = word.lower()
    if low.startswith((*_SPELT_OUT, *_SILENT)):
        return "an"
    if low.startswith(_CONSONANT_SOUND) and not low.startswith(("unin", "unim")):
        return "a"
    return "an" if low[:1] and low[0] in "aeiou" else "a"


def listed(items: list[str]) -> str:
    """Join items as `a`, `a and b` or `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(number: int, noun: str, *, plural: str = "") -> str:
    """`one change`, `three changes`, `13 changes`."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"


def numbered(number: int, noun: str, *, plural: str = "") -> str:
    """`1 change`, `3 changes`, `1,000 changes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"

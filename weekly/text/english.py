"""The little English that a drafted sentence needs: the forms of verbs, articles, numbers and lists."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from weekly.text.vocabulary import word_list


def words(listed: str) -> frozenset[str]:
    """A set of words, written as they are read."""
    return frozenset(listed.split())


class Form(Enum):
    """The form in which a verb was found."""

    BASE = "base"
    THIRD = "third"
    PAST = "past"
    GERUND = "gerund"


class Verb(NamedTuple):
    """A verb that was found at the beginning of something: `adds` is (add, THIRD)."""

    base: str
    form: Form


# What somebody does to a project: "Added", "Reworked". The past says it.
_CHANGES = words(
    "abstract adapt add address adjust adopt align allow amend annotate apply assign attach audit avoid backport "
    "benchmark bring bump centralize change cherry-pick clarify clean cleanup combine complete confine "
    "consolidate constify convert correct cover create decouple dedupe deduplicate define demote deprecate derive "
    "detach differentiate disable disallow discard disentangle distinguish document drop enable encrypt enforce "
    "enhance ensure exclude expand export expose extend extract factor finish fix flatten follow forbid force "
    "generalize give grant group guard harden harmonize hook implement import improve increase indicate "
    "initialize inline integrate introduce isolate label limit lower maintain make mark merge migrate minimize "
    "mirror modernize modify move normalize obsolete optimise optimize organize overhaul own parallelize permit "
    "pin plug polish populate port prefix prepare preserve prevent promote provide prune purge push quote raise "
    "re-add re-enable re-export re-introduce re-order re-organise re-write readd rebalance rebase rebuild "
    "recommend reduce refactor refine reformat refresh register reimplement reinstate reintroduce relax release "
    "remove rename render reorder reorganize repair replace resolve restore restrict restructure retire revamp "
    "revert revise revisit reword rework rewrite secure separate set setup shorten shrink shuffle silence "
    "simplify speed split stabilize standardize streamline strengthen strip supplement support suppress swap "
    "switch sync synchronize tidy tighten tolerate track transition translate trim tune turn tweak unexport unify "
    "nuke unpin unset update upgrade use vendor virtualize warn widen wipe wire work workaround wrap write"
)

# What a program does as it runs: "Returned the error" would tell of one time. "Now returns the error" is meant.
_BEHAVES = words(
    "abort accept account acquire advertise append ask assert assume attempt auto-detect bail bind block cache "
    "calculate call cancel cap catch check choose clear close compare compute configure consider consult continue "
    "copy count crash deal delay delete deny depend destroy detect determine die display download drain emit "
    "enter error escape evaluate execute exit expect fail fall fetch filter find flush forget format forward free "
    "freeze generate get guarantee guess handle hang hide honor honour ignore include inherit inject inspect install "
    "invalidate invoke keep kill launch leak leave let list listen load lock log look lookup map mask match mount "
    "need notify omit open override pad panic parse pass pause perform pick poll prefer print probe process "
    "propagate query read receive reconnect record recreate redirect reject rely remember report request require "
    "reserve reset resize respect restart retain retrieve retry return reuse reveal run sanitise sanitize save "
    "scan search segfault select send serve share show shut skip sort spam start stop store supply take target "
    "terminate test think tie time timeout touch traverse treat trigger truncate trust try unblock unfreeze unlink "
    "unlock unmount unpack upload validate verify wait wake watch"
)

_IRREGULAR = {
    "be": "was", "bind": "bound", "bring": "brought", "catch": "caught", "choose": "chose", "cut": "cut", "deal": "dealt",
    "do": "did", "fall": "fell", "find": "found", "forbid": "forbade", "forget": "forgot", "freeze": "froze",
    "get": "got", "give": "gave", "hang": "hung", "have": "had", "hide": "hid", "keep": "kept", "leave": "left",
    "let": "let", "make": "made", "override": "overrode", "put": "put", "re-write": "re-wrote", "read": "read",
    "rebuild": "rebuilt", "reset": "reset", "rewrite": "rewrote", "run": "ran", "send": "sent", "set": "set",
    "show": "showed", "shrink": "shrank", "shut": "shut", "speed": "sped", "split": "split", "take": "took",
    "think": "thought", "unfreeze": "unfroze", "unset": "unset", "wake": "woke", "write": "wrote",
}  # fmt: skip

# Two words written as one: "timeout" is no verb, "time out" is.
_PARTED = {
    "cleanup": ("clean", "up"),
    "lookup": ("look", "up"),
    "setup": ("set", "up"),
    "timeout": ("time", "out"),
    "workaround": ("work", "around"),
}

_DOUBLING = words(
    "cap drop embed flag get log map pad permit pin plug plan prefer prep put quit refer rerun reset run scan set "
    "shut skip spam split stop strip submit swap trap trim unpin unplug unset wrap"
)
_DOUBLED_ALIKE = {"format": "formatted", "reformat": "reformatted"}

NOUN_LIKE = words(
    "abstract account address audit backport benchmark block bump cache call cap change check cleanup copy count "
    "cover default delay display document download error exit export fix follow force format free get group guard "
    "handle hang hook import install label leak limit list load lock log lookup map mark mask match merge mirror "
    "mount move need open overhaul override own panic pass pause pick pin plug poll port prefix print probe "
    "process prune push query quote read rebase rebuild record refactor refresh release report request reset "
    "restart return revert rework rewrite run save scan search select send set setup share show sort spam speed split "
    "start stop store strip supplement supply support swap switch sync target test tie time timeout touch track "
    "transition trigger trim trust try tune turn tweak update upgrade upload use vendor wait watch work "
    "workaround wrap write"
)
"""Verbs that are nouns as often: "Fix copy and move of volumes"."""

FAULTS = words("crash deadlock die error fail forget hang leak panic segfault timeout")
"""Verbs of what goes wrong: at the beginning of a title they name it, nobody sets out to do it."""

PLURAL_NOUNS = words(
    "changes checks fixes updates tweaks tests uses supports improves backports limits logs moves exports imports"
) - {"improves", "supports"}
"""Third persons that are plural nouns before a preposition: "Fixes for external calling"."""


def _third(base: str) -> str:
    if base in _PARTED:
        first, second = _PARTED[base]
        return f"{_third(first)} {second}"
    if base in ("be", "have"):
        return {"be": "is", "have": "has"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


def _past(base: str) -> str:
    if base in _PARTED:
        first, second = _PARTED[base]
        return f"{_past(first)} {second}"
    if base in _IRREGULAR:
        return _IRREGULAR[base]
    if base in _DOUBLED_ALIKE:
        return _DOUBLED_ALIKE[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    if base in _DOUBLING:
        return base + base[-1] + "ed"
    return base + "ed"


def _gerund(base: str) -> str:
    if base in _PARTED:
        first, second = _PARTED[base]
        return f"{_gerund(first)} {second}"
    if base in _DOUBLED_ALIKE:
        return _DOUBLED_ALIKE[base][:-2] + "ing"
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and base != "be":
        return base[:-1] + "ing"
    if base in _DOUBLING or base in ("get", "let", "put", "cut"):
        return base + base[-1] + "ing"
    return base + "ing"


class _Forms(NamedTuple):
    third: str
    past: str
    gerund: str


_FORMS = {
    base: _Forms(_third(base), _past(base), _gerund(base)) for base in sorted(_CHANGES | _BEHAVES | words("be do have"))
}
_BEHAVIOUR = _BEHAVES - _CHANGES
_HEARD = (
    {forms.gerund: Verb(base, Form.GERUND) for base, forms in _FORMS.items()}
    | {forms.past: Verb(base, Form.PAST) for base, forms in _FORMS.items()}
    | {forms.third: Verb(base, Form.THIRD) for base, forms in _FORMS.items()}
    | {base: Verb(base, Form.BASE) for base in _FORMS}
)


def verb(word: str) -> Verb | None:
    """The verb that a word is a form of, whatever its capitals; None for any other word."""
    return _HEARD.get(word.lower())


def past(base: str) -> str:
    """What was done: `add` → `added`."""
    return _FORMS[base].past


def third(base: str) -> str:
    """What it does: `skip` → `skips`."""
    return _FORMS[base].third


def is_behaviour(base: str) -> bool:
    """Whether a verb tells what the program does as it runs, so that its past would tell of one time."""
    return base in _BEHAVIOUR


# Initials that are spelt out begin with a vowel's sound: "an LXD". These are said as words.
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
_PRONOUNCED = word_list("pronounced")
_SPELT_OUT = tuple(word_list("spelt_out"))
_SILENT = ("hour", "honest", "heir")
_CONSONANT_SOUND = ("uni", "use", "usa", "usb", "user", "utc", "uid", "uuid", "uri", "url", "one", "once", "eu", "ubu")


def article(phrase: str) -> str:
    """`a` or `an`, by the sound that a phrase begins with; a code span is read without its marks."""
    word = phrase.lstrip("`\"'-_/.<").split(maxsplit=1)[0].strip("`\"'") if phrase.strip("`\"'-_/.< ") else ""
    initials = word.split("-")[0].split("/")[0]
    if initials.isupper() and len(initials) > 1 and initials not in _PRONOUNCED:
        return "an" if initials[0] in _VOWEL_LETTERS else "a"
    low = word.lower()
    if low.startswith(_SPELT_OUT):
        return "an"
    if low.startswith(_SILENT):
        return "an"
    if low.startswith(_CONSONANT_SOUND) and not low.startswith("unin") and not low.startswith("unim"):
        return "a"
    return "an" if low[:1] and low[0] in "aeiou" else "a"


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(number: int, noun: str, *, plural: str = "") -> str:
    """`one change`, `three changes`, `13 changes`."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{word} {noun if number == 1 else plural or noun + 's'}"


def numbered(number: int, noun: str, *, plural: str = "") -> str:
    """`1 change`, `3 changes`, `1,000 changes`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
